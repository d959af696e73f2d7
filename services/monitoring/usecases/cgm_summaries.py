"""Each day the last 14 days of a sensor are summed up as readings, so that rules and measures see them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.monitoring.domain import cgm
from services.monitoring.domain import cgm_summaries as rules
from services.monitoring.domain.cgm import Point
from services.monitoring.domain.metrics import Accepted
from services.monitoring.domain.pinned import pinned
from services.monitoring.store import cgm_summaries as store
from services.monitoring.store import enrollments, patients, reading_charts, readings
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.readings import Window
from services.monitoring.usecases import computed, rosters, tidings, watching
from services.monitoring.usecases.clock import clock
from services.monitoring.usecases.gate import Touched
from services.monitoring.usecases.judging import Sent
from shared.db.base import Session, organization
from shared.vocabulary import CgmPopulation, Comparator, Metric

_WHY = "The sensor's data of these days came late or changed"
_CONCERNED = (Metric.GLUCOSE_CGM, *rules.UNITS)
# A request that was under way at the last look may have stored what it received before it.
_UNDER_WAY = timedelta(hours=1)


async def expect(tx: Session, enrollment: EnrollmentRow, now: datetime) -> None:
    """From now on sum up what this patient's sensor sends, where the protocol asks about it."""
    if _with_sensor(enrollment):
        await store.expect(tx, enrollment.patient_id, now)


async def keep(tx: Session, patient_id: UUID, now: datetime) -> bool:
    """Bring a patient's summaries in line with what is stored; whether one came, changed or went.

    What is kept follows from the stored values alone: twice on a day changes nothing more, and late data end in the
    same summaries as data in time.
    """
    patient = await patients.get_for_update(tx, patient_id)
    row = await store.get_for_update(tx, patient_id)
    if row is None or row.due_at > now:
        return False
    if not any(_with_sensor(each) for each in await enrollments.followed(tx, patient_id)):
        # Whoever is followed again is looked at again from then on.
        await tx.delete(row)
        return False
    changed = None
    if row.seen_at is not None:
        back, since = now - rules.LATE - cgm.PERIOD, row.seen_at - _UNDER_WAY
        changed = await store.changed_from(tx, patient_id, _CONCERNED, back, now, since=since, but=rules.SOURCE)
    row.due_at, row.seen_at = rules.due_after(now, patient.time_zone), now
    days = rules.ends(now, patient.time_zone, changed, row.begun_at)
    touched, new = await _settle(tx, patient, days, now)
    if not touched:
        return False
    actor, people = clock(organization(tx)), await rosters.lock(tx, [patient_id])
    await watching.follow(tx, people, {patient_id: Touched(certain=touched)}, actor=actor, now=now)
    await tidings.send(tx, people, new, actor=actor, now=now)
    return True


async def _settle(
    tx: Session, patient: PatientRow, days: Sequence[tuple[date, datetime]], now: datetime
) -> tuple[list[tuple[Metric, datetime]], list[Sent]]:
    first, last = rules.start(days[0][1]), days[-1][1]
    received = await reading_charts.as_received(tx, patient.id, Metric.GLUCOSE_CGM, first, last)
    points = [Point(at, value, unit, Comparator(sign) if sign else None) for at, value, unit, sign in received]
    begins = days[0][1] - timedelta(days=1)
    rows = await readings.within(tx, [Window(patient.id, metric.value, begins, now) for metric in rules.UNITS])
    own = [each for each in rows if each.source == rules.SOURCE]
    others = [each.observed_at for each in rows if each.source != rules.SOURCE and computed.valid(each)]
    by = clock(organization(tx)).person
    touched: list[tuple[Metric, datetime]] = []
    new: list[Sent] = []
    for day, end in days:
        standing = {Metric(each.metric): each for each in own if each.observed_at == end}
        wanted = {} if rules.told_by_others(day, patient.time_zone, others) else _wanted(patient, points, end, now)
        for metric in sorted(standing.keys() | wanted.keys()):
            before, right = standing.get(metric), wanted.get(metric)
            if await computed.put_right(tx, before, right, why=_WHY, by=by, now=now):
                touched.append((metric, end))
                new += [right] if before is None and right is not None else []
    return touched, new


def _wanted(patient: PatientRow, points: Sequence[Point], end: datetime, now: datetime) -> dict[Metric, Sent]:
    start, zone = rules.start(end), patient.time_zone
    found = cgm.report(points, start, end, population=CgmPopulation.ADULT, zone=zone)
    if found is None:
        return {}
    context: dict[str, Any] = {
        "computed": "cgm-14-days",
        "from": f"{found.received} sensor readings since {start.isoformat()}",
    }
    if found.insufficient:
        context["insufficient"] = " ".join(found.insufficient)
    # Not flagged for a nurse to verify: there is nothing but arithmetic in it.
    return {
        metric: computed.sent(
            patient,
            metric,
            value,
            Accepted(unit := rules.UNITS[metric]),
            unit=unit,
            at=end,
            source=rules.SOURCE,
            context=context,
            now=now,
        )
        for metric, value in rules.figures(found).items()
    }


def _with_sensor(enrollment: EnrollmentRow) -> bool:
    return Metric.CGM_ACTIVE in pinned(enrollment.protocol, enrollment.protocol_version).metrics
