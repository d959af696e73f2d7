"""Which silences two versions would have found over a period: the absences of readings that should have kept coming.

By the same waits as :func:`services.monitoring.domain.missing.of_stream`, and as if nobody had ended an alert, no
device cloud had been dark, and no other alert stood (which makes silence high). Spans are half open, instants aware.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from services.monitoring.domain.absences import Interval, merged, outside
from services.monitoring.domain.dry_runs import Spell
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.silence import Stream, Waits
from shared.vocabulary import Metric, RiskTier, Severity

INSTANT = timedelta.resolution
"""Spells end at their last instant, spans before theirs."""


class Stretch(NamedTuple):
    """From ``start`` until before ``stop``."""

    start: datetime
    stop: datetime


class Circumstance(NamedTuple):
    """From when which facts and tier held."""

    start: datetime
    facts: frozenset[str]
    tier: RiskTier


@dataclass(frozen=True, slots=True)
class Case:
    """One enrollment as what is expected of it goes by.

    ``watched``: when it was followed, neither paused nor in hospital; ``circumstances`` oldest first, the first from
    before all that; ``own``: the patient's own waits by expectation; ``heard``: by metric when readings were received,
    in order, from as far back as counts; of each hour the first and the last are enough.
    """

    zone: str
    watched: tuple[Stretch, ...]
    circumstances: tuple[Circumstance, ...]
    heard: Mapping[Metric, Sequence[datetime]]
    own: Mapping[str, Waits]


def silences(protocol: Protocol, case: Case, rules: Iterable[Spell], period: Stretch) -> list[Spell]:
    """The silences that stood at some time of a period; ``rules`` are the alerts of the version's rules in it.

    What is expected only while alerts stand counts from those, so not from alerts of before the period.
    """
    known = list(rules)
    return [
        spell
        for each in protocol.expects
        if isinstance(each, Stream)
        for asked in _asked(each, case.watched, known, period)
        for spell in _absences(each, case, asked, period)
    ]


def watched(start: datetime, stop: datetime, absences: Iterable[tuple[datetime, datetime | None]]) -> list[Stretch]:
    """What of a span is left without absences, which may overlap; one without an end lasts."""
    return [Stretch(*each) for each in outside((Interval(*absence) for absence in absences), start, stop)]


def _asked(expected: Stream, stretches: Iterable[Stretch], rules: Iterable[Spell], period: Stretch) -> list[Stretch]:
    """When it is asked for at all: always, or from an alert of certain rules until so long after its end."""
    if not expected.during:
        return list(stretches)
    zones = [
        Stretch(each.began_at, period.stop if each.lasts else each.until + expected.lingers)
        for each in rules
        if each.rule in expected.during
    ]
    return [both for one in stretches for other in _merged(zones) if (both := _both(one, other)) is not None]


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    together = merged(Interval(*each) for each in stretches)
    return [Stretch(each.start, each.end) for each in together if each.end is not None]


def _both(one: Stretch, other: Stretch) -> Stretch | None:
    start, stop = max(one.start, other.start), min(one.stop, other.stop)
    return Stretch(start, stop) if start < stop else None


def _absences(expected: Stream, case: Case, asked: Stretch, period: Stretch) -> Iterator[Spell]:
    own = case.own.get(expected.key)
    for since, until in _gaps(expected, case, asked):
        low, moderate = (expected.step_at(each, since, case.zone, own) for each in (Severity.LOW, Severity.MODERATE))
        for concerned in _concerned(expected, case, until):
            stands = _both(concerned, Stretch(min(low, moderate), until))
            seen = _both(stands, period) if stands is not None else None
            if seen is not None:
                raised = moderate < seen.stop
                severity, reached = (Severity.MODERATE, moderate) if raised else (Severity.LOW, low)
                # Before that it was expected of nobody like them.
                yield Spell(expected.key, severity, since, max(reached, concerned.start), seen.stop - INSTANT)


def _gaps(expected: Stream, case: Case, asked: Stretch) -> Iterator[tuple[datetime, datetime]]:
    """Since when nothing had come, and until when: from what was received or the beginning to what came next."""
    came = sorted(at for metric in expected.metrics for at in case.heard.get(metric, ()))
    within = [at for at in came if asked.start <= at < asked.stop]
    began = expected.once_started and not (came and came[0] < asked.start)
    points = within if began else [asked.start, *within]
    yield from pairwise([*points, asked.stop] if points else [])


def _concerned(expected: Stream, case: Case, until: datetime) -> list[Stretch]:
    """When it was expected of somebody with these circumstances at this tier, up to ``until``."""
    ends = [*(each.start for each in case.circumstances[1:]), until]
    return _merged(
        Stretch(each.start, min(end, until))
        for each, end in zip(case.circumstances, ends, strict=True)
        if each.start < until and expected.concerns(each.facts, each.tier)
    )
