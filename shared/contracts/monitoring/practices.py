"""The practice: the clock by which its days and months begin."""

from pydantic import Field

from shared.contracts.base import In, Versioned
from shared.contracts.coordination.examples import example
from shared.contracts.people import TimeZone


class SetPractice(In):
    """The practice's time zone. What was logged is cut anew: instants are kept, days and months follow from them.

    ``starts_within_hours``: how far ahead a change of medicines may begin after the patient was told.
    """

    model_config = example({"time_zone": "America/New_York", "starts_within_hours": 24})

    time_zone: TimeZone
    starts_within_hours: int = Field(default=24, ge=1, le=168)


class PracticeRead(Versioned):
    """The practice, with the organization's id. Version 0: nobody has said a zone, so each patient's own holds."""

    time_zone: str | None
    starts_within_hours: int
