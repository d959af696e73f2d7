"""Which of the new readings have to be evaluated at all: the others certainly change no alert."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.domain import evaluation, extents
from services.monitoring.domain.extents import Extent
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.readings import Reading
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
    """One enrollment on its way through an evaluation; ``since`` is by metric the earliest instant that matters."""

    person: Person
    followed: Followed
    since: dict[Metric, datetime] = field(default_factory=dict)

    def touch(self, metric: Metric, at: datetime) -> None:
        """Something may have changed for the rules from this instant on."""
        known = self.since.get(metric)
        self.since[metric] = at if known is None or at < known else known


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
                    case.touch(metric, at)
    if new:
        await _sift(tx, new, now=now)
    return [case for case in found if case.since]


async def _sift(tx: Session, new: Sequence[tuple[Case, Reading]], *, now: datetime) -> None:
    compared = [_compared(case, reading) for case, reading in new]
    unsure = [(case, reading, reach) for (case, reading), reach in zip(new, compared, strict=True) if reach]
    extremes, standing = await reading_extents.surroundings(
        tx,
        [_around(case, reading, now) for case, reading, _ in unsure],
        {case.followed.enrollment_id for case, _ in new},
        since=min(reading.observed_at for _, reading in new),
        near=extents.NEAR,
        far=_farthest(unsure),
    )
    found = iter(extremes)
    for (case, reading), reach in zip(new, compared, strict=True):
        each = case.followed
        extent = _extent(next(found)) if reach else None
        calm = reach is None or (extent is not None and extents.still(each.protocol, each.watch, reading, extent))
        if not calm or _concerns_an_alert(each.protocol, reading, standing.get(each.enrollment_id, ())):
            case.touch(reading.metric, reading.observed_at)


def _compared(case: Case, reading: Reading) -> timedelta | None:
    """How far back a reading is compared; None when it certainly finds nothing, zero when that says nothing."""
    each = case.followed
    if not evaluation.needs_history(each.protocol, each.watch, reading, ()):
        return None
    return extents.horizon(each.protocol, reading.metric) or timedelta(0)


def _concerns_an_alert(protocol: Protocol, reading: Reading, standing: Sequence[Standing]) -> bool:
    if not standing:
        return False
    keys = {rule.key for rule in protocol.rules_of(reading.metric)}
    return any(each.rule in keys and each.concerned(reading.observed_at) for each in standing)


def _farthest(unsure: Sequence[tuple[Case, Reading, timedelta]]) -> timedelta:
    # Looking farther back than a rule does can only make the gate less sure.
    return max((reach for _, _, reach in unsure), default=timedelta(0))


def _around(case: Case, reading: Reading, now: datetime) -> Around:
    at = reading.observed_at
    stop = max(now, at) + AHEAD
    return Around(case.followed.patient_id, reading.metric.value, reading.unit, at, stop)


def _extent(found: Extremes) -> Extent:
    near = None
    if found.near_low is not None and found.near_high is not None:
        near = (found.near_low, found.near_high)
    far = (found.low, found.high) if found.low is not None and found.high is not None else None
    return Extent(near, far, mixed=bool(found.mixed), later=bool(found.later))
