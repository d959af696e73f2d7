"""The order of the panel: who needs the case manager first, by one key that no clock moves.

Each reason has an instant by which something is due, and a head start by its severity; the patient stands where the
most pressing reason puts them. A snooze that ends and a deadline that passes change no key: only facts do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from shared.kit.calendar import Calendar
from shared.vocabulary import AlertState, PanelReason, RiskTier, Severity

UNDATED = datetime(9999, 1, 1, tzinfo=UTC)
# [default] An alert comes before any milder one that is younger than this much overdue.
HEAD_START: Mapping[Severity, timedelta] = MappingProxyType(
    {
        Severity.INFO: timedelta(0),
        Severity.LOW: timedelta(0),
        Severity.MODERATE: timedelta(days=2),
        Severity.HIGH: timedelta(days=7),
        Severity.CRITICAL: timedelta(days=30),
    }
)
# [default] When an acknowledged alert is looked at again (clinical §1.9: within 24 h, 24 to 72 h).
AGAIN: Mapping[Severity, timedelta] = MappingProxyType(
    {
        Severity.INFO: timedelta(days=7),
        Severity.LOW: timedelta(days=7),
        Severity.MODERATE: timedelta(hours=72),
        Severity.HIGH: timedelta(hours=24),
        Severity.CRITICAL: timedelta(hours=24),
    }
)
# [default] A check-in comes a day before a mild alert that is due with it.
CHECK_IN_HEAD_START = timedelta(days=1)

# [default] A review comes after an alert that is due until it is overdue by so much.
REVIEW_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that waits: by when, how much sooner than its due instant it counts, and the key that follows.

    ``awaits``: who has to act, by the subject of their token; a role where any of it may; None for who follows.
    ``also_under``: the same event as other protocols see it.
    """

    kind: PanelReason
    about: UUID
    title: str
    severity: Severity | None
    state: str
    due_at: datetime
    head_start: timedelta
    awaits: str | None = None
    also_under: tuple[dict[str, str], ...] = ()

    @property
    def key(self) -> datetime:
        """Due instant less head start: the earliest comes first."""
        return self.due_at - self.head_start


@dataclass(frozen=True, slots=True)
class Followed:
    """One enrollment as the panel sees it, with its reasons; ``protocol`` is None where nobody follows any more."""

    case_manager: str | None
    protocol: str | None
    tier: RiskTier
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A patient on one case manager's panel."""

    case_manager: str | None
    protocols: tuple[str, ...]
    tier: RiskTier
    severity: Severity | None
    rank_key: datetime
    reasons: tuple[Reason, ...]


def alert_reason(
    about: UUID,
    title: str,
    severity: Severity,
    state: AlertState,
    *,
    acknowledge_by: datetime,
    acknowledged_at: datetime | None,
    snoozed_until: datetime | None,
    retrospective: bool,
    also_under: tuple[dict[str, str], ...] = (),
) -> Reason:
    """A live alert: to acknowledge, to look at again, or quiet until its snooze ends.

    One that somebody has seen has the head start of one step less; one that only came late, none: it pages nobody.
    """
    if state is AlertState.SNOOZED and snoozed_until is not None:
        due = snoozed_until
    elif state is AlertState.ACKNOWLEDGED and acknowledged_at is not None:
        due = acknowledged_at + AGAIN[severity]
    else:
        due = acknowledge_by
    weight = severity if state is AlertState.OPEN else list(Severity)[max(0, severity.rank - 1)]
    head_start = timedelta(0) if retrospective else HEAD_START[weight]
    return Reason(PanelReason.ALERT, about, title, severity, state, due, head_start, also_under=also_under)


def check_in_reason(about: UUID, state: str, due_at: datetime) -> Reason:
    """A check-in that waits, by the end of its day."""
    return Reason(PanelReason.CHECK_IN, about, "Check-in", None, state, due_at, CHECK_IN_HEAD_START)


def target_reason(about: UUID, bound: str, review_by: date, calendar: Calendar) -> Reason:
    """An individual target that has to be looked at again by a local day."""
    due = calendar.end_of(review_by)
    return Reason(PanelReason.TARGET_REVIEW, about, f"Review the target {bound}", None, "due", due, timedelta(0))


def recheck_reason(about: UUID, title: str, severity: Severity, planned_at: datetime) -> Reason:
    """The patient is looked at again after an alert ended; it weighs as one that somebody has seen."""
    weight = list(Severity)[max(0, severity.rank - 1)]
    return Reason(PanelReason.RECHECK, about, f"Re-check: {title}", None, "planned", planned_at, HEAD_START[weight])


def tier_reason(about: UUID, tier: RiskTier, due_at: datetime) -> Reason:
    """The tier of an enrollment is to be reviewed at the cadence of §1.10; alerts come before it."""
    return Reason(PanelReason.TIER_REVIEW, about, f"Review the tier {tier}", None, "due", due_at, -REVIEW_AFTER)


def entries(followed: Iterable[Followed]) -> tuple[Entry, ...]:
    """One entry a case manager: whom two follow stands on the panel of each, with the reasons of theirs."""
    own: dict[str | None, list[Followed]] = {}
    for each in followed:
        own.setdefault(each.case_manager, []).append(each)
    return tuple(_entry(case_manager, each) for case_manager, each in own.items())


def _entry(case_manager: str | None, own: list[Followed]) -> Entry:
    reasons = sorted((reason for each in own for reason in each.reasons), key=lambda one: (one.key, str(one.about)))
    severities = [reason.severity for reason in reasons if reason.severity is not None]
    tiers = list(RiskTier)
    return Entry(
        case_manager=case_manager,
        protocols=tuple(sorted({each.protocol for each in own if each.protocol is not None})),
        tier=min((each.tier for each in own), key=tiers.index),
        severity=max(severities, key=lambda one: one.rank, default=None),
        rank_key=reasons[0].key if reasons else UNDATED,
        reasons=tuple(reasons),
    )
