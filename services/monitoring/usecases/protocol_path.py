"""Turn adjustments under standing orders on and off, with two names each time they go on."""

from datetime import datetime

from services.monitoring.domain.medicines import may_prescribe
from services.monitoring.domain.plan_changes import NoAuthority
from services.monitoring.domain.protocol_path import PathAct, PathState, check, state_after
from services.monitoring.store import prescribers
from services.monitoring.store import protocol_path as store
from shared.contracts.monitoring.prescribers import ProtocolPathAct, ProtocolPathRead, SwitchPath
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import MedicineClass


async def get(tx: Session) -> ProtocolPathRead:
    """Whether it is on, and everything done with it."""
    rows = await store.history(tx)
    state = state_after(rows[-1].act if rows else None)
    return ProtocolPathRead(
        on=state is PathState.ON,
        awaiting_signature=state is PathState.AWAITING_SIGNATURE,
        history=[ProtocolPathAct.model_validate(row) for row in rows],
    )


async def on(tx: Session) -> bool:
    """Whether nurses may adjust doses here."""
    last = await store.last(tx)
    return state_after(last.act if last is not None else None) is PathState.ON


async def switch(tx: Session, act: PathAct, body: SwitchPath, *, actor: Actor, now: datetime) -> ProtocolPathRead:
    """Ask for it, sign it, or turn it off.

    Raises:
        PathRefused: the act does not fit, or the same person asks and signs.
        NoAuthority: the signatory holds no prescriptive authority.
    """
    await store.one_at_a_time(tx)
    last = await store.last(tx)
    check(state_after(last.act if last else None), act, by=actor.person, asked_by=last.by if last else None)
    if act is PathAct.SIGN:
        known = await prescribers.of_person(tx, actor.person)
        day = now.date()
        if not any(may_prescribe(known, actor.person, each, controlled=False, on=day) for each in MedicineClass):
            raise NoAuthority("Who signs must hold prescriptive authority. Record it at /v1/prescribers first.")
    store.note(tx, act, body.reason, by=actor.person, at=now)
    await tx.flush()
    return await get(tx)
