"""Pathways over HTTP."""

from services.coordination.usecases import pathways
from shared.contracts.coordination.pathways import PathwayRead
from shared.web.route import Router

router = Router(prefix="/v1/pathways", tags=["pathways"])


@router.get("", operation_id="pathways.list")
async def list_() -> list[PathwayRead]:
    """Every pathway: its version, its sources, and its needs with the rules of their clocks."""
    return pathways.listed()
