"""Follow a patient under a protocol: request, move through the states, tier, case manager."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain import enrollments as rules
from services.monitoring.domain.exclusions import UNDER_18
from services.monitoring.domain.pinned import pinned
from services.monitoring.domain.protocol import Protocol
from services.monitoring.store import enrollments as store
from services.monitoring.store import patients as patient_store
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.usecases import (
    baselines,
    circumstance_spans,
    circumstances,
    consents,
    eligibility,
    looks,
    messages,
    overrides,
    panel,
    patients,
    protocol_versions,
    stays,
)
from services.monitoring.usecases.enrollment_changes import changed, for_change, move
from services.monitoring.usecases.enrollment_words import read
from shared.contracts.base import Page
from shared.contracts.monitoring.enrollment_acts import (
    ActivateEnrollment,
    ActOnEnrollment,
    AssignCaseManager,
    EndEnrollment,
)
from shared.contracts.monitoring.enrollments import EnrollmentRead, RequestEnrollment
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.vocabulary import EnrollmentAct, EnrollmentState


async def request(tx: Session, body: RequestEnrollment, *, actor: Actor, now: datetime) -> EnrollmentRead:
    """Enroll a patient, or say why not. Readings measured before this moment open no alert; they count as history.

    Raises:
        ProtocolUnknown, CircumstanceUnknown, Excluded, AlreadyFollowed, RequestReused, BaselineRefused, ConsentMissing,
        ConsentRefused, NamedThemselves, NotAPrescriber, NotFound.
    """
    patient = await _patient(tx, body, actor, now)
    audit.saw(tx, patient.id)
    protocol = (await protocol_versions.newest(tx)).get(body.protocol)
    if protocol is None:
        raise rules.ProtocolUnknown("There is no such protocol. GET /v1/protocols lists those there are.")
    known = await store.by_request(tx, body.request_id) if body.request_id is not None else None
    if known is not None:
        if (known.patient_id, known.protocol) != (patient.id, body.protocol):
            raise rules.RequestReused(
                f"This request has led to following under {known.protocol} already. "
                "Ask for another patient or protocol by a need of its own."
            )
        return read(known, patient, actor=actor)
    await circumstances.refuse_unknown(tx, body.circumstances)
    override = body.override.model_dump() if body.override is not None else None
    begun = body.start == "active"
    others, named = await store.followed(tx, patient.id) if begun else (), set(body.circumstances)
    known_facts = eligibility.with_others(named, others)
    eligibility.refuse_excluded(patient, protocol, known_facts, override, now)
    await overrides.check(tx, body.override, patient, actor=actor, now=now)
    if begun:
        await _refuse_second(tx, patient.id, body.protocol)
    previous = await store.newest_over(tx, patient.id, body.protocol)
    row = _new(tx, patient, protocol, body, previous, actor=actor, now=now)
    row.circumstances = sorted(eligibility.known_facts(patient, known_facts, now))
    circumstance_spans.take_over(row, others, known_facts - named, now)
    row.inpatient_since = await stays.inpatient_since(tx, patient.id, body.inpatient_since)
    await tx.flush()
    store.note(tx, row, "request", body.reason, before=None, after=row.state, by=actor.person, at=now)
    await messages.enrollment(tx, row, patient, actor=actor, now=now)
    await panel.refresh(tx, [patient.id], now=now)
    return read(row, patient, actor=actor)


async def get(tx: Session, enrollment_id: UUID, *, actor: Actor) -> EnrollmentRead:
    """One enrollment; raises NotFound."""
    row = await store.get(tx, enrollment_id)
    audit.saw(tx, row.patient_id, row.id)
    return read(row, await patient_store.get(tx, row.patient_id), actor=actor)


async def page(
    tx: Session, filters: dict[str, Any], *, to_review: bool, limit: int, cursor: str | None, actor: Actor
) -> Page[EnrollmentRead]:
    """Enrollments, oldest first."""
    rows = await store.page(tx, filters, to_review=to_review, after=after_id(cursor), limit=limit + 1)
    for row in rows[:limit]:
        audit.saw(tx, row.patient_id, row.id)
    known = await patient_store.several(tx, {row.patient_id for row in rows[:limit]})
    return page_of(rows, limit, lambda row: read(row, known[row.patient_id], actor=actor))


async def act(
    tx: Session,
    enrollment_id: UUID,
    what: EnrollmentAct,
    body: ActOnEnrollment,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> EnrollmentRead:
    """Offer, decline or resume.

    Raises:
        NotFound, Stale, WrongState.
        Excluded: following somebody who has died is not resumed.
    """
    row, patient = await for_change(tx, enrollment_id, version)
    if what is EnrollmentAct.RESUME:
        eligibility.refuse_dead(patient)
    await move(tx, row, what, body.reason, actor=actor, now=now)
    return await changed(tx, row, patient, actor=actor, now=now, news=True)


async def activate(
    tx: Session, enrollment_id: UUID, body: ActivateEnrollment, *, version: int, actor: Actor, now: datetime
) -> EnrollmentRead:
    """Readings are evaluated from now on. What may exclude the patient is asked again: much may have happened since.

    Raises:
        NotFound, Stale, WrongState, CircumstanceUnknown, Excluded, AlreadyFollowed, ConsentMissing,
        NamedThemselves, NotAPrescriber.
    """
    row, patient = await for_change(tx, enrollment_id, version)
    rules.after(EnrollmentState(row.state), EnrollmentAct.ACTIVATE)
    protocol = pinned(row.protocol, row.protocol_version)
    await circumstances.refuse_unknown(tx, body.circumstances, protocol)
    # What another enrollment learned of the patient meanwhile holds here too; the age is asked anew.
    others = await store.followed(tx, patient.id)
    named = {*body.circumstances, *row.circumstances} - {UNDER_18}
    known = eligibility.with_others(named, others)
    override = body.override.model_dump() if body.override is not None else row.override
    eligibility.refuse_excluded(patient, protocol, known, override, now)
    await overrides.check(tx, body.override, patient, actor=actor, now=now)
    row.circumstances, row.override = sorted(eligibility.known_facts(patient, known, now)), override
    circumstance_spans.take_over(row, others, known - named, now)
    await _refuse_second(tx, row.patient_id, row.protocol)
    consents.require_monitoring(row, now)
    # Stays are followed for those who are followed: one that began or ended meanwhile is not in the row yet.
    row.activated_at = now
    row.inpatient_since = await stays.inpatient_since(tx, row.patient_id, row.inpatient_since)
    await move(tx, row, EnrollmentAct.ACTIVATE, body.reason, actor=actor, now=now)
    return await changed(tx, row, patient, actor=actor, now=now, news=True)


async def end(
    tx: Session, enrollment_id: UUID, body: EndEnrollment, *, version: int, actor: Actor, now: datetime
) -> EnrollmentRead:
    """No longer follow the patient.

    Raises:
        NotFound, Stale, WrongState.
    """
    row, patient = await for_change(tx, enrollment_id, version)
    await move(tx, row, EnrollmentAct.END, body.reason, actor=actor, now=now, code=body.code)
    return await changed(tx, row, patient, actor=actor, now=now, news=True)


async def assign(
    tx: Session, enrollment_id: UUID, body: AssignCaseManager, *, version: int, actor: Actor, now: datetime
) -> EnrollmentRead:
    """Hand over to a case manager. Raises NotFound, Stale."""
    row, patient = await for_change(tx, enrollment_id, version)
    who = body.case_manager
    store.note(tx, row, "case-manager", body.reason, before=row.case_manager, after=who, by=actor.person, at=now)
    row.case_manager = who
    return await changed(tx, row, patient, actor=actor, now=now, news=True)


async def _patient(tx: Session, body: RequestEnrollment, actor: Actor, now: datetime) -> PatientRow:
    if body.patient is not None:
        return await patients.meet(tx, body.patient, actor=actor, now=now)
    assert body.patient_id is not None
    return await patient_store.get_for_update(tx, body.patient_id)


async def _refuse_second(tx: Session, patient_id: UUID, protocol: str) -> None:
    for known in await store.followed(tx, patient_id, protocol):
        raise rules.AlreadyFollowed(
            "The patient has an active or paused enrollment under this protocol. Change or end that one.",
            enrollment_id=str(known.id),
        )


def _new(
    tx: Session,
    patient: PatientRow,
    protocol: Protocol,
    body: RequestEnrollment,
    previous: EnrollmentRow | None,
    *,
    actor: Actor,
    now: datetime,
) -> EnrollmentRow:
    active = body.start == "active"
    row = EnrollmentRow(
        id=new_id(),
        organization_id=organization(tx),
        patient_id=patient.id,
        request_id=body.request_id,
        protocol=protocol.key,
        protocol_version=protocol.version,
        state=EnrollmentState.ACTIVE if active else EnrollmentState.REFERRED,
        tier=body.tier,
        tier_reason=body.reason,
        tier_since=now,
        tier_decided_at=now,
        look_due_at=now + looks.EVERY,
        reviews=[],
        case_manager=body.case_manager,
        reason=body.reason,
        previous_id=previous.id if previous is not None else None,
        baselines=[
            *baselines.carried(previous.baselines if previous is not None else [], body.carry_baselines),
            *(baselines.kept(each, patient, by=actor.person, now=now) for each in body.baselines),
        ],
        targets=[],
        circumstances=sorted(eligibility.known_facts(patient, body.circumstances, now)),
        consents=consents.kept(body.consents, by=actor.person, now=now),
        override=body.override.model_dump() if body.override is not None else None,
        activated_at=now if active else None,
        version=1,
        created_at=now,
        updated_at=now,
    )
    if active:
        consents.require_monitoring(row, now)
    tx.add(row)
    return row
