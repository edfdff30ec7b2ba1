"""Keys: for the owner alone, complete or refused, and never lost in a rotation."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import stat
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from zorgregels._journaal import sleutelmap
from zorgregels._journaal.sleutels import Sleutelbos, check_signature
from zorgregels.errors import JournaalError


def refused(code: str, doe, *args) -> str:
    with pytest.raises(JournaalError) as fout:
        doe(*args)
    assert fout.value.code == code, fout.value
    return str(fout.value)


def pem(map_: Path, nr: int) -> Ed25519PrivateKey:
    sleutel = load_pem_private_key((map_ / f"ondertekening-{nr:04}.pem").read_bytes(), None)
    assert isinstance(sleutel, Ed25519PrivateKey)
    return sleutel


def raw(sleutel: Ed25519PrivateKey) -> bytes:
    return sleutel.public_key().public_bytes_raw()


# -- the folder ----------------------------------------------------------------------------------------------------


def test_what_is_made(tmp_path):
    map_ = tmp_path / "a" / "b"
    oud = os.umask(0)
    try:
        bos = Sleutelbos.create(map_)
    finally:
        os.umask(oud)
    assert stat.S_IMODE(map_.stat().st_mode) == 0o700
    assert {p.name for p in map_.iterdir()} == {"geheim.json", "ondertekening-0001.pem", "openbaar.json"}
    for pad in map_.iterdir():
        assert stat.S_IMODE(pad.stat().st_mode) == 0o600
    geheim = json.loads((map_ / "geheim.json").read_text())
    assert geheim.keys() == {"schema", "pseudoniem", "meester"}
    assert geheim["schema"] == "sleutels/v1"
    assert len({bytes.fromhex(geheim["pseudoniem"]), bytes.fromhex(geheim["meester"])}) == 2
    assert len(bytes.fromhex(geheim["meester"])) == len(bytes.fromhex(geheim["pseudoniem"])) == 32
    assert bos.openbaar == raw(pem(map_, 1))
    assert json.loads((map_ / "openbaar.json").read_text()) == {
        "huidig": 1,
        "schema": "sleutels/v1",
        "sleutels": [bos.openbaar.hex()],
    }


def test_two_folders_share_nothing(tmp_path):
    een, twee = Sleutelbos.create(tmp_path / "1"), Sleutelbos.create(tmp_path / "2")
    assert een.openbaar != twee.openbaar
    assert een.pseudonym("x") != twee.pseudonym("x")
    refused("ZR-916", twee.unwrap, een.wrap(b"s" * 32, "id"), "id")


def test_an_empty_folder_is_taken(tmp_path):
    map_ = tmp_path / "leeg"
    map_.mkdir(mode=0o755)
    Sleutelbos.create(map_)
    assert stat.S_IMODE(map_.stat().st_mode) == 0o700


def test_nothing_is_overwritten(tmp_path):
    map_ = tmp_path / "vol"
    Sleutelbos.create(map_)
    vroeger = {p: p.read_bytes() for p in map_.iterdir()}
    assert str(map_) in refused("ZR-911", Sleutelbos.create, map_)
    assert {p: p.read_bytes() for p in map_.iterdir()} == vroeger
    los = tmp_path / "los"
    los.mkdir()
    (los / "brief.txt").write_text("x")
    refused("ZR-911", Sleutelbos.create, los)
    refused("ZR-911", Sleutelbos.create, los / "brief.txt")
    refused("ZR-911", Sleutelbos.create, los / "brief.txt" / "map")
    assert [p.name for p in los.iterdir()] == ["brief.txt"]


def test_absent(tmp_path):
    assert "ZORGREGELS_SLEUTELS" in refused("ZR-910", Sleutelbos.load, tmp_path / "weg")
    (tmp_path / "bestand").write_text("")
    refused("ZR-910", Sleutelbos.load, tmp_path / "bestand")


def test_every_interrupted_creation(tmp_path, monkeypatch):
    """Stopped before each of its writes: never a folder that loads, always one that says what is missing."""
    echt = sleutelmap.write_file
    gehaald = 0
    while True:
        map_ = tmp_path / str(gehaald)
        rest = [gehaald]

        def write_file(*args, rest=rest, **kwargs):
            if not rest[0]:
                raise KeyboardInterrupt
            rest[0] -= 1
            return echt(*args, **kwargs)

        monkeypatch.setattr(sleutelmap, "write_file", write_file)
        try:
            Sleutelbos.create(map_)
        except KeyboardInterrupt:
            monkeypatch.setattr(sleutelmap, "write_file", echt)
            assert "ontbreekt" in refused("ZR-912", Sleutelbos.load, map_)
            gehaald += 1
        else:
            break
    assert gehaald == 3


@pytest.mark.parametrize("naam", ["geheim.json", "ondertekening-0001.pem", "openbaar.json"])
class TestFile:
    """One file of the folder is not as it must be."""

    def test_missing(self, sleutels, tmp_path, naam):
        (tmp_path / "sleutels" / naam).unlink()
        assert naam in refused("ZR-912", Sleutelbos.load, tmp_path / "sleutels")

    @pytest.mark.skipif(os.name != "posix", reason="no modes")
    @pytest.mark.parametrize("modus", [0o640, 0o604, 0o660, 0o666, 0o610])
    def test_open_to_others(self, sleutels, tmp_path, naam, modus):
        pad = tmp_path / "sleutels" / naam
        pad.chmod(modus)
        assert f"chmod 600 {pad}" in refused("ZR-914", Sleutelbos.load, tmp_path / "sleutels")
        pad.chmod(0o600)
        Sleutelbos.load(tmp_path / "sleutels")

    def test_a_folder_instead(self, sleutels, tmp_path, naam):
        pad = tmp_path / "sleutels" / naam
        pad.unlink()
        pad.mkdir(mode=0o700)
        assert naam in refused("ZR-917", Sleutelbos.load, tmp_path / "sleutels")

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
    def test_not_ours_to_read(self, sleutels, tmp_path, naam):
        (tmp_path / "sleutels" / naam).chmod(0)
        assert naam in refused("ZR-917", Sleutelbos.load, tmp_path / "sleutels")

    def test_shorter(self, sleutels, tmp_path, naam):
        """Cut off anywhere: refused, except where only the end of a line went."""
        pad = tmp_path / "sleutels" / naam
        ruw = pad.read_bytes()
        for lengte in range(len(ruw.rstrip()) - 1):
            pad.write_bytes(ruw[:lengte])
            assert naam in refused("ZR-913", Sleutelbos.load, tmp_path / "sleutels")

    @pytest.mark.parametrize("inhoud", [b"\xff\xfe", b"[]", b"null", b"{}", b"[" * 100_000])
    def test_something_else(self, sleutels, tmp_path, naam, inhoud):
        (tmp_path / "sleutels" / naam).write_bytes(inhoud)
        assert naam in refused("ZR-913", Sleutelbos.load, tmp_path / "sleutels")


@pytest.mark.skipif(os.name != "posix", reason="no modes")
@pytest.mark.parametrize("modus", [0o750, 0o705, 0o711, 0o777])
def test_folder_open_to_others(sleutels, tmp_path, modus):
    map_ = tmp_path / "sleutels"
    map_.chmod(modus)
    assert f"chmod 700 {map_}" in refused("ZR-914", Sleutelbos.load, map_)


@pytest.mark.parametrize(
    ("naam", "verandering"),
    [
        ("geheim.json", {"meester": "00" * 31}),
        ("geheim.json", {"meester": "00" * 33}),
        ("geheim.json", {"pseudoniem": "zz" * 32}),
        ("geheim.json", {"pseudoniem": None}),
        ("geheim.json", {"schema": "sleutels/v2"}),
        ("geheim.json", {"extra": 1}),
        ("openbaar.json", {"huidig": 2}),
        ("openbaar.json", {"huidig": 0}),
        ("openbaar.json", {"huidig": True}),
        ("openbaar.json", {"huidig": "1"}),
        ("openbaar.json", {"sleutels": [], "huidig": 0}),
        ("openbaar.json", {"sleutels": {}}),
        ("openbaar.json", {"sleutels": ["00" * 31]}),
        ("openbaar.json", {"sleutels": [7]}),
        ("openbaar.json", {"schema": 1}),
        ("openbaar.json", {"extra": 1}),
    ],
)
def test_altered_json(sleutels, tmp_path, naam, verandering):
    pad = tmp_path / "sleutels" / naam
    pad.write_text(json.dumps(json.loads(pad.read_text()) | verandering))
    assert naam in refused("ZR-913", Sleutelbos.load, tmp_path / "sleutels")


def test_a_private_key_of_another_kind(sleutels, tmp_path):
    pad = tmp_path / "sleutels" / "ondertekening-0001.pem"
    ander = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    dicht = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    vreemd = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for inhoud in (ander, dicht, vreemd):
        pad.write_bytes(inhoud)
        refused("ZR-913", Sleutelbos.load, tmp_path / "sleutels")


def test_without_cryptography(tmp_path, monkeypatch):
    bos = Sleutelbos.create(tmp_path / "sleutels")
    monkeypatch.setitem(sys.modules, "cryptography", None)
    for doe in (
        lambda: Sleutelbos.create(tmp_path / "nieuw"),
        lambda: Sleutelbos.load(tmp_path / "sleutels"),
        lambda: check_signature(bos.openbaar, b"", b""),
    ):
        assert "pip install 'zorgregels[journaal]'" in refused("ZR-915", doe)
    assert not (tmp_path / "nieuw").exists()


# -- what the keys do ----------------------------------------------------------------------------------------------


def test_signature(sleutels, tmp_path):
    handtekening = Sleutelbos.load(tmp_path / "sleutels").sign(b"bericht")
    Ed25519PublicKey.from_public_bytes(sleutels.openbaar).verify(handtekening, b"bericht")
    assert check_signature(sleutels.openbaar, b"bericht", handtekening)
    assert not check_signature(sleutels.openbaar, b"berichT", handtekening)
    assert not check_signature(raw(Ed25519PrivateKey.generate()), b"bericht", handtekening)
    for fout in (b"", handtekening[:-1], handtekening + b"\0", b"\0" * 64):
        assert not check_signature(sleutels.openbaar, b"bericht", fout)
    for fout in (b"", sleutels.openbaar[:-1], sleutels.openbaar + b"\0"):
        assert not check_signature(fout, b"bericht", handtekening)


def test_signature_of_rfc_8032(sleutels):
    """Test 2 of RFC 8032, section 7.1: that it is Ed25519 itself and no variant."""
    openbaar = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    handtekening = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert check_signature(bytes.fromhex(openbaar), b"\x72", bytes.fromhex(handtekening))


@given(st.text(st.characters(codec="utf-8"), max_size=200))
@settings(max_examples=50)
def test_pseudonym_is_hmac(bos_geheim, naam):
    """HMAC written out as RFC 2104 does."""
    bos, geheim = bos_geheim
    sleutel = geheim.ljust(64, b"\0")
    binnen = hashlib.sha256(bytes(b ^ 0x36 for b in sleutel) + naam.encode()).digest()
    assert bos.pseudonym(naam) == hashlib.sha256(bytes(b ^ 0x5C for b in sleutel) + binnen).digest()


@pytest.fixture(scope="module")
def bos_geheim(tmp_path_factory):
    map_ = tmp_path_factory.mktemp("m") / "sleutels"
    return Sleutelbos.create(map_), bytes.fromhex(json.loads((map_ / "geheim.json").read_text())["pseudoniem"])


@given(st.binary(max_size=64), st.text(st.characters(codec="utf-8"), max_size=40), st.data())
@settings(max_examples=100, deadline=None)
def test_wrap_and_unwrap(bos_geheim, sleutel, id_, data):
    bos, _ = bos_geheim
    ingepakt = bos.wrap(sleutel, id_)
    assert bos.unwrap(ingepakt, id_) == sleutel
    assert bos.wrap(sleutel, id_) != ingepakt  # never the same nonce
    bit = data.draw(st.integers(0, 8 * len(ingepakt) - 1))
    refused("ZR-916", bos.unwrap, (int.from_bytes(ingepakt) ^ (1 << bit)).to_bytes(len(ingepakt)), id_)
    refused("ZR-916", bos.unwrap, ingepakt[: data.draw(st.integers(0, len(ingepakt) - 1))], id_)
    refused("ZR-916", bos.unwrap, ingepakt + b"\0", id_)
    refused("ZR-916", bos.unwrap, ingepakt, id_ + "x")


def test_wrapped_as_agreed(sleutels, tmp_path):
    meester = bytes.fromhex(json.loads((tmp_path / "sleutels" / "geheim.json").read_text())["meester"])
    ingepakt = sleutels.wrap(b"s" * 32, "ab12")
    assert AESGCM(meester).decrypt(ingepakt[:12], ingepakt[12:], b"ab12") == b"s" * 32


# -- rotation ------------------------------------------------------------------------------------------------------


def test_rotation(sleutels, tmp_path):
    map_ = tmp_path / "sleutels"
    oud, geheim, pseudoniem = sleutels.openbaar, sleutels.wrap(b"s" * 32, "id"), sleutels.pseudonym("x")
    assert sleutels.prepared() is None
    nieuw = sleutels.prepare_rotation()
    assert nieuw == raw(pem(map_, 2)) != oud
    assert stat.S_IMODE((map_ / "ondertekening-0002.pem").stat().st_mode) == 0o600
    assert sleutels.openbaar == Sleutelbos.load(map_).openbaar == oud
    assert check_signature(oud, b"b", sleutels.sign(b"b"))
    sleutels.complete_rotation()
    for bos in (sleutels, Sleutelbos.load(map_)):
        assert bos.openbaar == nieuw
        assert check_signature(nieuw, b"b", bos.sign(b"b"))
        assert bos.unwrap(geheim, "id") == b"s" * 32
        assert bos.pseudonym("x") == pseudoniem
        assert bos.prepared() is None
    assert json.loads((map_ / "openbaar.json").read_text())["sleutels"] == [oud.hex(), nieuw.hex()]
    assert raw(pem(map_, 1)) == oud
    derde = sleutels.prepare_rotation()
    sleutels.complete_rotation()
    assert Sleutelbos.load(map_).openbaar == derde
    assert len({oud, nieuw, derde}) == 3


def test_successor_signs_before_it_is_in_force(sleutels, tmp_path):
    """The head that says that there is a new key is signed by it; on disk nothing has changed yet."""
    oud, nieuw = sleutels.openbaar, sleutels.prepare_rotation()
    straks = sleutels.successor()
    assert straks.openbaar == nieuw
    assert check_signature(nieuw, b"b", straks.sign(b"b"))
    assert straks.unwrap(sleutels.wrap(b"s", "id"), "id") == b"s"
    assert sleutels.openbaar == Sleutelbos.load(tmp_path / "sleutels").openbaar == oud
    assert check_signature(oud, b"b", sleutels.sign(b"b"))


def test_no_successor_without_preparing(sleutels):
    assert "ondertekening-0002.pem" in refused("ZR-912", sleutels.successor)


def test_a_prepared_key_is_taken_up(sleutels, tmp_path):
    """Interrupted between the two steps, any number of times: the key that may be in the log already is the one that comes."""
    map_ = tmp_path / "sleutels"
    nieuw = sleutels.prepare_rotation()
    for _ in range(3):
        bos = Sleutelbos.load(map_)
        assert bos.prepared() == nieuw
        assert bos.prepare_rotation() == nieuw
    Sleutelbos.load(map_).complete_rotation()
    assert Sleutelbos.load(map_).openbaar == nieuw


def test_completed_by_another(sleutels, tmp_path):
    map_ = tmp_path / "sleutels"
    ander = Sleutelbos.load(map_)
    nieuw = sleutels.prepare_rotation()
    ander.complete_rotation()
    sleutels.complete_rotation()
    assert sleutels.openbaar == nieuw
    assert len(json.loads((map_ / "openbaar.json").read_text())["sleutels"]) == 2


def test_nothing_prepared(sleutels, tmp_path):
    oud = sleutels.openbaar
    assert "ondertekening-0002.pem" in refused("ZR-912", sleutels.complete_rotation)
    assert Sleutelbos.load(tmp_path / "sleutels").openbaar == sleutels.openbaar == oud


def test_a_full_disk_changes_nothing(sleutels, tmp_path, monkeypatch):
    map_ = tmp_path / "sleutels"
    sleutels.prepare_rotation()
    vroeger = {p.name: p.read_bytes() for p in map_.iterdir()}

    def fsync(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    assert "No space left" in refused("ZR-917", sleutels.complete_rotation)
    refused("ZR-917", Sleutelbos.create, tmp_path / "ander")
    monkeypatch.undo()
    assert {p.name: p.read_bytes() for p in map_.iterdir()} == vroeger
    assert Sleutelbos.load(map_).openbaar == sleutels.openbaar


def _prepare(map_: str, uit) -> None:
    uit.put(Sleutelbos.load(Path(map_)).prepare_rotation())


def test_two_that_prepare_at_once(sleutels, tmp_path):
    """They get the same key: the one that is on disk, so that neither signs with a key that is lost."""
    spawn = multiprocessing.get_context("fork")
    uit = spawn.Queue()
    werkers = [spawn.Process(target=_prepare, args=(str(tmp_path / "sleutels"), uit)) for _ in range(4)]
    for werker in werkers:
        werker.start()
    openbaar = {uit.get(timeout=60) for _ in werkers}
    for werker in werkers:
        werker.join()
    assert openbaar == {raw(pem(tmp_path / "sleutels", 2))}
    assert not list((tmp_path / "sleutels").glob(".nieuw-*"))
