"""The frame of every change of an enrollment: both rows locked, the version checked and counted up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain import enrollments as rules
from services.monitoring.domain import reviews
from services.monitoring.domain.exclusions import exclusions
from services.monitoring.domain.pinned import pinned
from services.monitoring.domain.reviews import Review
from services.monitoring.store import enrollments as store
from services.monitoring.store import patients, pauses
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.usecases import messages, panel, rosters
from services.monitoring.usecases.enrollment_words import read
from shared.contracts.monitoring.enrollments import EnrollmentRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import check_version
from shared.kit.zones import local_day
from shared.vocabulary import EndReason, EnrollmentAct, EnrollmentState, RiskTier


async def for_change(tx: Session, enrollment_id: UUID, version: int) -> tuple[EnrollmentRow, PatientRow]:
    """The enrollment and its patient, both locked, patient first as in every evaluation.

    Raises:
        NotFound: no such enrollment.
        Stale: somebody changed it first.
    """
    patient = await patients.get_for_update(tx, (await store.get(tx, enrollment_id)).patient_id)
    row = await store.get_for_update(tx, enrollment_id)
    audit.saw(tx, row.patient_id, row.id)
    check_version(row.version, version)
    return row, patient


async def move(
    tx: Session,
    row: EnrollmentRow,
    what: EnrollmentAct,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    code: EndReason | None = None,
    noted: str | None = None,
) -> None:
    """Bring a locked enrollment to where an act leads, end the pause it leaves, and note it, as ``noted`` if given.

    Raises:
        WrongState: the act leads nowhere from here.
    """
    before = EnrollmentState(row.state)
    after = rules.after(before, what)
    if before is EnrollmentState.PAUSED:
        await _end_pause(tx, row, actor=actor, now=now)
    if after in (EnrollmentState.ENDED, EnrollmentState.DECLINED):
        row.ended_at, row.end_reason = now, code
    row.state = after
    store.note(tx, row, noted or what, reason, before=before, after=after, by=actor.person, at=now)


async def _end_pause(tx: Session, row: EnrollmentRow, *, actor: Actor, now: datetime) -> None:
    row.paused_until = None
    pause = await pauses.standing(tx, row.id)
    if pause is not None:
        # A clock that comes late does not make the pause longer than it was meant.
        pause.ended_at = now if pause.planned_until is None else min(now, pause.planned_until)
        pause.ended_by = actor.person


async def retier(
    tx: Session,
    row: EnrollmentRow,
    patient: PatientRow,
    tier: RiskTier,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    inputs: dict[str, Any] | None = None,
) -> None:
    """Follow a locked enrollment at another tier, or decide anew for the same, with the inputs a rule used."""
    store.note(tx, row, "tier", reason, before=row.tier, after=tier, by=actor.person, at=now, inputs=inputs)
    if row.tier != tier:
        row.tier_since = now
    row.tier, row.tier_reason, row.tier_decided_at, row.tier_suggestion = tier, reason, now, None


def refresh(row: EnrollmentRow, patient: PatientRow, now: datetime) -> bool:
    """Write down what is to be looked at again as of ``now``; returns whether that changed."""
    known = {(each["kind"], each["subject"]): each for each in row.reviews}
    suggested = row.tier_suggestion
    signed = row.override["prescriber"] if row.override is not None else None
    excluding = pinned(row.protocol, row.protocol_version).exclusions
    found = reviews.due(
        [rosters.target(each) for each in row.targets],
        [rosters.baseline(each) for each in row.baselines],
        (RiskTier(suggested["tier"]), suggested["reason"]) if suggested else None,
        exclusions(excluding, row.circumstances, prescriber=signed) if row.state in rules.FOLLOWED else (),
        now=now,
        today=local_day(now, patient.time_zone),
    )
    before = row.reviews
    row.reviews = [
        {
            "kind": each.kind.value,
            "subject": each.subject,
            "sentence": each.sentence,
            "raised_at": _raised(known, each, now),
        }
        for each in found
    ]
    return row.reviews != before


def _raised(known: Mapping[tuple[str, str], Mapping[str, Any]], each: Review, now: datetime) -> str:
    before = known.get((each.kind.value, each.subject))
    return str(before["raised_at"]) if before else now.isoformat()


async def changed(
    tx: Session, row: EnrollmentRow, patient: PatientRow, *, actor: Actor, now: datetime, news: bool = False
) -> EnrollmentRead:
    """Count the version up and answer; ``news``: coordination is told, as its state, tier or case manager changed."""
    refresh(row, patient, now)
    row.version += 1
    row.updated_at = now
    await panel.refresh(tx, [row.patient_id], now=now)
    if news:
        await messages.enrollment(tx, row, patient, actor=actor, now=now)
    return read(row, patient, actor=actor)
