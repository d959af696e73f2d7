"""The answer to an escalation: who gave it, what they said, when; the clock stops there (clinical §6.4)."""

from datetime import datetime
from uuid import UUID

from services.monitoring.domain.alert_problems import AnswerTime, EscalationAnswered, NothingToAnswer, NotReadBack
from services.monitoring.store import alerts, patients
from services.monitoring.store import escalations as store
from services.monitoring.store.escalations import EscalationRow
from shared.contracts.monitoring.escalations import AnswerEscalation, EscalationRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import EscalationTier

_ACT = "escalation-answered"


async def answer(
    tx: Session, escalation_id: UUID, body: AnswerEscalation, *, actor: Actor, now: datetime
) -> EscalationRead:
    """Keep the answer; of this alert nobody else is told until it becomes worse.

    Raises:
        NotFound, EscalationAnswered, NothingToAnswer, AnswerTime, NotReadBack.
    """
    # The patient's row first, as every act on an alert and the clock do.
    await patients.get_for_update(tx, (await store.get(tx, escalation_id)).patient_id)
    row = await store.get(tx, escalation_id, lock=True)
    audit.saw(tx, row.patient_id, row.id)
    _check(row, body, actor, now)
    row.responder, row.answer = body.responder or actor.person, body.answer
    row.answered_at, row.read_back, row.answer_recorded_by = body.answered_at or now, body.read_back, actor.person
    alert = await alerts.get_for_update(tx, row.alert_id)
    if row.raised_at == alert.raised_at:
        # What became worse since has a clock of its own.
        alert.escalate_at = None
    store.note(tx, alert, _ACT, by=actor.person, at=now, text=f"{row.responder}: {row.answer}")
    await tx.flush()
    return EscalationRead.model_validate(row)


def _check(row: EscalationRow, body: AnswerEscalation, actor: Actor, now: datetime) -> None:
    if row.tier == EscalationTier.NOT_MONITORED:
        raise NothingToAnswer("The patient was told that nobody watches. Answer an escalation to the practice instead.")
    if row.answered_at is not None:
        raise EscalationAnswered(f"{row.responder} answered it: read GET /v1/escalations?alert_id={row.alert_id}.")
    if body.answered_at is not None and not row.at <= body.answered_at <= now:
        raise AnswerTime("Give when it was said: not before they were told, and not in the future.")
    if not body.read_back and body.responder not in (None, actor.person):
        raise NotReadBack("Read the answer back to whoever gave it, then record it with read_back true.")
