"""Make check-ins: one now, or one for a day of the plan."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from services.monitoring.domain import check_in_plan, forms
from services.monitoring.domain.check_in_problems import NobodyToAsk
from services.monitoring.domain.enrollments import FOLLOWED
from services.monitoring.domain.form import Form
from services.monitoring.domain.pinned import pinned
from services.monitoring.store import enrollments, patients
from services.monitoring.store.check_ins import CheckInEnrollmentRow, CheckInRow
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.usecases import check_in_words, panel
from shared.contracts.monitoring.check_ins import CheckInRead, OpenCheckIn
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.zones import local_day
from shared.vocabulary import CheckInState


async def open_one(tx: Session, body: OpenCheckIn, *, actor: Actor, now: datetime) -> CheckInRead:
    """Check in now, beside what the plan asks for; several conditions of one patient are one conversation.

    Raises:
        NotFound, NobodyToAsk.
    """
    found = [await enrollments.get(tx, each) for each in sorted(set(body.enrollment_ids))]
    if len({each.patient_id for each in found}) != 1:
        raise NobodyToAsk("These enrollments belong to different patients. Open one check-in for each of them.")
    if any(each.state not in FOLLOWED for each in found):
        raise NobodyToAsk("One of these enrollments is neither active nor paused. Name those that are followed.")
    patient = await patients.get_for_update(tx, found[0].patient_id)
    day = local_day(now, patient.time_zone)
    asked = forms_of(found)
    row = make(tx, patient.id, asked, day=day, zone=patient.time_zone, scheduled=False, reason=body.reason, now=now)
    await tx.flush()
    for each in found:
        await serve(tx, row, each, planned=False)
    await panel.refresh(tx, [patient.id], now=now)
    audit.saw(tx, row.patient_id, row.id)
    return check_in_words.read(row, [each.id for each in found], actor=actor)


def forms_of(rows: Iterable[EnrollmentRow]) -> list[Form]:
    """The forms of one conversation about these enrollments, as the versions that they are pinned to name them."""
    return forms.for_sets(pinned(each.protocol, each.protocol_version).forms for each in rows)


def make(
    tx: Session,
    patient_id: UUID,
    asked: Sequence[Form],
    *,
    day: date,
    zone: str,
    scheduled: bool,
    reason: str | None,
    now: datetime,
) -> CheckInRow:
    """A new check-in for a local day, with these forms."""
    row = CheckInRow(
        id=new_id(),
        organization_id=organization(tx),
        patient_id=patient_id,
        scheduled=scheduled,
        state=CheckInState.DUE,
        due_on=day,
        due_at=check_in_plan.due_at(day, zone),
        time_zone=zone,
        reason=reason,
        forms=[form.name for form in asked],
        answers={},
        not_asked={},
        version=1,
        created_at=now,
        updated_at=now,
    )
    tx.add(row)
    return row


async def serve(tx: Session, row: CheckInRow, enrollment: EnrollmentRow, *, planned: bool) -> None:
    """Let a check-in serve an enrollment; one that it served before a change of plan, again."""
    known = await tx.get(CheckInEnrollmentRow, (row.id, enrollment.id))
    if known is not None:
        known.open, known.tier = planned, enrollment.tier
        return
    tx.add(
        CheckInEnrollmentRow(
            organization_id=organization(tx),
            check_in_id=row.id,
            enrollment_id=enrollment.id,
            planned_on=row.due_on if planned else None,
            tier=enrollment.tier,
            open=planned,
        )
    )
