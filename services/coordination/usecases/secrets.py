"""Making the secrets of reply links, and the hashes that alone are kept."""

import base64
import binascii
import hashlib
import hmac
import secrets
from uuid import UUID

from services.coordination.domain.reply_links import CODE_LENGTH, CODE_LETTERS, plain

_RANDOM = 32  # bytes: 256 bits that nobody guesses
_ID = 16


def new_token(organization_id: UUID) -> str:
    """A token that names its organization, so that its link is looked up behind that organization's wall."""
    return base64.urlsafe_b64encode(organization_id.bytes + secrets.token_bytes(_RANDOM)).decode()


def token_after(token: str, code: str) -> str:
    """The token of the link that follows an act: told again to whoever holds link and code, and kept nowhere."""
    named = base64.urlsafe_b64decode(token)[:_ID]
    follows = hmac.digest(token.encode(), b"next " + plain(code).encode(), "sha256")
    return base64.urlsafe_b64encode(named + follows).decode()


def read_token(token: str) -> UUID | None:
    """The organization a token names; None for what is no token of ours."""
    try:
        raw = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return UUID(bytes=raw[:_ID]) if len(raw) == _ID + _RANDOM else None


def token_hash(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def new_code() -> str:
    """An access code, in two groups to be read aloud."""
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def code_hash(token_digest: bytes, code: str) -> bytes:
    """What is kept of an access code: another value for every link."""
    return hmac.digest(token_digest, plain(code).encode(), "sha256")


def same(one: bytes, other: bytes) -> bool:
    """Whether two hashes agree, in the same time wherever they differ."""
    return hmac.compare_digest(one, other)
