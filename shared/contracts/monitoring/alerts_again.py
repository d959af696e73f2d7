"""What comes after an alert: the patient is looked at again; and what nobody answered, by week."""

from datetime import datetime

from pydantic import Field

from shared.contracts.base import In, Instant, LongText, Out
from shared.contracts.coordination.examples import example


class RecordRecheck(In):
    """The patient was looked at again as planned when the alert ended."""

    model_config = example({"found": "82.0 kg, no swelling; keeps weighing daily"})

    found: LongText
    recheck_at: Instant | None = Field(default=None, description="When they are looked at once more.")


class WeekOfLow(Out):
    """Low alerts that were opened in one week and that nobody answered, although the time for it is over.

    ``alerts`` of them, of ``patients`` people; the same are listed by ``/v1/alerts`` with ``unanswered``, the severity
    and the two instants. Weeks begin on Monday in the practice's zone.
    """

    starts_at: datetime
    ends_at: datetime
    alerts: int
    patients: int


class UnansweredLow(Out):
    """The weekly report of low alerts, newest week first."""

    time_zone: str
    weeks: list[WeekOfLow]
