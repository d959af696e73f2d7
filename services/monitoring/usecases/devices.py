"""Hand devices out and take them back; put aside what a device sent that is with somebody else."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.domain import devices as rules
from services.monitoring.store import devices as store
from services.monitoring.store import enrollments, patients
from services.monitoring.store.devices import DeviceRow
from services.monitoring.usecases.judging import Sent, SetAside
from shared.contracts.monitoring.devices import AssignDevice, DeviceList, DeviceRead, ReturnDevice
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.problems import check_version
from shared.vocabulary import ItemOutcome

_ASIDE = (
    "The device that sent it was with another patient at that time. Find out who measured: correct whose the device "
    "is, or enter the value for the right patient."
)


async def assign(tx: Session, enrollment_id: UUID, body: AssignDevice, *, actor: Actor, now: datetime) -> DeviceRead:
    """Hand a device to the patient of an enrollment.

    Raises:
        NotFound, DeviceNotAccepted, DevicePeriod.
        DeviceTaken: it is with somebody, and not shared by both.
    """
    enrollment = await enrollments.get(tx, enrollment_id)
    patient = await patients.get_for_update(tx, enrollment.patient_id)
    why = rules.refusal(body.kind, validated=body.validated)
    if why is not None:
        raise rules.DeviceNotAccepted(why)
    starts_at = body.starts_at or now
    if starts_at > now:
        raise rules.DevicePeriod("starts_at lies in the future. Assign the device when the patient has it.")
    for known in await store.since(tx, body.source, starts_at):
        if not (known.shared and body.shared) or known.patient_id == patient.id:
            raise rules.DeviceTaken(
                "A device that sends under this source is with somebody. Return it first, or mark both as shared.",
                device_id=str(known.id),
            )
    row = DeviceRow(
        id=new_id(),
        organization_id=organization(tx),
        patient_id=patient.id,
        enrollment_id=enrollment.id,
        **body.model_dump(exclude={"starts_at"}),
        starts_at=starts_at,
        assigned_by=actor.person,
        version=1,
        created_at=now,
        updated_at=now,
    )
    tx.add(row)
    await tx.flush()
    audit.saw(tx, patient.id, row.id)
    return DeviceRead.model_validate(row)


async def give_back(
    tx: Session, device_id: UUID, body: ReturnDevice, *, version: int, actor: Actor, now: datetime
) -> DeviceRead:
    """Take a device back.

    Raises:
        NotFound, Stale, DeviceReturned, DevicePeriod.
    """
    row = await store.get_for_update(tx, device_id)
    audit.saw(tx, row.patient_id, row.id)
    check_version(row.version, version)
    if row.ends_at is not None:
        raise rules.DeviceReturned("Somebody has taken it back already. Assign it anew if the patient has it.")
    ends_at = body.ends_at or now
    if not row.starts_at <= ends_at <= now:
        raise rules.DevicePeriod("ends_at must lie between the day it was handed out and now.")
    row.ends_at, row.returned_by, row.return_reason = ends_at, actor.person, body.reason
    row.version += 1
    row.updated_at = now
    await tx.flush()
    return DeviceRead.model_validate(row)


async def of_patient(tx: Session, patient_id: UUID) -> DeviceList:
    """A patient's devices, the newest first; raises NotFound."""
    patient = await patients.get(tx, patient_id)
    audit.saw(tx, patient.id)
    return DeviceList(items=[DeviceRead.model_validate(row) for row in await store.of_patient(tx, patient_id)])


async def sort_out(tx: Session, sent: Sequence[Sent]) -> tuple[list[Sent], list[SetAside]]:
    """Those that may be the patient's own, and those whose device was with somebody else."""
    known = await store.by_source(tx, {each.reading.source for each in sent})
    kept: list[Sent] = []
    aside: list[SetAside] = []
    for each in sent:
        there = known.get(each.reading.source)
        if there is not None and rules.somebody_elses(there, each.patient_id, each.reading.observed_at):
            quarantined = ItemOutcome.QUARANTINED
            aside.append(SetAside(each.index, each.body, each.patient_id, quarantined, rules.OTHER_PATIENT, _ASIDE))
        else:
            kept.append(each)
    return kept, aside
