"""What else moving to another version changes: forms, what is expected, and how alerts are answered."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from services.monitoring.domain.escalation import Answering
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.silence import Expected


class MovedPart(NamedTuple):
    """One difference in words; None where a version has nothing of this name."""

    part: str
    name: str
    before: str | None
    after: str | None


def moved_parts(old: Protocol, new: Protocol) -> list[MovedPart]:
    """Every difference between two versions besides their rules, by part and name."""
    pairs = (("forms", _forms(old), _forms(new)), ("expects", _expects(old), _expects(new)))
    every = (*pairs, ("ladder", _ladder(old), _ladder(new)))
    return [each for part, before, after in every for each in _differences(part, before, after)]


def _differences(part: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[MovedPart]:
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield MovedPart(part, name, before.get(name), after.get(name))


def _forms(protocol: Protocol) -> dict[str, str]:
    return {name.partition("@")[0]: name for name in protocol.forms}


def _expects(protocol: Protocol) -> dict[str, str]:
    return {each.key: _said(each) for each in protocol.expects}


def _said(expected: Expected) -> str:
    whom = (("only", expected.only), ("not", expected.unless), ("tiers", expected.tiers))
    said = (f"{word}: {', '.join(sorted(facts))}" for word, facts in whom if facts)
    return "; ".join([expected.rhythm(), *said])


def _ladder(protocol: Protocol) -> dict[str, str]:
    return {severity: _answered(each) for severity, each in protocol.ladder.items()}


def _answered(answering: Answering) -> str:
    steps = "".join(f"; {step.told} after {step.wait.words()}" for step in answering.steps)
    return f"acknowledged within {answering.acknowledge.words()}{steps}"
