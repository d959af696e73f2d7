"""The development issuer's keys and its clients' secrets, kept in one file only its owner can read."""

import json
import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, KeySet

from deploy.local.addresses import FOLDER
from deploy.local.trouble import Trouble

FILE = "issuer.json"
CLIENTS = ("coordination", "monitoring")


@dataclass(frozen=True, slots=True)
class Keyring:
    """Published keys, newest first; the one named ``current`` signs. ``clients`` maps client id to secret."""

    keys: tuple[dict[str, Any], ...]
    current: str
    clients: dict[str, str]

    def signing_key(self) -> ECKey:
        """The private key tokens are signed with."""
        return ECKey.import_key(next(key for key in self.keys if key["kid"] == self.current))

    def public(self) -> dict[str, Any]:
        """The JWKS document: public halves only."""
        loaded = KeySet([ECKey.import_key(key) for key in self.keys])
        return {"keys": [key.as_dict(private=False) for key in loaded.keys]}

    def rotated(self) -> "Keyring":
        """Sign with a new key and still publish the previous one, so that tokens in use stay valid."""
        fresh = _new_key()
        kept = tuple(key for key in self.keys if key["kid"] == self.current)
        return replace(self, keys=(fresh, *kept), current=fresh["kid"])


def _new_key() -> dict[str, Any]:
    key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(8), "use": "sig", "alg": "ES256"}, private=True)
    return dict(key.as_dict(private=True))


def load(folder: Path | None = None) -> Keyring:
    """Read the keyring, made on the first call: one key that signs, one more that is published already."""
    folder = folder or FOLDER
    file = folder / FILE
    if not file.exists():
        signing, spare = _new_key(), _new_key()
        clients = {client: os.environ.get("SERVICE_CLIENT_SECRET") or secrets.token_urlsafe(32) for client in CLIENTS}
        save(Keyring((signing, spare), signing["kid"], clients), folder)
    try:
        kept = json.loads(file.read_text())
    except PermissionError:
        raise Trouble(f"{folder} belongs to another user. Run this as that user, or remove that folder.") from None
    return Keyring(tuple(kept["keys"]), kept["current"], kept["clients"])


def save(keyring: Keyring, folder: Path = FOLDER) -> None:
    """Write the keyring at once or not at all, readable by its owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{FILE}.{os.getpid()}"
    with open(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as stream:
        json.dump({"keys": keyring.keys, "current": keyring.current, "clients": keyring.clients}, stream)
    partial.replace(folder / FILE)
