"""A referral as the caller sees it: with its acts, and why each is not allowed."""

from datetime import datetime

from services.coordination.domain import referrals as table
from services.coordination.domain.referral_clocks import reminders
from services.coordination.store import patients, slots, specialists
from services.coordination.store import referrals as store
from services.coordination.store.referrals import ReferralActRow, ReferralRow
from services.coordination.usecases.allowed import acts, only_as_specialist
from services.coordination.usecases.referral_record import facts_of, parties_of, waits_for
from shared.contracts.coordination.referrals import (
    ActRead,
    AuthorizationRead,
    ChainRead,
    FhirStatusRead,
    HoldRead,
    LoopRead,
    PersonRead,
    ReferralBrief,
    ReferralRead,
    ReportRead,
    StageRead,
    VisitRead,
)
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import ReferralState

_SAME = ("id", "version", "need_id", "specialist_id", "state", "priority", "clinical_question", "attachments",
         "ordered_at", "valid_until", "no_shows", "cancel_requested_at",
         "return_requested_at", "closed_elsewhere_at", "seen_at", "replaces_id")  # fmt: skip


def brief(tx: Session, row: ReferralRow) -> ReferralBrief:
    """A referral in a list; noted for the audit."""
    audit.saw(tx, row.patient_id, row.id)
    return ReferralBrief.model_validate(row)


async def read(tx: Session, row: ReferralRow, *, actor: Actor, now: datetime) -> ReferralRead:
    """A whole referral for this caller."""
    specialist = await specialists.get(tx, row.specialist_id)
    facts = await facts_of(tx, row, now)
    listed = table.allowed(ReferralState(row.state), facts, parties_of(actor, specialist))
    more = {
        "patient": PersonRead.model_validate(await patients.get(tx, row.patient_id)),
        "specialist_name": specialist.name,
        "specialty": specialist.specialty,
        "stage": _stage(row, now),
        "authorization": _authorization(row),
        "hold": await _hold(tx, row, now),
        "visit": _visit(row),
        "report": None if row.report is None else ReportRead.model_validate(row.report),
        "loop": LoopRead.model_validate(row),
        "fhir": _fhir(row),
        "acts": acts(actor, "referrals", listed),
        "chain": await _chain(tx, row, actor),
        "history": [_act(entry) for entry in await store.history(tx, [row.id])],
    }
    return ReferralRead.model_validate({**{name: getattr(row, name) for name in _SAME}, **more})


def _stage(row: ReferralRow, now: datetime) -> StageRead:
    clock = waits_for(row)
    return StageRead(
        name=clock.name if clock else None,
        title=clock.title if clock else None,
        started_at=row.stage_started_at,
        due_at=row.stage_due_at,
        explanation=row.stage_why,
        overdue=row.stage_due_at is not None and row.stage_due_at < now,
        breached_at=row.stage_breached_at,
    )


def _authorization(row: ReferralRow) -> AuthorizationRead:
    return AuthorizationRead(
        required=row.authorization_required, number=row.authorization_number, authorized_at=row.authorized_at
    )


async def _hold(tx: Session, row: ReferralRow, now: datetime) -> HoldRead | None:
    for slot in await slots.of_referral(tx, row.id):
        if slot.booked_at is None and slot.held_until is not None and slot.held_until > now:
            return HoldRead(slot_id=slot.id, starts_at=slot.starts_at, held_until=slot.held_until)
    return None


def _visit(row: ReferralRow) -> VisitRead | None:
    if row.visit_starts_at is None:
        return None
    return VisitRead.model_validate(
        {
            "starts_at": row.visit_starts_at,
            "ends_at": row.visit_ends_at,
            "modality": row.visit_modality,
            "site_id": row.visit_site_id,
            "slot_id": row.visit_slot_id,
            "remind_at": [reminder.at for reminder in reminders(row.visit_starts_at)],
        }
    )


def _fhir(row: ReferralRow) -> FhirStatusRead:
    stage = table.STAGES[ReferralState(row.state)]
    return FhirStatusRead(
        service_request=stage.request,
        task=stage.task,
        business_status=_business(row, stage.business),
        appointment=stage.visit,
        round=row.round,
    )


def _business(row: ReferralRow, usual: str | None) -> str | None:
    if row.cancel_requested_at is not None:
        return "cancellation requested"
    if row.return_requested_at is not None:
        return "return requested"
    return "closed elsewhere, no report" if row.closed_elsewhere_at is not None else usual


async def _chain(tx: Session, row: ReferralRow, actor: Actor) -> list[ChainRead]:
    # Whom the need was sent to before is no business of the one it is sent to now.
    if only_as_specialist(actor, "referrals.get"):
        return []
    rows = await store.of_need(tx, row.need_id)
    names = await specialists.names(tx, {one.specialist_id for one in rows})
    said = await store.last_reasons(tx, [one.id for one in rows])
    return [
        ChainRead(
            id=one.id,
            specialist_id=one.specialist_id,
            specialist_name=names[one.specialist_id],
            state=ReferralState(one.state),
            reason=said.get(one.id),
            ordered_at=one.ordered_at,
            replaces_id=one.replaces_id,
        )
        for one in rows
    ]


def _act(entry: ReferralActRow) -> ActRead:
    return ActRead.model_validate(entry)
