"""Places in a specialist's calendar, one patient each."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared.contracts.base import In, Instant, Out
from shared.vocabulary import Modality, SlotState

LONGEST = timedelta(hours=24)


def check_length(starts_at: datetime, ends_at: datetime) -> None:
    """Raises:
    ValueError: a slot that ends before it starts, or is longer than a day.
    """
    if not timedelta(0) < ends_at - starts_at <= LONGEST:
        raise ValueError("ends_at must be after starts_at, by at most 24 hours")


class NewSlot(In):
    """A time with room for ``places`` patients; each place becomes a slot of its own."""

    starts_at: Instant
    ends_at: Instant
    modality: Modality
    site_id: UUID | None = None
    places: int = Field(default=1, ge=1, le=50)

    @model_validator(mode="after")
    def _forward(self) -> "NewSlot":
        check_length(self.starts_at, self.ends_at)
        return self


class AddSlots(In):
    """Slots to publish. One that is there already is left as it is, so a calendar can be sent again."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "slots": [
                        {
                            "starts_at": "2030-09-11T13:30:00-04:00",
                            "ends_at": "2030-09-11T14:00:00-04:00",
                            "modality": "video",
                        }
                    ]
                }
            ]
        }
    )

    slots: list[NewSlot] = Field(min_length=1, max_length=500)


class SlotRead(Out):
    """A slot; ``held_until`` says when a hold ends by itself."""

    id: UUID
    specialist_id: UUID
    starts_at: datetime
    ends_at: datetime
    modality: Modality
    site_id: UUID | None
    place: int
    state: SlotState
    held_until: datetime | None


class SlotsAdded(Out):
    """How many of the places asked for are new, and how many were there."""

    added: int
    already_there: int
