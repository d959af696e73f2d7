"""Calendars of entries of the directory and the slots in them, as others send them."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.base import In, Instant, Versioned
from shared.contracts.coordination.slots import check_length
from shared.contracts.people import Identifier
from shared.vocabulary import Modality, SlotState


class RegisterSchedule(In):
    """A specialist's calendar. Its slots are at ``site_id`` and by ``modality`` where it says so."""

    identifiers: list[Identifier] = Field(default_factory=list, max_length=50)
    specialist_id: UUID
    site_id: UUID | None = None
    modality: Modality | None = None
    active: bool = True


class ScheduleRead(Versioned):
    """A calendar. ``of_person``: whether the specialist is a practitioner's role, or a service."""

    identifiers: list[Identifier]
    specialist_id: UUID
    specialist_name: str
    of_person: bool
    site_id: UUID | None
    modality: Modality | None
    active: bool
    updated_at: datetime


class RegisterSlot(In):
    """A place for one patient. Not ``open``: it was given away elsewhere."""

    identifiers: list[Identifier] = Field(default_factory=list, max_length=50)
    schedule_id: UUID
    starts_at: Instant
    ends_at: Instant
    modality: Modality | None = None
    open: bool = True

    @model_validator(mode="after")
    def _forward(self) -> "RegisterSlot":
        check_length(self.starts_at, self.ends_at)
        return self


class SlotEntryRead(Versioned):
    """A slot as it stands. Booked without ``referral_id``: it was given away elsewhere."""

    identifiers: list[Identifier]
    specialist_name: str
    schedule_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    modality: Modality
    site_id: UUID | None
    state: SlotState
    referral_id: UUID | None
    updated_at: datetime
