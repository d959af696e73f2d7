"""What a patient agrees to, written down; taking back the consent to be monitored ends the enrollment at once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain import consents as rules
from services.monitoring.domain import enrollments
from services.monitoring.domain.consents import Consent
from services.monitoring.store import enrollments as store
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.usecases.enrollment_changes import changed, for_change, move
from shared.contracts.monitoring.consents import GiveConsent, RevokeConsent
from shared.contracts.monitoring.enrollments import EnrollmentRead
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import ConsentPurpose, EndReason, EnrollmentAct

_NOT_AGREED = "Record the patient's consent to monitoring (purpose monitoring), or start as referred."


def in_force(row: EnrollmentRow, purpose: ConsentPurpose, at: datetime) -> bool:
    """Whether the patient of an enrollment agrees to a purpose at an instant (aware); revoking is effective at once."""
    return rules.in_force(_consents(row.consents), purpose, at)


def monitoring_revoked(row: EnrollmentRow, now: datetime) -> bool:
    """Whether the patient agreed to be monitored and no longer does; enrollments from before consents carry none."""
    given = any(each.purpose is ConsentPurpose.MONITORING for each in _consents(row.consents))
    return given and not in_force(row, ConsentPurpose.MONITORING, now)


def require_monitoring(row: EnrollmentRow, now: datetime) -> None:
    """Raises ConsentMissing unless the patient agreed to be monitored."""
    if not in_force(row, ConsentPurpose.MONITORING, now):
        raise rules.ConsentMissing(_NOT_AGREED)


def kept(given: Iterable[GiveConsent], *, by: str, now: datetime) -> list[dict[str, Any]]:
    """Consents as they are kept in the enrollment's row.

    Raises:
        ConsentRefused: one lies in the future, or two are for one purpose.
    """
    rows: list[dict[str, Any]] = []
    for body in given:
        rows.append(_kept(body, rows, by=by, now=now))
    return rows


async def give(
    tx: Session, enrollment_id: UUID, body: GiveConsent, *, version: int, actor: Actor, now: datetime
) -> EnrollmentRead:
    """Write down that the patient agrees to a purpose.

    Raises:
        NotFound, Stale, ConsentRefused.
    """
    row, patient = await for_change(tx, enrollment_id, version)
    row.consents = [*row.consents, _kept(body, row.consents, by=actor.person, now=now)]
    said = f"{body.given_by}, {body.mode}"
    store.note(tx, row, "consent", said, before=None, after=body.purpose, by=actor.person, at=now)
    return await changed(tx, row, patient, actor=actor, now=now)


async def revoke(
    tx: Session, enrollment_id: UUID, body: RevokeConsent, *, version: int, actor: Actor, now: datetime
) -> EnrollmentRead:
    """Write down that the patient no longer agrees; it is effective at once.

    Without the consent to be monitored an active or paused enrollment ends. A new consent starts a new enrollment.

    Raises:
        NotFound, Stale, ConsentNotInForce, ConsentRefused.
    """
    row, patient = await for_change(tx, enrollment_id, version)
    standing = [each["revocation"] is None and each["purpose"] == body.purpose for each in row.consents]
    if True not in standing:
        raise rules.ConsentNotInForce(f"The patient has no consent for {body.purpose} in force.")
    at = body.revoked_at or now
    why = rules.revoke_refusal(_consent(row.consents[standing.index(True)]), at, now)
    if why is not None:
        raise rules.ConsentRefused(why)
    gone = _revocation(body, at, by=actor.person, now=now)
    row.consents = [
        {**each, "revocation": gone} if here else each for each, here in zip(row.consents, standing, strict=True)
    ]
    store.note(tx, row, "consent-revoked", body.reason, before=body.purpose, after="revoked", by=actor.person, at=now)
    if body.purpose is ConsentPurpose.MONITORING and row.state in enrollments.FOLLOWED:
        reason = "The patient no longer agrees to be monitored"
        await move(tx, row, EnrollmentAct.END, reason, actor=actor, now=now, code=EndReason.CONSENT_REVOKED)
    return await changed(tx, row, patient, actor=actor, now=now, news=body.purpose is ConsentPurpose.MONITORING)


def _kept(body: GiveConsent, known: Iterable[Mapping[str, Any]], *, by: str, now: datetime) -> dict[str, Any]:
    why = rules.give_refusal(_consents(known), Consent(body.purpose, body.given_at), now)
    if why is not None:
        raise rules.ConsentRefused(why)
    recorded = {"recorded_by": by, "recorded_at": now.isoformat(), "revocation": None}
    return body.model_dump(mode="json") | recorded


def _revocation(body: RevokeConsent, at: datetime, *, by: str, now: datetime) -> dict[str, Any]:
    said = body.model_dump(mode="json", include={"revoked_by", "mode", "reason"})
    return {**said, "revoked_at": at.isoformat(), "recorded_by": by, "recorded_at": now.isoformat()}


def _consents(kept: Iterable[Mapping[str, Any]]) -> list[Consent]:
    return [_consent(each) for each in kept]


def _consent(each: Mapping[str, Any]) -> Consent:
    gone = each["revocation"]
    until = datetime.fromisoformat(gone["revoked_at"]) if gone else None
    return Consent(ConsentPurpose(each["purpose"]), datetime.fromisoformat(each["given_at"]), until)
