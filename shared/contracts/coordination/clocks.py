"""Clocks as clients see them."""

from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import Field, StringConstraints

from shared.contracts.base import Code, In, Instant, Out
from shared.vocabulary import ClockKind, ClockState

RuleText = Annotated[str, StringConstraints(pattern=r"^(D|\+\d{1,4}(h|d|bd))$")]
"""``D`` end of the starting day, ``+48h`` elapsed, ``+7d`` calendar days, ``+2bd`` business days."""


class AskClock(In):
    """A clock to start. Days end with the patient's local day; ``grace`` delays lateness, not the due instant."""

    key: Code = "clinical"
    kind: ClockKind = ClockKind.CLINICAL
    rule: RuleText = Field(examples=["+2bd"])
    opens: RuleText | None = None
    starts_at: Instant | None = Field(default=None, description="The moment of asking when left out.")
    grace: timedelta = Field(default=timedelta(0), ge=timedelta(0), le=timedelta(days=30))


class PauseRead(Out):
    """An interval in which the clock stood still."""

    since: datetime
    until: datetime | None
    reason: str


class ClockRead(Out):
    """A clock and how it stands now. Instants are UTC; ``due_on`` is the local day in ``zone``.

    ``due_at`` is the last instant that is on time; null while an open-ended pause holds the clock. ``on_call`` names
    the weekend or holiday on which it falls.
    """

    key: str
    kind: ClockKind
    rule: str
    start_at: datetime
    opens_at: datetime | None
    due_at: datetime | None
    due_on: date | None
    zone: str
    calendar: str
    grace: timedelta
    pauses: list[PauseRead]
    met_at: datetime | None
    met_how: str | None
    state: ClockState
    on_call: str | None
    explanation: str
