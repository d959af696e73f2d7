"""What is done with a change: decide, sign, order, teach, monitor, close."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from services.monitoring.domain import plan_changes as rules
from services.monitoring.domain.medicines import Medicine
from services.monitoring.store import patients, standing_orders
from services.monitoring.store import plan_changes as store
from services.monitoring.store.plan_changes import PlanChangeRow
from services.monitoring.usecases import panel, plan_change_effects, plan_change_standing, plans, practices, prescribers
from services.monitoring.usecases.plan_change_words import read, standing
from services.monitoring.usecases.plan_words import medicine_of
from services.monitoring.usecases.step_facts import line
from shared.contracts.monitoring.plan_change_acts import (
    ApproveProposal,
    NoteOnChange,
    OrderProposal,
    ProposeDraft,
    RecordVerbalOrder,
    RejectProposal,
    SignChange,
    TeachBack,
    WithdrawProposal,
)
from shared.contracts.monitoring.plan_changes import PlanChangeRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import check_version
from shared.kit.zones import local_day
from shared.vocabulary import PlanChangeAct as A
from shared.vocabulary import PlanChangeKind, PlanChangePath
from shared.vocabulary import PlanChangeState as S


class Acting:
    """One act: the patient's row and the change locked, version and state checked; then what it does."""

    def __init__(self, tx: Session, act: A, *, actor: Actor, now: datetime) -> None:
        self.tx, self.act, self.actor, self.now = tx, act, actor, now

    async def on(self, change_id: UUID, version: int) -> PlanChangeRow:
        """The change, locked and fit for the act.

        Raises:
            NotFound, Stale, WrongChangeState, ProposalWithdrawn, ProposalExpired.
        """
        await patients.get_for_update(self.tx, (await store.get(self.tx, change_id)).patient_id)
        row = await store.get_for_update(self.tx, change_id)
        audit.saw(self.tx, row.patient_id, row.id)
        check_version(row.version, version)
        if (refused := rules.why_not(standing(row), self.act, self.now)) is not None:
            raise refused
        return row

    async def prescriber(self, row: PlanChangeRow, person: str) -> None:
        """Raises NoAuthority unless the person may prescribe the drug on the patient's day."""
        patient = await patients.get(self.tx, row.patient_id)
        await prescribers.require(self.tx, person, await self._drug(row), on=local_day(self.now, patient.time_zone))

    async def done(self, row: PlanChangeRow, to: S | None = None, words: str | None = None) -> PlanChangeRead:
        """Move on, note it, answer."""
        before, row.state = row.state, to or row.state
        row.version, row.updated_at = row.version + 1, self.now
        store.note(self.tx, row, self.act, before=before, by=self.actor.person, at=self.now, words=words)
        await self.tx.flush()
        await panel.refresh(self.tx, [row.patient_id], now=self.now)
        return read(row, actor=self.actor, now=self.now)

    async def stopped(self, row: PlanChangeRow) -> PlanChangeRead | None:
        """The change, stopped instead of the act, when what is known now forbids it; None while it stands."""
        if not await plan_change_standing.stop_if_refused(self.tx, row, by=self.actor.person, now=self.now):
            return None
        row.version, row.updated_at = row.version + 1, self.now
        await self.tx.flush()
        await panel.refresh(self.tx, [row.patient_id], now=self.now)
        return read(row, actor=self.actor, now=self.now)

    async def _drug(self, row: PlanChangeRow) -> Medicine:
        if row.medicine is not None:
            return medicine_of(row.medicine)
        _, version = await plans.locked(self.tx, row.plan_id)
        return line(version, row.medicine_id)


async def propose(acting: Acting, change_id: UUID, body: ProposeDraft, *, version: int) -> PlanChangeRead:
    """A draft goes to the prescriber."""
    row = await acting.on(change_id, version)
    _only(row.proposed_by, acting, "The proposer sends their own draft.")
    row.proposed_at, row.expires_at = acting.now, acting.now + rules.PATIENCE[row.priority]
    return await acting.done(row, S.PROPOSED, body.note)


async def withdraw(acting: Acting, change_id: UUID, body: WithdrawProposal, *, version: int) -> PlanChangeRead:
    """The proposer takes it back."""
    row = await acting.on(change_id, version)
    _only(row.proposed_by, acting, "The proposer takes their own proposal back; a prescriber rejects it.")
    return await acting.done(row, S.WITHDRAWN, body.reason)


async def approve(acting: Acting, change_id: UUID, body: ApproveProposal, *, version: int) -> PlanChangeRead:
    """A prescriber approves what was proposed, or another dose.

    Raises:
        SelfApproval, BackDated, NoAuthority, ChangeUnfit.
    """
    row = await acting.on(change_id, version)
    rules.check_decision(standing(row), acting.actor.person, body.decided_at, acting.now)
    await acting.prescriber(row, acting.actor.person)
    _decided(row, acting.actor.person, acting.now, body.note)
    return await acting.done(row, _with_dose(row, body.dose), body.note)


async def reject(acting: Acting, change_id: UUID, body: RejectProposal, *, version: int) -> PlanChangeRead:
    """A prescriber says no. Raises SelfApproval, BackDated, NoAuthority."""
    row = await acting.on(change_id, version)
    rules.check_decision(standing(row), acting.actor.person, body.decided_at, acting.now)
    await acting.prescriber(row, acting.actor.person)
    _decided(row, acting.actor.person, acting.now, body.reason)
    return await acting.done(row, S.REJECTED, body.reason)


async def verbal_order(acting: Acting, change_id: UUID, body: RecordVerbalOrder, *, version: int) -> PlanChangeRead:
    """A nurse writes down what a prescriber ordered on the phone and read it back.

    Raises:
        NotReadBack, SelfApproval, NoAuthority, ChangeUnfit.
    """
    row = await acting.on(change_id, version)
    if not body.read_back:
        raise rules.NotReadBack("Read the order back to the prescriber, then record it.")
    rules.check_decision(standing(row), body.prescriber, None, acting.now)
    if body.prescriber == acting.actor.person:
        raise rules.SelfApproval("A verbal order is recorded by somebody else than who gave it: approve it yourself.")
    await acting.prescriber(row, body.prescriber)
    _decided(row, body.prescriber, acting.now, body.note)
    row.verbal_recorded_by = acting.actor.person
    row.sign_due = acting.now + timedelta(hours=body.sign_within_hours)
    return await acting.done(row, _with_dose(row, body.dose), body.note)


async def sign(acting: Acting, change_id: UUID, body: SignChange, *, version: int) -> PlanChangeRead:
    """The prescriber signs the verbal order they gave. Raises NotTheirs, NoAuthority."""
    row = await acting.on(change_id, version)
    _only(row.decided_by, acting, "Who gave the verbal order signs it.")
    await acting.prescriber(row, acting.actor.person)
    row.signed_at = acting.now
    return await acting.done(row, words=body.note)


async def cosign(acting: Acting, change_id: UUID, body: SignChange, *, version: int) -> PlanChangeRead:
    """A prescriber co-signs a nurse's step; a suspension it had caused ends.

    Raises:
        SelfApproval, NoAuthority.
    """
    row = await acting.on(change_id, version)
    rules.check_decision(standing(row), acting.actor.person, None, acting.now)
    await acting.prescriber(row, acting.actor.person)
    row.cosigned_by, row.cosigned_at = acting.actor.person, acting.now
    if row.patient_order_id is not None:
        under = await standing_orders.patient_order(acting.tx, row.patient_order_id)
        kept = [each for each in under.suspended if each["plan_change_id"] != str(row.id)]
        if kept != under.suspended:
            under.suspended, under.version, under.updated_at = kept, under.version + 1, acting.now
    return await acting.done(row, words=body.note)


async def order(acting: Acting, change_id: UUID, body: OrderProposal, *, version: int) -> PlanChangeRead:
    """What was approved is ordered as it was approved, or stopped by what was not known then."""
    row = await acting.on(change_id, version)
    if (stopped := await acting.stopped(row)) is not None:
        return stopped
    row.ordered_by, row.ordered_at, row.expires_at = acting.actor.person, acting.now, None
    return await acting.done(row, S.ORDERED, body.note)


async def teach_back(acting: Acting, change_id: UUID, body: TeachBack, *, version: int) -> PlanChangeRead:
    """The patient said it back: the change enters the list, now or at ``starts_at``, or is stopped.

    Raises:
        NotUnderstood, BackDated, StartsTooLate, MedicineChanged.
        SelfApproval: a prescriber's own order is taught by somebody else, so that two people stand behind it.
    """
    row = await acting.on(change_id, version)
    if not body.understood:
        raise rules.NotUnderstood("Explain it again or call the prescriber; nothing changes until it is understood.")
    if row.path == PlanChangePath.PRESCRIBER and row.decided_by == acting.actor.person:
        raise rules.SelfApproval("Somebody else tells the patient what you ordered, so that two people looked at it.")
    starts = body.starts_at or acting.now
    rules.check_start(starts, acting.now, await practices.starts_within(acting.tx))
    if (stopped := await acting.stopped(row)) is not None:
        return stopped
    row.taught_by, row.taught_at, row.taught, row.starts_at = acting.actor.person, acting.now, body.said_back, starts
    row.expires_at = None
    done = await acting.done(row, S.COMMUNICATED, body.said_back)
    if starts > acting.now:
        return done
    await plan_change_effects.take_effect(acting.tx, row, by=acting.actor.person, at=starts, now=acting.now)
    await acting.tx.flush()
    await panel.refresh(acting.tx, [row.patient_id], now=acting.now)
    return read(row, actor=acting.actor, now=acting.now)


async def note_on(acting: Acting, change_id: UUID, body: NoteOnChange, *, version: int) -> PlanChangeRead:
    """Monitored, closed, or cancelled before it took effect."""
    row = await acting.on(change_id, version)
    return await acting.done(row, rules.TABLE[S(row.state), acting.act], body.note)


def _only(person: str | None, acting: Acting, sentence: str) -> None:
    if person != acting.actor.person:
        raise rules.NotTheirs(sentence)


def _decided(row: PlanChangeRow, by: str, at: datetime, note: str | None) -> None:
    # The clock of an escalation stops at the answer.
    row.decided_by, row.decided_at, row.decision_note, row.expires_at = by, at, note, None


def _with_dose(row: PlanChangeRow, dose: Decimal | None) -> S:
    if dose is None or dose == row.dose_after:
        return S.APPROVED
    if row.kind not in (PlanChangeKind.DOSE, PlanChangeKind.START):
        raise rules.ChangeUnfit(f"To {row.kind} a medicine has no dose: approve it without one.")
    row.dose_after = dose
    return S.APPROVED_MODIFIED
