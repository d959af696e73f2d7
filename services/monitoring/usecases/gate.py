"""Which of the new readings have to be evaluated, and by which rules: the others certainly change no alert."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.domain import evaluation, extents
from services.monitoring.domain.extents import Extent
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Rule
from services.monitoring.store import reading_extents
from services.monitoring.store.alerts import Standing
from services.monitoring.store.reading_extents import Around, Extremes
from services.monitoring.usecases.rosters import Followed, Person
from shared.db.base import Session
from shared.vocabulary import Metric

# Device clocks may run ahead of ours by minutes, never by a day.
AHEAD = timedelta(days=1)


@dataclass(slots=True)
class Touched:
    """What came, changed or went for one patient; ``certain`` are changes that must be evaluated whatever they say."""

    new: list[Reading] = field(default_factory=list)
    certain: list[tuple[Metric, datetime]] = field(default_factory=list)


@dataclass(slots=True)
class Case:
    """One enrollment on its way through an evaluation; ``since`` is by metric the earliest instant that matters.

    ``rules`` are those that have to be looked at; all of them (None) once something changed that is not a new reading.
    ``alerts``: there may be alerts that stand, or whose evidence is not before what changed.
    """

    person: Person
    followed: Followed
    since: dict[Metric, datetime] = field(default_factory=dict)
    rules: set[str] | None = field(default_factory=set)
    alerts: bool = False

    def touch(self, metric: Metric, at: datetime, rules: Iterable[str] | None) -> None:
        """Something may have changed for these rules from this instant on."""
        known = self.since.get(metric)
        self.since[metric] = at if known is None or at < known else known
        if rules is None:
            self.rules, self.alerts = None, True
        elif self.rules is not None:
            self.rules.update(rules)


async def cases(
    tx: Session, people: Mapping[UUID, Person], touched: Mapping[UUID, Touched], *, now: datetime
) -> list[Case]:
    """The enrollments that have to be evaluated."""
    found: list[Case] = []
    new: list[tuple[Case, Reading]] = []
    for patient_id, what in touched.items():
        person = people[patient_id]
        for followed in person.followed:
            case = Case(person, followed)
            found.append(case)
            rules_of = followed.protocol.rules_of
            new += [(case, reading) for reading in what.new if rules_of(reading.metric)]
            for metric, at in what.certain:
                if rules_of(metric):
                    case.touch(metric, at, None)
    if new:
        await _sift(tx, new, now=now)
    return [case for case in found if case.since]


async def _sift(tx: Session, new: Sequence[tuple[Case, Reading]], *, now: datetime) -> None:
    reach = [_reach(case, reading) for case, reading in new]
    extremes, standing = await reading_extents.surroundings(
        tx,
        [_around(case, reading, now) for (case, reading), far in zip(new, reach, strict=True) if far is not None],
        {case.followed.enrollment_id for case, _ in new},
        since=min(reading.observed_at for _, reading in new),
        near=extents.NEAR,
        # Looking farther back than a rule does can only make the gate less sure.
        far=max((far for far in reach if far is not None), default=timedelta(0)),
    )
    found = iter(extremes)
    for (case, reading), far in zip(new, reach, strict=True):
        each = case.followed
        keys = {rule.key for rule in _stirred(each, reading, None if far is None else _extent(next(found)))}
        if alerts := standing.get(each.enrollment_id):
            case.alerts = True
            keys |= _with_alerts(each.protocol, reading, alerts)
        if keys:
            case.touch(reading.metric, reading.observed_at, keys)


def _stirred(each: Followed, reading: Reading, extent: Extent | None) -> tuple[Rule, ...]:
    """The rules that may find something because of a reading; ``extent`` where a rule of change looks at it."""
    if extent is not None and extents.lies_still(each.protocol, each.watch, reading, extent):
        return ()
    own = evaluation.may_change(each.protocol, each.watch, reading, ())
    return own if extent is None else extents.stirred(each.protocol, each.watch, reading, own, extent)


def _reach(case: Case, reading: Reading) -> timedelta | None:
    """How far back a reading is compared; None when no rule of change looks at it."""
    return extents.horizon(case.followed.protocol, reading.metric)


def _with_alerts(protocol: Protocol, reading: Reading, standing: Sequence[Standing]) -> set[str]:
    """The rules with an alert that the reading may belong to, come before the end of, or end."""
    keys = {rule.key for rule in protocol.rules_of(reading.metric)}
    return {each.rule for each in standing if each.rule in keys and each.concerned(reading.observed_at)}


def _around(case: Case, reading: Reading, now: datetime) -> Around:
    at = reading.observed_at
    stop = max(now, at) + AHEAD
    return Around(case.followed.patient_id, reading.metric.value, reading.unit, at, stop)


def _extent(found: Extremes) -> Extent:
    near = None
    if found.near_low is not None and found.near_high is not None:
        near = (found.near_low, found.near_high)
    far = (found.low, found.high) if found.low is not None and found.high is not None else None
    return Extent(near, far, mixed=bool(found.mixed), later=bool(found.later), before=found.before)
