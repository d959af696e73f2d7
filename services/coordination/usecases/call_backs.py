"""What a contact leaves to be done: a call-back, on the worklist of whoever promised it."""

from dataclasses import replace
from datetime import datetime

from services.coordination.store import needs, obligations, work_facets
from services.coordination.store.contacts import ContactRow
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import Priority

STAGE, TITLE = "call-back", "Call back"


async def follow(tx: Session, row: ContactRow, at: datetime | None, *, actor: Actor, now: datetime) -> None:
    """Close the call-backs that this contact was, and open the one it leads to.

    The next contact with the patient does what the last one left, whatever came of it: who still has to be reached says
    when anew.
    """
    await obligations.close_contacts(tx, row.patient_id, now)
    if at is None:
        return
    facets = await work_facets.of_patient(tx, row.patient_id)
    priority = Priority.ROUTINE
    if row.need_id is not None:
        need = await needs.get(tx, row.need_id)
        facets = replace(await work_facets.of_need(tx, need), role=None)
        priority = Priority(need.priority)
    await obligations.put(
        tx,
        source="contact",
        source_id=row.id,
        stage=STAGE,
        patient_id=row.patient_id,
        due_at=at,
        priority=priority,
        owner=actor.person,
        team=None,
        title=TITLE,
        facets=facets,
        now=now,
    )
