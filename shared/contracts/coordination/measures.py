"""Measures of outcomes: a figure with its definition, and the list behind it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from shared.contracts.base import Out


class AmountRead(Out):
    """What the known amounts of a group (a currency, or a stage) come to."""

    group: str
    known: int
    total: Decimal
    mean: Decimal
    median: Decimal


class OutcomeRead(Out):
    """``numerator`` of ``denominator``, each the length of its list at ``/v1/measures/{key}``, as are exclusions.

    ``rate`` in percent to one decimal, null without anybody. ``first_day`` to ``last_day``: local days of the hospital
    or of whoever is followed. ``as_of``: nothing recorded later is in it; on time is judged by when a thing was done.
    """

    key: str
    title: str
    label: str
    denominator_means: str
    numerator_means: str
    excluded_means: str
    source: str
    lower_is_better: bool
    amount_means: str | None
    first_day: date
    last_day: date
    as_of: datetime
    denominator: int
    numerator: int
    rate: float | None
    excluded: dict[str, int]
    amounts: list[AmountRead]


class OutcomeMemberRead(Out):
    """One that was judged; ``about`` is the stay, need or referral, and ``excluded`` why it is in no denominator.

    ``amount`` null is not known, never nothing; ``group`` its currency, or the stage.
    """

    about: UUID
    patient_id: UUID
    met: bool
    excluded: str | None
    value: str | None
    at: datetime | None
    group: str | None
    amount: Decimal | None


class OutcomeList(Out):
    """A figure and a page of the list behind it."""

    measure: OutcomeRead
    items: list[OutcomeMemberRead]
    next_cursor: str | None
