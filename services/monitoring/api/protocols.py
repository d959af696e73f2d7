"""Protocols over HTTP."""

from services.monitoring.usecases import protocols
from shared.contracts.monitoring.protocols import ProtocolRead, ProtocolSummary
from shared.web.route import Router

router = Router(prefix="/v1/protocols", tags=["protocols"])


@router.get("", operation_id="protocols.list")
async def list_all() -> list[ProtocolSummary]:
    """Every published version of every protocol."""
    return protocols.list_all()


@router.get("/{key}/versions/{version}", operation_id="protocols.get")
async def get(key: str, version: str) -> ProtocolRead:
    """One version: its rules in words made from the rules themselves, with bounds in every unit and sources."""
    return protocols.get(key, version)
