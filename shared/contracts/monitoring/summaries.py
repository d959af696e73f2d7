"""What a nurse needs of an enrollment on one screen."""

from datetime import datetime
from decimal import Decimal

from shared.contracts.base import Out
from shared.contracts.monitoring.alerts import AlertRead
from shared.contracts.monitoring.enrollments import EnrollmentActRead, EnrollmentRead
from shared.vocabulary import AbsenceKind, Metric


class LatestRead(Out):
    """The newest valid reading of one metric, and how many there were in the window."""

    metric: Metric
    reading_id: str
    value: Decimal
    unit: str
    observed_at: datetime
    count: int


class AbsenceRead(Out):
    """Nothing is expected from ``start`` until ``end``; null while it lasts."""

    kind: AbsenceKind
    start: datetime
    end: datetime | None


class TrendRead(Out):
    """What a rule of severity info found in the window: recorded, never alerted. ``last`` is its arithmetic."""

    rule: str
    title: str
    count: int
    last_at: datetime
    last: str
    asks: str
    citation: str


class EnrollmentSummary(Out):
    """What a nurse needs on one screen: who, since when, the latest values of the window, what is open."""

    enrollment: EnrollmentRead
    start: datetime
    end: datetime
    latest: list[LatestRead]
    open_alerts: list[AlertRead]
    trends: list[TrendRead]
    absences: list[AbsenceRead]
    history: list[EnrollmentActRead]
