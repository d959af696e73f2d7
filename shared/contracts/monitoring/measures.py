"""Measures: a figure with its definition, and the list behind it."""

from datetime import datetime
from uuid import UUID

from shared.contracts.base import Out


class MeasureRead(Out):
    """``numerator`` of ``denominator``, each the length of its list at ``/v1/measures/{key}``.

    ``rate`` in percent to one decimal, null without anybody. ``as_of``: nothing known later is in it.
    """

    key: str
    title: str
    label: str
    denominator_means: str
    numerator_means: str
    source: str
    lower_is_better: bool
    period: str
    zone: str
    start: datetime
    as_of: datetime
    denominator: int
    numerator: int
    rate: float | None


class MeasureMemberRead(Out):
    """One of the denominator; ``met`` is in the numerator. ``about`` is the patient, enrollment or alert."""

    about: UUID
    patient_id: UUID
    met: bool
    value: str | None
    at: datetime | None


class MeasureList(Out):
    """A figure and a page of the list behind it."""

    measure: MeasureRead
    items: list[MeasureMemberRead]
    next_cursor: str | None
