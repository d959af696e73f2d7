"""Keep a computed filtration beside each creatinine of an adult for whom the laboratory sent none that day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.monitoring.domain import filtration as rules
from services.monitoring.domain.metrics import Accepted, judge
from services.monitoring.store import patients, readings
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.readings import Stored, Window
from services.monitoring.usecases import computed
from services.monitoring.usecases.judging import Sent
from services.monitoring.usecases.rosters import Person
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.calendar import Calendar
from shared.kit.units import plain
from shared.kit.zones import age_on, local_day
from shared.vocabulary import Metric

CONCERNED = frozenset({Metric.CREATININE, Metric.EGFR})
_WHY = "The creatinine or the laboratory's own filtration of that day changed"
_INSTANT = timedelta(microseconds=1)


@dataclass(slots=True)
class Settled:
    """By patient the instants at which a computed filtration came, changed or went; and those that are new."""

    touched: dict[UUID, list[datetime]] = field(default_factory=dict)
    new: list[Sent] = field(default_factory=list)


async def settle(
    tx: Session,
    people: Mapping[UUID, Person],
    changed: Mapping[UUID, Iterable[datetime]],
    *,
    actor: Actor,
    now: datetime,
) -> Settled:
    """Bring the computed filtrations of these patients and days in line with what is stored; the rows are locked.

    What is kept follows from the stored values alone, so that the order in which they came plays no part.
    """
    done = Settled()
    known = await patients.several(tx, changed)
    for patient_id, instants in changed.items():
        patient = known[patient_id]
        for day in sorted({local_day(at, patient.time_zone) for at in instants}):
            noon = datetime.combine(day, time(12), ZoneInfo(patient.time_zone))
            unfit = any(rules.UNFIT & each.watch.at(noon).facts for each in people[patient_id].followed)
            await _day(tx, patient, day, done, unfit=unfit, actor=actor, now=now)
    return done


async def beside(
    tx: Session, people: Mapping[UUID, Person], changed: Stored, *, actor: Actor, now: datetime
) -> list[tuple[Metric, datetime]]:
    """What one corrected, verified or voided reading changes in computed filtrations: to be evaluated with it."""
    if changed.metric not in CONCERNED:
        return []
    done = await settle(tx, people, {changed.patient_id: [changed.observed_at]}, actor=actor, now=now)
    return [(Metric.EGFR, at) for at in done.touched.get(changed.patient_id, ())]


async def _day(
    tx: Session, patient: PatientRow, day: date, done: Settled, *, unfit: bool, actor: Actor, now: datetime
) -> None:
    calendar = Calendar(patient.time_zone)
    start, stop = calendar.start_of(day), calendar.start_of(day + timedelta(days=1)) - _INSTANT
    windows = [Window(patient.id, metric.value, start, stop) for metric in sorted(CONCERNED)]
    rows = await readings.within(tx, windows)
    standing = {row.observed_at: row for row in rows if row.source == rules.SOURCE}
    wanted = {} if unfit else _wanted(patient, day, rows, now)
    for at in sorted(standing.keys() | wanted.keys()):
        before, right = standing.get(at), wanted.get(at)
        if await computed.put_right(tx, before, right, why=_WHY, by=actor.person, now=now):
            done.new += [right] if before is None and right is not None else []
            done.touched.setdefault(patient.id, []).append(at)


def _wanted(patient: PatientRow, day: date, rows: Sequence[Stored], now: datetime) -> dict[datetime, Sent]:
    valid = [row for row in rows if computed.valid(row)]
    if any(row.metric == Metric.EGFR and row.source != rules.SOURCE for row in valid):
        return {}
    found: dict[datetime, Sent] = {}
    age = age_on(patient.birth_date, day)
    for row in sorted(valid, key=lambda each: (each.observed_at, each.source)):
        if row.metric != Metric.CREATININE or row.comparator is not None or row.observed_at in found:
            continue
        sent = _computed(patient, row, age, now)
        if sent is not None:
            found[row.observed_at] = sent
    return found


def _computed(patient: PatientRow, creatinine: Stored, age: int, now: datetime) -> Sent | None:
    value = rules.computed(creatinine.value, creatinine.unit, age=age, sex=patient.sex)
    if value is None:
        return None
    at = creatinine.observed_at
    verdict = judge(Metric.EGFR, value, rules.UNIT, observed_at=at, now=now)
    if not isinstance(verdict, Accepted):
        return None
    context = {"computed": "ckd-epi-2021", "from": f"creatinine {plain(creatinine.value)} {creatinine.unit}"}
    return computed.sent(
        patient,
        Metric.EGFR,
        value,
        verdict,
        unit=rules.UNIT,
        at=at,
        source=rules.SOURCE,
        context=context,
        now=now,
    )
