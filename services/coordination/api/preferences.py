"""Patients' wishes and preferred networks over HTTP."""

from uuid import UUID

from fastapi import Response

from services.coordination.usecases import preferences
from shared.contracts.coordination.preferences import (
    CarePreferences,
    CarePreferencesRead,
    PreferredNetworks,
    PreferredNetworksRead,
)
from shared.web.deps import IfMatch, Now, ReadTx, Tx, tagged
from shared.web.route import Router

router = Router(prefix="/v1", tags=["matching"])


@router.get("/patients/{patient_id}/care-preferences", operation_id="care-preferences.get")
async def get(patient_id: UUID, response: Response, tx: ReadTx) -> CarePreferencesRead:
    """What a patient asks of whoever sees them; version 0 when nobody has said anything."""
    return tagged(response, await preferences.read(tx, patient_id))


@router.put("/patients/{patient_id}/care-preferences", operation_id="care-preferences.change")
async def change(
    patient_id: UUID, body: CarePreferences, if_match: IfMatch, response: Response, tx: Tx, now: Now
) -> CarePreferencesRead:
    """Say anew, whole, what a patient asks for. Matching goes by it from the next look at candidates on."""
    return tagged(response, await preferences.change(tx, patient_id, body, version=if_match, now=now))


@router.get("/preferred-networks", operation_id="preferred-networks.get")
async def networks(response: Response, tx: ReadTx) -> PreferredNetworksRead:
    """Which networks come first, or alone, for patients of which payer."""
    return tagged(response, await preferences.read_networks(tx))


@router.put("/preferred-networks", operation_id="preferred-networks.change")
async def change_networks(
    body: PreferredNetworks, if_match: IfMatch, response: Response, tx: Tx, now: Now
) -> PreferredNetworksRead:
    """Name the preferred networks anew, whole; an entry of the directory says which networks it belongs to."""
    return tagged(response, await preferences.change_networks(tx, body, version=if_match, now=now))
