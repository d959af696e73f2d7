"""The circumstances of patients that somebody asks about: a word nobody asks about would be lost without a trace."""

from collections.abc import Iterable, Iterator
from functools import cache

from services.monitoring.domain.check_ins import INTERPRETER_NEEDED
from services.monitoring.domain.education import Education
from services.monitoring.domain.filtration import UNFIT
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocols import PUBLISHED
from services.monitoring.domain.quality_measures import NOT_IN_CBP
from services.monitoring.domain.step_gates import EXCLUDING
from services.monitoring.domain.tiers import GOLD_E
from services.monitoring.domain.together import parts_of
from shared.kit.problems import Problem

OF_READINGS = frozenset(
    {"cuffless", "exercise", "fasting", "first-day", "office", "on-oxygen", "setting:office"},
)
"""What rules ask of one reading, never of the patient."""


class CircumstanceUnknown(Problem):
    """No rule, exclusion or order asks about it, so that storing it would change nothing."""

    code = "circumstance.unknown"
    title = "No such circumstance"


def asked_by(protocols: Iterable[Protocol]) -> frozenset[str]:
    """What the rules, expectations and exclusions of these protocols ask about."""
    return frozenset(fact for protocol in protocols for fact in _asked(protocol)) - OF_READINGS


@cache
def of_the_program() -> frozenset[str]:
    """What the catalogue, the tiers, the measures and the gates before a step ask about."""
    return asked_by(PUBLISHED) | NOT_IN_CBP | UNFIT | EXCLUDING | {GOLD_E, INTERPRETER_NEEDED}


def refuse_unknown(sent: Iterable[str], known: frozenset[str]) -> None:
    """Raises CircumstanceUnknown, with those there are."""
    unknown = sorted(set(sent) - known)
    if unknown:
        listed = sorted(known)
        raise CircumstanceUnknown(
            f"Nothing asks about {', '.join(unknown)}. Send one of: {', '.join(listed)}.",
            unknown=unknown,
            known=listed,
        )


def _asked(protocol: Protocol) -> Iterator[str]:
    yield from (each.fact for each in protocol.exclusions)
    for expected in protocol.expects:
        yield from expected.only | expected.unless
        if isinstance(expected, Education):
            yield from expected.critical
    for rule in protocol.rules:
        for part in (rule, *parts_of(rule)):
            yield from part.unless | part.only | part.raised_by
