"""What a change does to the list of medicines, once it is ordered and the patient has said it back."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from services.monitoring.domain import plan_changes as rules
from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.plans import changed, unfit
from services.monitoring.store import enrollments, expectation_plans, patients
from services.monitoring.store import plan_changes as store
from services.monitoring.store.plan_changes import PlanChangeRow
from services.monitoring.store.plans import PlanRow, PlanVersionRow
from services.monitoring.usecases import plans
from services.monitoring.usecases.plan_words import medicine_of
from services.monitoring.usecases.step_facts import line
from shared.db.base import Session
from shared.kit.calendar import Calendar
from shared.vocabulary import PlanChangeKind, PlanChangeState


async def take_effect(tx: Session, row: PlanChangeRow, *, by: str, at: datetime, now: datetime) -> None:
    """Enter the change into the list as a new version. The patient's row must be locked.

    Raises:
        MedicineChanged: the line is no longer as it was when this was computed or proposed.
    """
    plan, version = await plans.locked(tx, row.plan_id)
    medicine = _after(row, version, at)
    if row.temporary_days is not None and row.dose_before is not None:
        zone = (await patients.get(tx, row.patient_id)).time_zone
        calendar = Calendar(zone)
        row.returns_at = calendar.start_of(calendar.day_of(at) + timedelta(days=row.temporary_days))
        medicine = replace(medicine, returns_at=row.returns_at, returns_to=row.dose_before)
    made = await _list(tx, plan, medicine, row, by=by, at=now)
    before, row.state = row.state, PlanChangeState.EFFECTIVE
    row.effective_at, row.plan_number = at, made.number
    # Tests may be due after it.
    followed = await enrollments.followed(tx, row.patient_id)
    await expectation_plans.reexamine(tx, [each.id for each in followed], now)
    store.note(tx, row, "take-effect", before=before, by=by, at=now)


async def give_back(tx: Session, row: PlanChangeRow, *, by: str, now: datetime) -> None:
    """The temporary dose ends by itself; a dose somebody set since then stays."""
    plan, version = await plans.locked(tx, row.plan_id)
    medicine = line(version, row.medicine_id)
    if medicine.returns_at == row.returns_at and medicine.returns_to is not None:
        back = replace(medicine, dose=medicine.returns_to, changed_at=now, returns_at=None, returns_to=None)
        await _list(tx, plan, back, row, by=by, at=now)
    row.returned_at = now
    store.note(tx, row, "return", before=row.state, by=by, at=now)


async def _list(
    tx: Session, plan: PlanRow, medicine: Medicine, row: PlanChangeRow, *, by: str, at: datetime
) -> PlanVersionRow:
    reason = f"{row.kind} of {row.drug}, {row.path}"
    return await plans.list_medicine(tx, plan, medicine, by=by, reason=reason, at=at, plan_change_id=row.id)


def _after(row: PlanChangeRow, version: PlanVersionRow, at: datetime) -> Medicine:
    kind = PlanChangeKind(row.kind)
    if kind is PlanChangeKind.START and row.medicine is not None:
        started = replace(medicine_of(row.medicine), dose=row.dose_after or Decimal(0), changed_at=at)
        return changed(started, kind, None, at, row.decided_by)
    medicine = line(version, row.medicine_id)
    if unfit(medicine, kind) is not None or medicine.dose != row.dose_before:
        raise rules.MedicineChanged("The list changed since this was decided. Cancel it and assess again.")
    return changed(medicine, kind, row.dose_after, at, row.decided_by)
