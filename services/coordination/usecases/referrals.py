"""Referrals: ordering one for a need, taking it through its acts, reading it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.coordination.domain import needs as need_rules
from services.coordination.domain import referral_rules as rules
from services.coordination.domain import specialists as directory
from services.coordination.domain.evidence import check_born
from services.coordination.domain.referral_order import check_still_valid
from services.coordination.domain.referral_problems import PatientDied
from services.coordination.domain.referral_rules import Party
from services.coordination.domain.specialties import check_fits
from services.coordination.store import calendars, patients, specialists
from services.coordination.store import needs as need_store
from services.coordination.store import referrals as store
from services.coordination.store.need_codec import reasons_of
from services.coordination.store.needs import NeedRow
from services.coordination.store.referrals import ReferralFilter, ReferralRow
from services.coordination.usecases import choices, sharing, slots
from services.coordination.usecases.allowed import only_as_specialist
from services.coordination.usecases.referral_perform import perform
from services.coordination.usecases.referral_read import brief, read
from services.coordination.usecases.referral_record import parties_of
from shared.contracts.base import Page
from shared.contracts.coordination.referral_act import Act as ActBody
from shared.contracts.coordination.referrals import CreateReferral, ReferralBrief, ReferralRead
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.kit.problems import NotFound, check_version
from shared.vocabulary import NeedKind, NeedState, SharingPurpose
from shared.vocabulary import ReferralAct as Act
from shared.vocabulary import ReferralState as State


async def create(tx: Session, need_id: UUID, body: CreateReferral, *, actor: Actor, now: datetime) -> ReferralRead:
    """Order a referral for a need, hold a slot when one is chosen, and let it leave unless told otherwise.

    Raises:
        AlreadyLive: the need has a live referral.
        NeedClosed: the need is met, waived or withdrawn.
        PatientDied: a death is on record.
        InTheFuture, DoneBeforeBirth: it cannot have been ordered then.
        ValidityOver: its last day is over.
        Retired: the specialist takes no more referrals.
        SpecialtyDoesNotFit: the need asks for another specialty, and the body does not say that this one is meant.
        ConsentMissing, ConsentWithheld: the patient's word stands against this specialist.
        SlotTaken, NoOpenSlot: nothing is left to hold.
    """
    need = await need_store.get_for_update(tx, need_id)
    audit.saw(tx, need.patient_id, need.id)
    await _check_free(tx, need)
    specialist = await specialists.get(tx, body.specialist_id)
    if specialist.retired_at is not None:
        raise directory.Retired("Choose another specialist from the candidates.")
    check_fits(NeedKind(need.kind), reasons_of(need), specialist.specialty, meant=body.specialty)
    await sharing.check(tx, need.patient_id, SharingPurpose.REFERRAL, str(specialist.id), now)
    row = await _draft(tx, need, body, actor=actor, now=now)
    for refused in await store.of_need_in(tx, need_id, (State.DECLINED, State.RETURNED)):
        await perform(tx, refused, Act.RE_ROUTE, ActBody(), actor=actor, sides=frozenset({Party.SENDER}), now=now)
    await choices.remember(tx, row, need, now=now)
    if body.slot is not None:
        until = directory.held_until(now, body.hold_hours)
        await slots.hold(tx, specialist.id, body.slot, referral_id=row.id, until=until, now=now)
    if body.send:
        act = Act.REQUEST_AUTHORIZATION if body.authorization_required else Act.SEND
        sides = parties_of(actor, specialist)
        await perform(tx, row, act, ActBody(done_at=row.ordered_at), actor=actor, sides=sides, now=now)
    return await read(tx, row, actor=actor, now=now)


async def _check_free(tx: Session, need: NeedRow) -> None:
    if NeedState(need.state) not in need_rules.OPEN:
        raise rules.NeedClosed(f"The need is {need.state}. Reopen it first, or identify a new one.")
    live = await store.live_of(tx, need.id)
    if live is not None:
        raise rules.AlreadyLive("Cancel the live referral first, or go on with it.", referral_id=str(live.id))


async def _draft(tx: Session, need: NeedRow, body: CreateReferral, *, actor: Actor, now: datetime) -> ReferralRow:
    patient = await patients.get(tx, need.patient_id)
    if patient.deceased_at is not None:
        raise PatientDied("The patient has died: nobody is referred any more.")
    before = await store.of_need(tx, need.id)
    ordered_at = body.ordered_at or now
    need_rules.check_past(ordered_at, now, "ordered_at")
    check_born(ordered_at, patient.birth_date)
    calendar = await calendars.calendar(tx, patient.time_zone, of=patient.id)
    check_still_valid(body.valid_until, calendar, now)
    row = ReferralRow(
        id=new_id(),
        organization_id=organization(tx),
        need_id=need.id,
        patient_id=need.patient_id,
        specialist_id=body.specialist_id,
        replaces_id=before[-1].id if before else None,
        state=State.DRAFT,
        live=True,
        round=1,
        priority=body.priority or need.priority,
        zone=patient.time_zone,
        owner=need.owner,
        team=need.team,
        clinical_question=body.clinical_question,
        attachments=[attachment.model_dump(mode="json") for attachment in body.attachments],
        authorization_required=body.authorization_required,
        valid_until=body.valid_until,
        ordered_at=ordered_at,
        ordered_by=actor.person,
        no_shows=0,
        stage_started_at=ordered_at,
        version=1,
        created_at=now,
        updated_at=now,
    )
    audit.saw(tx, need.patient_id, row.id)
    tx.add(row)
    await tx.flush()
    return row


async def act(
    tx: Session, referral_id: UUID, what: Act, body: ActBody, *, version: int, actor: Actor, now: datetime
) -> ReferralRead:
    """Take one act on a referral.

    Raises:
        ActNotPossible, NotYourPart, or a guard's refusal: see the table in the domain.
        InTheFuture, BeforeOrder: ``done_at`` cannot be.
    """
    row = await store.get(tx, referral_id, lock=True)
    await check_seen_by(tx, row, actor, f"referrals.{what}", now)
    audit.saw(tx, row.patient_id, row.id)
    check_version(row.version, version)
    sides = parties_of(actor, await specialists.get(tx, row.specialist_id))
    await perform(tx, row, what, body, actor=actor, sides=sides, now=now)
    return await read(tx, row, actor=actor, now=now)


async def check_seen_by(tx: Session, row: ReferralRow, actor: Actor, action: str, now: datetime) -> None:
    """That the caller may see this referral: a specialist finds only those addressed to them, of patients who consent.

    Raises:
        NotFound: it is addressed to somebody else.
        ConsentMissing, ConsentWithheld: the patient's word stands against them.
    """
    if not only_as_specialist(actor, action):
        return
    if row.specialist_id not in await specialists.of_user(tx, actor.person):
        raise NotFound("referral")
    await sharing.check(tx, row.patient_id, SharingPurpose.REFERRAL, str(row.specialist_id), now)


async def get(tx: Session, referral_id: UUID, *, actor: Actor, now: datetime) -> ReferralRead:
    """One referral; a specialist finds only those addressed to them."""
    row = await store.get(tx, referral_id)
    await check_seen_by(tx, row, actor, "referrals.get", now)
    audit.saw(tx, row.patient_id, row.id)
    return await read(tx, row, actor=actor, now=now)


async def page(
    tx: Session, wanted: ReferralFilter, *, cursor: str | None, limit: int, actor: Actor, now: datetime
) -> Page[ReferralBrief]:
    """Referrals, newest first; a specialist finds only those addressed to them, of patients who consent."""
    if only_as_specialist(actor, "referrals.list"):
        theirs = await specialists.of_user(tx, actor.person)
        wanted = replace(wanted.only(theirs), withheld=await sharing.withheld_from(tx, theirs, now))
    rows = await store.page(tx, wanted, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, lambda row: brief(tx, row))
