"""Protocols over HTTP."""

from services.monitoring.usecases import protocols
from shared.contracts.monitoring.protocols import ProtocolRead, ProtocolSummary
from shared.web.deps import ReadTx
from shared.web.route import Router

router = Router(prefix="/v1/protocols", tags=["protocols"])


@router.get("", operation_id="protocols.list")
async def list_all(tx: ReadTx) -> list[ProtocolSummary]:
    """Every published version of every protocol."""
    return await protocols.list_all(tx)


@router.get("/{key}/versions/{version}", operation_id="protocols.get")
async def get(key: str, version: str, tx: ReadTx) -> ProtocolRead:
    """One version: its rules in words made from the rules themselves, with bounds in every unit and sources."""
    return await protocols.get(tx, key, version)
