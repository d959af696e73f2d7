"""What is expected of an enrollment, in the words of the contract; and the patient's own order."""

from datetime import date, datetime
from uuid import UUID

from services.monitoring.domain import enrollments as rules
from services.monitoring.domain import pinned
from services.monitoring.domain.attendance import Conversation, Coverage
from services.monitoring.domain.silence import Expected, Stream, nudge_on
from services.monitoring.store import attendance, enrollments, expectations, patients, receipts
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.expectations import ExpectationRow
from services.monitoring.usecases import examinations
from services.monitoring.usecases.enrollment_changes import changed, for_change
from services.monitoring.usecases.missing import BACK, own_waits
from services.monitoring.usecases.rota import of as rota_of
from shared.contracts.monitoring.enrollments import EnrollmentRead
from shared.contracts.monitoring.silence import ExpectationRead, OrderReadings
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.calendar import Calendar
from shared.kit.zones import local_day
from shared.vocabulary import Severity


async def of_enrollment(tx: Session, enrollment_id: UUID, *, now: datetime) -> list[ExpectationRead]:
    """Everything expected of an enrollment, by key; raises NotFound. Empty until the clock's job has planned it."""
    enrollment = await enrollments.get(tx, enrollment_id)
    audit.saw(tx, enrollment.patient_id, enrollment_id)
    zone = (await patients.get(tx, enrollment.patient_id)).time_zone
    read = []
    for row in await expectations.of_enrollments(tx, [enrollment_id]):
        expected = pinned.expected(row.protocol, row.protocol_version, row.key)
        examined = await _examination(tx, row, enrollment, zone, now)
        if examined is not None:
            read.append(examined)
        elif isinstance(expected, Stream):
            read.append(await _stream(tx, row, expected, zone, now))
        elif isinstance(expected, Conversation):
            read.append(await _conversation(tx, row, expected, zone))
        elif isinstance(expected, Coverage):
            read.append(_read(row, expected, last_at=None, low_at=None, moderate_at=None))
    return read


async def order(
    tx: Session, enrollment_id: UUID, body: OrderReadings, *, version: int, actor: Actor, now: datetime
) -> EnrollmentRead:
    """Say how often this patient is to send readings, and how long none may come before somebody asks.

    Raises:
        NotFound, Stale, NotExpected.
    """
    row, patient = await for_change(tx, enrollment_id, version)
    protocol = pinned.pinned(row.protocol, row.protocol_version)
    streams = [each.key for each in protocol.expects if isinstance(each, Stream)]
    if body.expectation not in streams:
        raise rules.NotExpected(f"Name one of the readings this protocol waits for: {', '.join(streams)}.")
    kept = {**body.model_dump(mode="json"), "by": actor.person, "at": now.isoformat()}
    row.waits = [*row.waits, kept]
    after = f"{body.expectation}: {body.per_day:g} per day, {body.low_hours} h, {body.moderate_hours} h"
    enrollments.note(tx, row, "order-readings", body.reason, before=None, after=after, by=actor.person, at=now)
    return await changed(tx, row, patient, actor=actor, now=now)


async def _stream(tx: Session, row: ExpectationRow, expected: Stream, zone: str, now: datetime) -> ExpectationRead:
    came = await receipts.last_received(tx, [(row.patient_id, metric) for metric in row.metrics], now, back=BACK)
    last = max((at for at, _ in came.values()), default=None)
    begun = row.since if last is None else max(row.since, last)
    own = own_waits(row.low_hours, row.moderate_hours)
    idle = row.due_at is None and row.alert_id is None and row.suspected_at is None
    low, moderate = (expected.step_at(each, begun, zone, own) for each in (Severity.LOW, Severity.MODERATE))
    return _read(row, expected, last_at=last, low_at=None if idle else low, moderate_at=None if idle else moderate)


async def _examination(
    tx: Session, row: ExpectationRow, enrollment: EnrollmentRow, zone: str, now: datetime
) -> ExpectationRead | None:
    found = (await examinations.known(tx, [row], now)).of(row, enrollment.targets, zone=zone, now=now)
    if found is None:
        return None
    expected, done = found
    last = expected.last(done)
    at = Calendar(zone).start_of(last.on) if last is not None else None
    due = expected.due_on(done, local_day(enrollment.activated_at or row.since, zone))
    if due is None:
        return _read(row, expected, last_at=at, low_at=None, moderate_at=None)
    low, moderate = (expected.step_at(each, due, zone) for each in (Severity.LOW, Severity.MODERATE))
    nudge = await _nudge(tx, due, zone)
    return _read(row, expected, last_at=at, due_on=due, low_at=low, moderate_at=moderate, nudge=nudge)


async def _conversation(tx: Session, row: ExpectationRow, expected: Conversation, zone: str) -> ExpectationRead:
    due, _ = (await attendance.check_ins(tx, [row.enrollment_id]))[row.enrollment_id]
    (_, low), (_, moderate) = expected.steps(due, zone) if due is not None else ((None, None), (None, None))
    nudge = await _nudge(tx, due, zone) if due is not None else None
    return _read(row, expected, last_at=None, due_on=due, low_at=low, moderate_at=moderate, nudge=nudge)


async def _nudge(tx: Session, due: date, zone: str) -> date:
    """The last day on or before it on which the practice works."""
    return nudge_on(due, (await rota_of(tx, zone)).hours.calendar)


def _read(
    row: ExpectationRow,
    expected: Expected,
    *,
    last_at: datetime | None,
    low_at: datetime | None,
    moderate_at: datetime | None,
    due_on: date | None = None,
    nudge: date | None = None,
) -> ExpectationRead:
    return ExpectationRead(
        key=row.key,
        title=expected.title,
        metrics=list(expected.metrics),
        citation=expected.source,
        last_at=last_at,
        due_on=due_on,
        nudge_on=nudge,
        low_at=low_at,
        moderate_at=moderate_at,
        ordered=row.low_hours is not None,
        severity=Severity(row.severity) if row.severity else None,
        alert_id=row.alert_id,
    )
