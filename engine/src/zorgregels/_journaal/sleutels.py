"""The keys of a Journaal, in a folder of their own: one that signs, one that makes pseudonyms, one that wraps the keys of persons.

Who has the Journaal and not this folder can check it, and can neither continue it unseen nor read what is closed.
"""

from __future__ import annotations

import hmac
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .._canon import Json, canonical
from .._lezen.meldingen import Melding
from ..errors import JournaalError
from . import sleutelmap

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Data = Any
SCHEMA: Final = "sleutels/v1"
_GEHEIM: Final = "geheim.json"
_OPENBAAR: Final = "openbaar.json"
_NONCE: Final = 12
_LENGTE: Final = 32
_HEX: Final = re.compile(r"[0-9a-f]{64}")


class Sleutelbos:
    """The keys in ``map_``. Made by ``create`` and ``load``; ``openbaar`` is the public half of the key that signs now."""

    def __init__(self, map_: Path, geheim: dict[str, bytes], ketting: list[bytes], eigen: Ed25519PrivateKey) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._map = map_
        self._geheim = geheim
        self._meester = AESGCM(geheim["meester"])
        self._ketting = ketting
        self._eigen = eigen
        self.openbaar: bytes = ketting[-1]

    @classmethod
    def create(cls, map_: Path) -> Sleutelbos:
        """Make a folder with new keys.

        Raises:
            JournaalError: it is there already and not empty, or cannot be written.
        """
        need_cryptography()
        sleutelmap.make_folder(map_)
        geheim: Json = {naam: os.urandom(_LENGTE).hex() for naam in ("meester", "pseudoniem")}
        assert isinstance(geheim, dict)
        _create(map_ / _GEHEIM, canonical({"schema": SCHEMA, **geheim}).encode())
        _create(_key_file(map_, 1), _new_key())
        # Last: a folder without it was not finished, and nothing was signed with its key.
        _create(map_ / _OPENBAAR, _chain([_public(_read_key(_key_file(map_, 1)))]))
        return cls.load(map_)

    @classmethod
    def load(cls, map_: Path) -> Sleutelbos:
        """Return the keys in a folder.

        Raises:
            JournaalError: something is not there, is not what it must be, or can be read by others.
        """
        need_cryptography()
        sleutelmap.check_folder(map_)
        ketting = _read_chain(map_ / _OPENBAAR)
        geheim = _read_secret(map_ / _GEHEIM)
        pad = _key_file(map_, len(ketting))
        eigen = _read_key(pad)
        if _public(eigen) != ketting[-1]:
            raise sleutelmap.damaged(pad, f"de sleutel is niet die waarvan {_OPENBAAR} de openbare helft noemt")
        return cls(map_, geheim, ketting, eigen)

    def sign(self, bericht: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) of the key in force."""
        return self._eigen.sign(bericht)

    def pseudonym(self, betrokkene: str) -> bytes:
        """Return what stands for this person: HMAC-SHA256 under the secret, so that trying all numbers needs the secret."""
        return hmac.digest(self._geheim["pseudoniem"], betrokkene.encode(), "sha256")

    def wrap(self, sleutel: bytes, id_: str) -> bytes:
        """Return a person's key, encrypted under the master key and bound to its id."""
        nonce = os.urandom(_NONCE)
        return nonce + self._meester.encrypt(nonce, sleutel, id_.encode())

    def unwrap(self, ingepakt: bytes, id_: str) -> bytes:
        """Return the key that ``wrap`` packed.

        Raises:
            JournaalError: it was altered, belongs to another id, or was packed under another master key.
        """
        from cryptography.exceptions import InvalidTag

        try:
            return self._meester.decrypt(ingepakt[:_NONCE], ingepakt[_NONCE:], id_.encode())
        except (InvalidTag, ValueError):
            raise JournaalError(
                [
                    Melding(
                        "ZR-916",
                        f"de persoonssleutel {id_} is niet te openen: hij is veranderd of hoort bij andere sleutels dan `{self._map}`",
                        "Geef de map met sleutels die bij dit Journaal hoort. Is zij dat, kijk het Journaal dan na met "
                        "`zorgregels journaal verify`.",
                    )
                ]
            ) from None

    def prepared(self) -> bytes | None:
        """Return the public half of a next key that was made and is not in force yet."""
        pad = _key_file(self._map, len(self._ketting) + 1)
        return _public(_read_key(pad)) if sleutelmap.is_there(pad) else None

    def prepare_rotation(self) -> bytes:
        """Make the next key and keep it on disk, or take the one that an earlier attempt left; return its public half."""
        pad = _key_file(self._map, len(self._ketting) + 1)
        if not sleutelmap.is_there(pad):
            sleutelmap.write_file(pad, _new_key(), nieuw=True)  # another process may have been first: then theirs
        return _public(_read_key(pad))

    def successor(self) -> Sleutelbos:
        """Return these keys as they will be when the next key, which was prepared, is in force."""
        eigen = _read_key(_key_file(self._map, len(self._ketting) + 1))
        return Sleutelbos(self._map, self._geheim, [*self._ketting, _public(eigen)], eigen)

    def complete_rotation(self) -> None:
        """Let the next key sign from now on. The old one stays in the folder: a Journaal that is put back may still need it."""
        ketting = _read_chain(self._map / _OPENBAAR)
        if ketting == self._ketting:
            ketting = [*ketting, _public(_read_key(_key_file(self._map, len(ketting) + 1)))]
            sleutelmap.write_file(self._map / _OPENBAAR, _chain(ketting), nieuw=False)
        # else another process completed it; its answer is ours
        self._eigen = _read_key(_key_file(self._map, len(ketting)))
        self._ketting, self.openbaar = ketting, ketting[-1]


def check_signature(openbaar: bytes, bericht: bytes, handtekening: bytes) -> bool:
    """Whether this is the signature, by the owner of the key, of this message."""
    need_cryptography()
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(openbaar).verify(handtekening, bericht)
    except (InvalidSignature, ValueError):
        return False
    return True


def need_cryptography() -> None:
    """Say what to install where it is not there."""
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise JournaalError(
            [
                Melding(
                    "ZR-915",
                    "voor een Journaal is het pakket `cryptography` nodig, en het is hier niet",
                    "Installeer het met: pip install 'zorgregels[journaal]'",
                )
            ]
        ) from None


def _key_file(map_: Path, nr: int) -> Path:
    return map_ / f"ondertekening-{nr:04}.pem"


def _create(pad: Path, inhoud: bytes) -> None:
    if not sleutelmap.write_file(pad, inhoud, nieuw=True):
        raise sleutelmap.damaged(pad, "een ander proces maakte tegelijk sleutels in deze map")


def _new_key() -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _read_key(pad: Path) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        sleutel = load_pem_private_key(sleutelmap.read_file(pad), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise sleutelmap.damaged(pad, "het is geen onversleutelde sleutel in PEM (PKCS#8)") from None
    if not isinstance(sleutel, Ed25519PrivateKey):
        raise sleutelmap.damaged(pad, "het is geen Ed25519-sleutel")
    return sleutel


def _public(eigen: Ed25519PrivateKey) -> bytes:
    return eigen.public_key().public_bytes_raw()


def _chain(ketting: list[bytes]) -> bytes:
    return canonical({"huidig": len(ketting), "schema": SCHEMA, "sleutels": [s.hex() for s in ketting]}).encode()


def _read_chain(pad: Path) -> list[bytes]:
    data = _read_json(pad, {"huidig", "schema", "sleutels"})
    sleutels = data["sleutels"]
    if (
        not isinstance(sleutels, list)
        or not sleutels
        or type(data["huidig"]) is not int
        or data["huidig"] != len(sleutels)
    ):
        raise sleutelmap.damaged(pad, "`huidig` is niet het nummer van de laatste van `sleutels`")
    return [_bytes(pad, "sleutels", waarde) for waarde in sleutels]


def _read_secret(pad: Path) -> dict[str, bytes]:
    data = _read_json(pad, {"meester", "pseudoniem", "schema"})
    return {naam: _bytes(pad, naam, data[naam]) for naam in ("meester", "pseudoniem")}


def _read_json(pad: Path, leden: set[str]) -> Data:
    try:
        data: Data = json.loads(sleutelmap.read_file(pad))
    except (ValueError, RecursionError):
        raise sleutelmap.damaged(pad, "het is geen geldige JSON") from None
    if not isinstance(data, dict) or set(data) != leden:
        raise sleutelmap.damaged(pad, f"het heeft niet precies de leden {', '.join(sorted(leden))}")
    if data["schema"] != SCHEMA:
        raise sleutelmap.damaged(pad, f"het schema is niet {SCHEMA}")
    return data


def _bytes(pad: Path, naam: str, waarde: Data) -> bytes:
    if not isinstance(waarde, str) or not _HEX.fullmatch(waarde):
        raise sleutelmap.damaged(pad, f"`{naam}` is niet in {2 * _LENGTE} hexadecimale cijfers geschreven")
    return bytes.fromhex(waarde)
