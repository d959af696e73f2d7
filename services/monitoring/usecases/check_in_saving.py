"""What follows from a save of a check-in: its readings, their alerts, and the panel."""

from datetime import datetime

from services.monitoring.domain import answers as rules
from services.monitoring.domain import forms
from services.monitoring.domain.answers import Derived
from services.monitoring.store import check_ins as store
from services.monitoring.store.check_ins import CheckInRow
from services.monitoring.usecases import check_in_readings, check_in_words, panel
from services.monitoring.usecases.check_in_answers import Kept, Refused
from shared.contracts.monitoring.alerts import AlertRead
from shared.contracts.monitoring.check_ins import SavedCheckIn
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import CheckInAct, CheckInState, Metric

SAME = "Answered otherwise in the same conversation"


async def saved(
    tx: Session, row: CheckInRow, kept: Kept, refused: Refused, *, actor: Actor, now: datetime
) -> SavedCheckIn:
    """A save in between: the conversation goes on."""
    store.note(tx, row, CheckInAct.ANSWER, by=actor.person, at=now, reason=None, before=kept.before)
    return await settled(tx, row, SAME, refused, actor=actor, now=now)


async def settled(
    tx: Session, row: CheckInRow, why: str, refused: Refused, *, actor: Actor, now: datetime
) -> SavedCheckIn:
    """Let readings, alerts and the panel follow the answers, and read the check-in with what was refused."""
    await tx.flush()
    complete = row.state == CheckInState.COMPLETED
    wanted = rules.derived(forms.pinned(row.forms), check_in_words.given(row), complete=complete)
    alerts = await to_readings(tx, row, wanted, why, actor=actor, now=now)
    await panel.refresh(tx, [row.patient_id], now=now)
    audit.saw(tx, row.patient_id, row.id)
    served = (await store.served(tx, [row.id])).get(row.id, [])
    read = check_in_words.read(row, [each.enrollment_id for each in served], actor=actor)
    return SavedCheckIn(**read.model_dump(), alerts=alerts, refused=check_in_words.refused(refused))


async def to_readings(
    tx: Session, row: CheckInRow, wanted: dict[Metric, Derived], why: str, *, actor: Actor, now: datetime
) -> list[AlertRead]:
    """Make the readings of a check-in that has begun those that follow from its answers."""
    assert row.asked_at is not None
    return await check_in_readings.settle(
        tx, row.patient_id, row.id, wanted, asked_at=row.asked_at, zone=row.time_zone, why=why, actor=actor, now=now
    )
