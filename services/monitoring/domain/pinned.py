"""The protocol version an enrollment was made under."""

from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocols import published


def pinned(key: str, version: str) -> Protocol:
    """The version an enrollment or an alert names; a published version is never taken away.

    Raises:
        LookupError: this program does not have it, so it must not judge by another one.
    """
    found = published(key, version)
    if found is None:
        raise LookupError(f"protocol {key} {version} is not in this program")
    return found
