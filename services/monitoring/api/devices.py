"""Devices over HTTP."""

from uuid import UUID

from fastapi import Response

from services.monitoring.usecases import devices
from shared.contracts.monitoring.devices import AssignDevice, DeviceList, DeviceRead, ReturnDevice
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.route import Router

router = Router(prefix="/v1", tags=["devices"])


@router.post("/enrollments/{enrollment_id}/devices", operation_id="devices.assign", status_code=201)
async def assign(
    enrollment_id: UUID, body: AssignDevice, response: Response, tx: Tx, actor: Who, now: Now
) -> DeviceRead:
    """Hand a device to the patient; what it sends for somebody else is put aside from then on."""
    return tagged(response, await devices.assign(tx, enrollment_id, body, actor=actor, now=now))


@router.get("/devices", operation_id="devices.list")
async def list_(patient_id: UUID, tx: ReadTx) -> DeviceList:
    """The devices a patient has and had."""
    return await devices.of_patient(tx, patient_id)


@router.post("/devices/{device_id}/return", operation_id="devices.return")
async def give_back(
    device_id: UUID, body: ReturnDevice, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> DeviceRead:
    """Take a device back."""
    return tagged(response, await devices.give_back(tx, device_id, body, version=if_match, actor=actor, now=now))
