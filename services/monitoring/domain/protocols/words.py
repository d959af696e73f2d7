"""How protocols write a grade: ``above("above 120", bound("rate.high", "120 /min"), Severity.HIGH)``."""

from services.monitoring.domain.bounds import Bound, Grade, Side
from shared.vocabulary import Metric, Severity


def at_least(name: str, at: Bound, severity: Severity, metric: Metric | None = None) -> Grade:
    """Reached at the bound and above."""
    return Grade(name, Side.AT_LEAST, at, severity, metric)


def above(name: str, at: Bound, severity: Severity, metric: Metric | None = None) -> Grade:
    """Reached above the bound only."""
    return Grade(name, Side.ABOVE, at, severity, metric)


def at_most(name: str, at: Bound, severity: Severity, metric: Metric | None = None) -> Grade:
    """Reached at the bound and below."""
    return Grade(name, Side.AT_MOST, at, severity, metric)


def below(name: str, at: Bound, severity: Severity, metric: Metric | None = None) -> Grade:
    """Reached below the bound only."""
    return Grade(name, Side.BELOW, at, severity, metric)
