"""Devices: which are accepted (clinical §1.6), and whose a reading is that a device sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.kit.problems import Conflict, Problem
from shared.vocabulary import DeviceKind

OTHER_PATIENT = "device.other-patient"
"""Why a reading is put aside whose device is with somebody else."""


class DeviceNotAccepted(Problem):
    """What cannot be trusted to measure is not handed out."""

    code = "device.not-accepted"
    title = "This device is not accepted"


class DeviceTaken(Conflict):
    """A device that is not shared is with one patient at a time."""

    code = "device.taken"
    title = "The device is with another patient"


class DevicePeriod(Problem):
    """A device is given out before it comes back, and not in the future."""

    code = "device.period"
    title = "These times do not fit"


class DeviceReturned(Conflict):
    """A device comes back once."""

    code = "device.returned"
    title = "The device has been returned"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A device that sends as ``source`` is with a patient from ``starts_at`` until before ``ends_at`` (aware)."""

    source: str
    patient_id: UUID
    starts_at: datetime
    ends_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether the patient had it at an instant."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


def refusal(kind: DeviceKind, *, validated: bool) -> str | None:
    """Why a device may not be handed out, in a sentence; None when it may."""
    if kind is DeviceKind.BP_CUFFLESS:
        return "Cuffless devices and watches are not accepted for blood pressure. Use a validated upper-arm cuff."
    if kind is DeviceKind.BP_CUFF_UPPER_ARM and not validated:
        return "Only a validated upper-arm cuff is accepted. Check the model against a validated list."
    return None


def somebody_elses(known: Iterable[Assignment], patient_id: UUID, at: datetime) -> bool:
    """Whether a device was with others and not with this patient when it measured.

    One that nobody had, or that is shared with this patient, is no reason to doubt.
    """
    having = {each.patient_id for each in known if each.holds(at)}
    return bool(having) and patient_id not in having
