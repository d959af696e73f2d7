"""Devices of enrolled patients, and whose readings are theirs."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.contracts.base import In, Instant, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.vocabulary import DeviceKind


class AssignDevice(In):
    """A device goes to a patient. Readings whose ``source`` is the device's are the ones it sent by itself."""

    model_config = example({"kind": "scale", "serial": "SN-48213", "source": "scale-48213", "model": "Example Scale 2"})

    kind: DeviceKind
    serial: Text
    source: Text = Field(max_length=100, description="How its readings name their source.")
    model: Text | None = None
    validated: bool = Field(default=False, description="Whether a blood-pressure cuff is on a validated list.")
    shared: bool = Field(default=False, description="Several patients of a household use it.")
    transmits: bool = Field(default=True, description="It sends by itself. What is read off and typed in does not.")
    starts_at: Instant | None = Field(default=None, description="From now on when left out.")


class ReturnDevice(In):
    """The patient no longer has the device; from now on when ``ends_at`` is left out."""

    model_config = example({"reason": "Battery cover broken, replaced"})

    reason: Text
    ends_at: Instant | None = None


class DeviceRead(Versioned):
    """A device with a patient, from ``starts_at`` until ``ends_at``; null while they have it."""

    patient_id: UUID
    enrollment_id: UUID
    kind: DeviceKind
    serial: str
    source: str
    model: str | None
    validated: bool
    shared: bool
    transmits: bool
    starts_at: datetime
    ends_at: datetime | None
    assigned_by: str
    returned_by: str | None
    return_reason: str | None


class DeviceList(Out):
    """A patient's devices, the newest first."""

    items: list[DeviceRead]
