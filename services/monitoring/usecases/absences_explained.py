"""What was missing, computed again from what was known when the alert last became more serious."""

from datetime import datetime
from uuid import UUID

from services.monitoring.domain.attendance import (
    NOTHING_DUE,
    Conversation,
    Coverage,
    Due,
    Heard,
    of_conversation,
    of_coverage,
)
from services.monitoring.domain.missing import NOT_EXPECTED, Verdict
from services.monitoring.domain.silence import Examination, Expected, Stream
from services.monitoring.store import attendance, enrollments, escalations, expectations, patients, receipts
from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.expectations import ExpectationRow
from services.monitoring.usecases import examinations
from services.monitoring.usecases.missing import BACK
from shared.contracts.monitoring.explanations import Recomputed
from shared.db.base import Session
from shared.kit.zones import local_day

_LIFTED = "raised"


async def again(tx: Session, row: AlertRow, expected: Expected) -> Recomputed:
    """The same expectation over the record as it was known when it was found, or found to be worse."""
    if isinstance(expected, Stream):
        return await _waited(tx, row, expected)
    raised = [each.at for each in await escalations.acts(tx, row.id) if each.act == _LIFTED]
    known_at = max([row.opened_at, *raised])
    kept = [each for each in await expectations.of_enrollments(tx, [row.enrollment_id]) if each.key == row.rule]
    verdict = await _judged(tx, row, kept[0], expected, known_at) if kept else NOT_EXPECTED
    found = verdict.absence
    if found is None:
        return Recomputed(agrees=False, differs=["nothing is missing by the record as it stands"], findings=[])
    agrees = (found.severity, found.since, found.text) == (row.severity, row.began_at, row.arithmetic)
    return Recomputed(agrees=agrees, differs=[] if agrees else [f"{found.severity}: {found.text}"], findings=[])


async def _judged(tx: Session, row: AlertRow, kept: ExpectationRow, expected: Expected, known_at: datetime) -> Verdict:
    zone = (await patients.get(tx, row.patient_id)).time_zone
    enrollment = await enrollments.get(tx, row.enrollment_id)
    followed = enrollment.activated_at or row.opened_at
    # Waiting that began anew since says nothing of this absence.
    since = kept.since if kept.since <= row.began_at else followed
    if isinstance(expected, Examination):
        named = (row.enrollment_id, row.rule, row.patient_id, row.protocol, row.protocol_version)
        asked = examinations.Named(*named, since)
        known = await examinations.known(tx, [asked], known_at, known_by=known_at)
        return known.verdict(asked, enrollment.targets, activated_at=followed, zone=zone, now=known_at)
    if isinstance(expected, Conversation):
        day = await attendance.due_at(tx, row.enrollment_id, known_at, local_day(known_at, zone))
        due = NOTHING_DUE if day is None else Due(day, False)
        return of_conversation(expected, due, since=since, now=known_at, zone=zone)
    if isinstance(expected, Coverage):
        return await _worn(tx, row.patient_id, expected, since, known_at)
    return NOT_EXPECTED


async def _worn(tx: Session, patient_id: UUID, expected: Coverage, since: datetime, at: datetime) -> Verdict:
    start, who = at - expected.period, [patient_id]
    worn = await attendance.worn(tx, who, now=at, period=expected.period, known_by=at)
    heard = (await attendance.heard(tx, who, start, at, known_by=at)).get(patient_id, ())
    first = worn[patient_id].first_at if worn else None
    return of_coverage(expected, [Heard(*each) for each in heard], first=first, since=since, now=at)


async def _waited(tx: Session, row: AlertRow, expected: Stream) -> Recomputed:
    """Silence is what did not come: by the time it was reached, nothing had been received since it began."""
    pairs = [(row.patient_id, metric.value) for metric in expected.metrics]
    came = await receipts.last_received(tx, pairs, row.last_at, back=BACK)
    later = sorted(at for at, _ in came.values() if at > row.began_at)
    return Recomputed(agrees=not later, differs=[f"received {at:%Y-%m-%d %H:%M} UTC" for at in later], findings=[])
