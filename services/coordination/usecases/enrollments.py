"""Asking monitoring to follow a patient, and what its answer does to the need."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain.enrollments import check_consent
from services.coordination.domain.measured import check_baseline
from services.coordination.domain.needs import NotTelemonitoring
from services.coordination.store import needs, patients, stays
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.usecases import announcements, monitored, need_acts, sharing
from services.coordination.usecases.need_views import view
from services.coordination.usecases.need_work import Note, opened
from services.coordination.usecases.needs import moved
from services.coordination.usecases.patients import check_not_merged
from shared.contracts.coordination.enrollments import EnrollPatient
from shared.contracts.coordination.needs import Means, NeedRead
from shared.contracts.monitoring.enrollments import EnrollmentRequested
from shared.db import outbox
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import ConsentPurpose, MeansKind, NeedAct, NeedKind, SharingPurpose


async def enroll(
    tx: Session, need_id: UUID, body: EnrollPatient, *, version: int, actor: Actor, now: datetime
) -> NeedRead:
    """Ask monitoring to follow the patient of a telemonitoring need.

    Raises:
        NotFound, Stale, ActNotAllowed.
        NotTelemonitoring: the need is of another kind.
        BaselineRefused: a value to compare with cannot be.
        ConsentAhead: a consent has not been given yet.
    """
    # The patient first, as wherever needs are opened, so that nobody waits in a circle.
    patient = await patients.get_for_update(tx, (await needs.get(tx, need_id)).patient_id)
    row = await opened(tx, need_id, version)
    if row.kind != NeedKind.TELEMONITORING:
        raise NotTelemonitoring(f"The need is {row.kind}. Identify a telemonitoring need for this patient first.")
    await request(tx, patient, row, body, actor=actor, now=now)
    return await view(tx, row, actor=actor, now=now)


async def request(
    tx: Session, patient: PatientRow, row: NeedRow, body: EnrollPatient, *, actor: Actor, now: datetime
) -> None:
    """Put the request in the outbox and mark the patient as followed; the need waits for the answer."""
    check_not_merged(patient)
    check(body, now)
    await sharing.check(tx, patient.id, SharingPurpose.MONITORING, None, now)
    first = monitored.mark(patient, now)
    current = await stays.current(tx, patient.id)
    agreed = any(each.purpose is ConsentPurpose.MONITORING for each in body.consents)
    message = EnrollmentRequested(
        request_id=row.id,
        patient=announcements.snapshot(patient),
        protocol=body.protocol,
        tier=body.tier,
        case_manager=body.case_manager,
        reason=body.reason,
        baselines=body.baselines,
        circumstances=body.circumstances,
        consents=body.consents,
        start="active" if agreed else "referred",
        inpatient_since=None if current is None else current.started_at,
    )
    await outbox.put(tx, message, stream=f"patient:{patient.id}", now=now, actor=actor, about=row.id)
    if first:
        await monitored.tell_team(tx, patient, actor=actor, now=now)
    means = Means(kind=MeansKind.ENROLLMENT, note=f"asked for {body.protocol}")
    await need_acts.arranged(tx, row, means, None, Note(by=actor.person, now=now, text="enrollment asked for"))


def check(body: EnrollPatient, now: datetime) -> None:
    """What monitoring would refuse of a request to follow somebody, as far as it can be known here.

    Raises:
        BaselineRefused, ConsentAhead.
    """
    for each in body.baselines:
        check_baseline(each.metric, each.value, each.unit, at=each.set_at, now=now)
    for consent in body.consents:
        check_consent(consent.given_at, now)


async def accepted(tx: Session, need_id: UUID, enrollment_id: UUID, *, now: datetime) -> None:
    """Monitoring follows the patient: the need is in progress until the first reading."""
    means = Means(kind=MeansKind.ENROLLMENT, id=str(enrollment_id))
    row = await moved(tx, need_id, NeedAct.PROGRESS, means=means, note="enrolled", now=now)
    if row is not None:
        row.met_through = means.model_dump(mode="json")


async def refused(tx: Session, need_id: UUID, reason: str, *, now: datetime) -> None:
    """Monitoring does not follow the patient: the need is open again, with the reason."""
    means = Means(kind=MeansKind.ENROLLMENT, note=reason[:500])
    await moved(tx, need_id, NeedAct.RELEASE, means=means, note=reason, now=now)
