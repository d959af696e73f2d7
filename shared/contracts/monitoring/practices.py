"""The practice: the clock by which its days and months begin."""

from shared.contracts.base import In, Versioned
from shared.contracts.coordination.examples import example
from shared.contracts.people import TimeZone


class SetPractice(In):
    """The practice's time zone. What was logged is cut anew: instants are kept, days and months follow from them."""

    model_config = example({"time_zone": "America/New_York"})

    time_zone: TimeZone


class PracticeRead(Versioned):
    """The practice, with the organization's id. Version 0: nobody has said a zone, so each patient's own holds."""

    time_zone: str | None
