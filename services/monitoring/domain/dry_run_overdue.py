"""Which examinations two versions would have found overdue over a period.

By the same days as :func:`services.monitoring.domain.missing.of_examination`, from what was known at each moment, and
as if nobody had ended an alert. Instants are aware.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from services.monitoring.domain.after_changes import AfterChange, MedicineChange
from services.monitoring.domain.dry_run_silences import INSTANT, Circumstance, Stretch
from services.monitoring.domain.dry_runs import Spell
from services.monitoring.domain.education import DISCHARGE, CriticalTime, Education
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.silence import Done, Examination
from services.monitoring.domain.watch import Target, in_force
from shared.kit.zones import local_day
from shared.vocabulary import Metric, Severity


class Result(NamedTuple):
    """A valid reading of what an examination is done by."""

    metric: Metric
    observed_at: datetime
    received_at: datetime
    done: Done


@dataclass(frozen=True, slots=True)
class Record:
    """What one patient's examinations go by. ``changes`` and ``times`` with when they took place.

    ``circumstances`` oldest first, the first from before anything else; ``targets`` are the patient's own.
    """

    zone: str
    followed: datetime
    circumstances: tuple[Circumstance, ...]
    results: Sequence[Result]
    changes: Sequence[tuple[datetime, MedicineChange]]
    times: Sequence[tuple[datetime, CriticalTime]]
    targets: Sequence[Target]


def overdue(protocol: Protocol, record: Record, period: Stretch) -> list[Spell]:
    """The examinations that were overdue at some time of a period; ``began_at`` is when they became it."""
    edges = _edges(record, period)
    return [
        spell
        for each in protocol.expects
        if isinstance(each, Examination)
        for spell in _joined(_between(each, record, edges))
    ]


def _edges(record: Record, period: Stretch) -> list[datetime]:
    """The moments between which nothing changes that decides what is due when."""
    known = {
        *(each.start for each in record.circumstances),
        *(each.received_at for each in record.results),
        *(at for at, _ in (*record.changes, *record.times)),
        *(at for each in record.targets for at in (each.starts_at, each.ends_at) if at is not None),
    }
    return [period.start, *sorted(at for at in known if period.start < at < period.stop), period.stop]


def _between(expected: Examination, record: Record, edges: Sequence[datetime]) -> Iterator[tuple[datetime, Spell]]:
    """From when it stood overdue between two moments, as a spell to the later one."""
    for start, stop in pairwise(edges):
        now = [each for each in record.circumstances if each.start <= start][-1]
        if not expected.concerns(now.facts, now.tier):
            continue
        mine = _of_patient(expected, record, start)
        due_on = mine.due_on(_done(expected.metrics, record, start), local_day(record.followed, record.zone))
        if due_on is None:
            continue
        low, moderate = (
            max(mine.step_at(each, due_on, record.zone), record.followed) for each in (Severity.LOW, Severity.MODERATE)
        )
        if low < stop:
            severity, reached = (Severity.MODERATE, moderate) if moderate < stop else (Severity.LOW, low)
            # What becomes known between two moments of the period makes it due then, not before.
            raised_at = reached if start == edges[0] else max(reached, start)
            yield max(low, start), Spell(expected.key, severity, low, raised_at, stop - INSTANT)


def _joined(found: Iterable[tuple[datetime, Spell]]) -> list[Spell]:
    """What went on over a change is one alert: it began when it began, and its severity never falls."""
    spells: list[Spell] = []
    for start, each in found:
        before = spells[-1] if spells else None
        if before is None or before.until + INSTANT != start:
            spells.append(each)
            continue
        worse = each if each.severity.rank > before.severity.rank else before
        spells[-1] = replace(before, severity=worse.severity, raised_at=worse.raised_at, until=each.until)
    return spells


def _of_patient(expected: Examination, record: Record, at: datetime) -> Examination:
    if isinstance(expected, AfterChange):
        mine = [each for since, each in record.changes if since <= at and each.drug_class in expected.checks]
        expected = replace(expected, changes=tuple(mine))
    elif isinstance(expected, Education):
        critical = {DISCHARGE, *expected.critical}
        times = [each for since, each in record.times if since <= at and each.what in critical]
        expected = replace(expected, times=tuple(times))
    if expected.goal_key is None:
        return expected
    own = in_force(record.targets, expected.goal_key, at)
    return expected.of_patient(own.limit.at if own is not None else None)


def _done(metrics: Iterable[Metric], record: Record, at: datetime) -> Mapping[Metric, Done]:
    """By metric the newest result of those known by then."""
    known = [each for each in record.results if each.received_at <= at]
    newest = {
        metric: max((each for each in known if each.metric is metric), key=lambda each: each.observed_at, default=None)
        for metric in metrics
    }
    return {metric: each.done for metric, each in newest.items() if each is not None}
