"""The switch for adjustments under standing orders over HTTP."""

from services.monitoring.domain.protocol_path import PathAct
from services.monitoring.usecases import protocol_path
from shared.contracts.monitoring.prescribers import ProtocolPathRead, SwitchPath
from shared.web.deps import Now, ReadTx, Tx, Who
from shared.web.route import Router

router = Router(prefix="/v1/protocol-path", tags=["standing-orders"])


@router.get("", operation_id="protocol-path.get")
async def get(tx: ReadTx) -> ProtocolPathRead:
    """Whether nurses may adjust doses under standing orders in this organization, and who decided so."""
    return await protocol_path.get(tx)


@router.post("/enable", operation_id="protocol-path.enable")
async def enable(body: SwitchPath, tx: Tx, actor: Who, now: Now) -> ProtocolPathRead:
    """Ask for it; it is on once a prescriber has signed."""
    return await protocol_path.switch(tx, PathAct.ENABLE, body, actor=actor, now=now)


@router.post("/sign", operation_id="protocol-path.sign")
async def sign(body: SwitchPath, tx: Tx, actor: Who, now: Now) -> ProtocolPathRead:
    """A prescriber signs what was asked for: it is on."""
    return await protocol_path.switch(tx, PathAct.SIGN, body, actor=actor, now=now)


@router.post("/disable", operation_id="protocol-path.disable")
async def disable(body: SwitchPath, tx: Tx, actor: Who, now: Now) -> ProtocolPathRead:
    """Turn it off at once."""
    return await protocol_path.switch(tx, PathAct.DISABLE, body, actor=actor, now=now)
