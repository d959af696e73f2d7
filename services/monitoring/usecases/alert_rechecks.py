"""The patient is looked at again after an alert ended, and what somebody wrote down of it."""

from datetime import datetime
from uuid import UUID

from services.monitoring.domain import rechecks_due as rules
from services.monitoring.domain.closures import RecheckPast
from services.monitoring.store import alerts as store
from services.monitoring.store import escalations, patients
from services.monitoring.usecases import alert_words, panel
from shared.contracts.monitoring.alerts import AlertRead
from shared.contracts.monitoring.alerts_again import RecordRecheck
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import check_version
from shared.vocabulary import AlertState

_ACT = "recheck"


async def record(
    tx: Session, alert_id: UUID, body: RecordRecheck, *, version: int, actor: Actor, now: datetime
) -> AlertRead:
    """Write down what was found; with ``recheck_at`` another look is planned, and this one stays in the history.

    Raises:
        NotFound, Stale, NothingToRecheck, RecheckPast.
    """
    patient_id = (await store.get(tx, alert_id)).patient_id
    await patients.get_for_update(tx, patient_id)
    row = await store.get_for_update(tx, alert_id)
    audit.saw(tx, patient_id, row.id)
    check_version(row.version, version)
    kept = dict(row.closure or {})
    why = rules.why_not(AlertState(row.state), kept.get("recheck_at"), kept.get("rechecked_at"))
    if why is not None:
        raise rules.NothingToRecheck(why)
    if body.recheck_at is not None and body.recheck_at <= now:
        raise RecheckPast("Give recheck_at as the time at which the patient will be looked at once more.")
    if body.recheck_at is not None:
        kept["recheck_at"] = body.recheck_at.isoformat()
    else:
        kept |= {"rechecked_at": now.isoformat(), "rechecked_by": actor.person, "recheck_found": body.found}
    row.closure = kept
    row.version += 1
    row.updated_at = now
    escalations.note(tx, row, _ACT, by=actor.person, at=now, text=body.found)
    await tx.flush()
    await panel.refresh(tx, [patient_id], now=now)
    return alert_words.read(row, actor=actor, now=now)
