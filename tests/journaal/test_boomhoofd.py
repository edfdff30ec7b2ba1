"""A Boomhoofd is read to the letter, and any change to it ends its signature."""

from __future__ import annotations

import json

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st
from zorgregels._journaal.boomhoofd import Boomhoofd, sign_head
from zorgregels._journaal.sleutels import Sleutelbos, check_signature
from zorgregels.errors import JournaalError

LOG = "0123456789abcdef0123456789abcdef"
TIJD = "2026-11-22T10:00:00.123456Z"


@pytest.fixture(scope="module")
def bos(tmp_path_factory: pytest.TempPathFactory) -> Sleutelbos:
    return Sleutelbos.create(tmp_path_factory.mktemp("map") / "sleutels")


@pytest.fixture(scope="module")
def hoofd(bos: Sleutelbos) -> Boomhoofd:
    return sign_head(bos, LOG, 40, b"\x0a" * 32, TIJD, {"2025": 12, "2024": 20})


def test_what_is_written(bos, hoofd):
    """The bytes, made here from the format alone with another library for canonical JSON."""
    inhoud = {
        "schema": "boomhoofd/v1",
        "log": LOG,
        "omvang": 40,
        "wortel": "0a" * 32,
        "tijd": TIJD,
        "jaren": {"2024": 20, "2025": 12},
        "sleutel": bos.openbaar.hex(),
    }
    handtekening = json.loads(hoofd.to_json())["handtekening"]
    assert hoofd.to_json().encode() == rfc8785.dumps({**inhoud, "handtekening": handtekening})
    openbaar = Ed25519PublicKey.from_public_bytes(bos.openbaar)
    openbaar.verify(bytes.fromhex(handtekening), rfc8785.dumps(inhoud))
    with pytest.raises(InvalidSignature):
        openbaar.verify(bytes.fromhex(handtekening), rfc8785.dumps({**inhoud, "omvang": 41}))


@given(
    st.integers(0, 2**53 - 1),
    st.binary(min_size=32, max_size=32),
    st.dictionaries(st.from_regex(r"[0-9]{4}", fullmatch=True), st.integers(0, 2**40), max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_there_and_back(bos, omvang, wortel, jaren):
    omvang = max(omvang, sum(jaren.values()))
    hoofd = sign_head(bos, LOG, omvang, wortel, TIJD, jaren)
    assert hoofd.is_genuine()
    for tekst in (hoofd.to_json(), hoofd.to_json().encode()):
        weer = Boomhoofd.parse(tekst)
        assert weer == hoofd
        assert weer.is_genuine()
        assert (weer.log, weer.omvang, weer.wortel, weer.tijd, weer.jaren) == (LOG, omvang, wortel, TIJD, jaren)
        assert weer.sleutel == bos.openbaar


def test_every_member_is_signed(hoofd):
    data = json.loads(hoofd.to_json())
    ander = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    for lid, waarde in {
        "log": "f" * 32,
        "omvang": 41,
        "wortel": "0b" + "0a" * 31,
        "tijd": TIJD.replace("123456", "123457"),
        "jaren": {"2024": 19, "2025": 12},
        "sleutel": ander,
    }.items():
        anders = Boomhoofd.parse(rfc8785.dumps({**data, lid: waarde}))
        assert not anders.is_genuine(), lid


@given(st.integers(0, 511))
@settings(max_examples=40)
def test_signature_with_a_bit_flipped(hoofd, bit):
    anders = (int.from_bytes(hoofd.handtekening) ^ (1 << bit)).to_bytes(64)
    assert not check_signature(hoofd.sleutel, hoofd.message(), anders)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_one_byte_otherwise(hoofd, data):
    """Whatever byte is changed: it is no Boomhoofd any more, or not a genuine one."""
    ruw = bytearray(hoofd.to_json().encode())
    plek = data.draw(st.integers(0, len(ruw) - 1))
    ruw[plek] = data.draw(st.integers(0, 255).filter(lambda b: b != ruw[plek]))
    try:
        anders = Boomhoofd.parse(bytes(ruw))
    except JournaalError as fout:
        assert fout.code == "ZR-918"  # noqa: PT017 - reading may succeed as well
    else:
        assert not anders.is_genuine()


def refused(tekst: str | bytes) -> str:
    with pytest.raises(JournaalError) as fout:
        Boomhoofd.parse(tekst)
    assert fout.value.code == "ZR-918"
    return fout.value.meldingen[0].tekst


@pytest.mark.parametrize(
    ("lid", "waarden"),
    [
        ("schema", ["boomhoofd/v2", 1, None]),
        ("log", ["", LOG.upper(), LOG[:-1], LOG + "0", LOG[:-1] + "g", " " + LOG[1:], 0, None, [LOG]]),
        ("omvang", [-1, 1.0, 1.5, "40", True, None, 2**53, [40]]),
        ("wortel", ["", "0A" * 32, "0a" * 31, "0a" * 33, "0x" + "0a" * 31, 0, None]),
        ("sleutel", ["", "0A" * 32, "0a" * 31, "0a" * 33, 0, None]),
        ("handtekening", ["", "0A" * 64, "0a" * 63, "0a" * 65, 0, None]),
        (
            "tijd",
            [
                "",
                "2026-11-22T10:00:00Z",
                "2026-11-22 10:00:00.123456Z",
                "2026-11-22T10:00:00.123456",
                "2026-11-22T10:00:00.123456+00:00",
                "2026-02-30T10:00:00.123456Z",
                "2026-11-22T25:00:00.123456Z",
                TIJD + "\n",
                "٢٠٢٦-11-22T10:00:00.123456Z",
                20261122,
                None,
            ],
        ),
        (
            "jaren",
            [
                [],
                None,
                {"25": 1},
                {"20255": 1},
                {"2025\n": 1},
                {"٢٠٢٥": 1},
                {"2025": -1},
                {"2025": "1"},
                {"2025": True},
                {"2025": None},
                {"2025": 41},
                {"2024": 20, "2025": 21},
            ],
        ),
    ],
)
def test_a_member_that_is_no_good(hoofd, lid, waarden):
    data = json.loads(hoofd.to_json())
    for waarde in waarden:
        # Python's own writer: it writes what canonical JSON has no way to write, and sorts keys the same.
        tekst = json.dumps({**data, lid: waarde}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert lid in refused(tekst)


def test_other_members_or_forms(hoofd):
    goed = hoofd.to_json()
    data = json.loads(goed)
    for lid in data:
        refused(rfc8785.dumps({k: v for k, v in data.items() if k != lid}))
    refused(rfc8785.dumps({**data, "extra": 1}))
    refused(goed + "\n")
    refused(" " + goed)
    refused(json.dumps(data, sort_keys=True))
    refused(json.dumps(dict(reversed(data.items())), separators=(",", ":")))
    refused(goed.replace('"omvang":40', '"omvang":41,"omvang":40'))
    refused(goed.replace('"2025":12', '"2025":11,"2025":12'))
    refused(goed.replace('"omvang":40', '"omvang":4e1'))
    refused(goed.replace(LOG, "\\u0030" + LOG[1:]))
    refused("\ufeff" + goed)
    refused(goed.encode("utf-16"))


@pytest.mark.parametrize(
    "tekst", ["", "{", "[]", "null", "1", '"boomhoofd"', "{}", b"\xff", "[" * 100_000, "9" * 10_000, "NaN"]
)
def test_no_boomhoofd_at_all(tekst):
    refused(tekst)
