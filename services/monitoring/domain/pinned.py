"""The protocol version an enrollment was made under: of the catalogue, or an organization's own published one."""

from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocols import published
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.silence import Expected

# Published versions never change and their names are never used twice, so what was kept once stays true.
_OWN: dict[tuple[str, str], Protocol] = {}


def pinned(key: str, version: str) -> Protocol:
    """The version an enrollment or an alert names; a published version is never taken away.

    Raises:
        LookupError: this process does not have it, so it must not judge by another one.
    """
    found = published(key, version) or _OWN.get((key, version))
    if found is None:
        raise LookupError(f"protocol {key} {version} is not in this program")
    return found


def behind(key: str, version: str, rule: str) -> Rule | Expected | None:
    """The rule or the expectation an alert names; None for one the version no longer has. Raises LookupError."""
    found = pinned(key, version)
    return found.rule(rule) or found.expectation(rule)


def expected(key: str, version: str, expectation: str) -> Expected | None:
    """The expectation of this name; None for one the version does not have. Raises LookupError."""
    return pinned(key, version).expectation(expectation)


def title_of(key: str, version: str, rule: str) -> str:
    """What people call the rule or the expectation; its key where the version no longer has it. Raises LookupError."""
    found = behind(key, version, rule)
    return rule if found is None else found.title


def known(key: str, version: str) -> bool:
    """Whether this process has a version."""
    return (key, version) in _OWN or published(key, version) is not None


def keep(protocol: Protocol) -> None:
    """Have an organization's published version from now on."""
    _OWN[protocol.key, protocol.version] = protocol
