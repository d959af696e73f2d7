"""The order of the panel: what waits, by when, and how much sooner it counts."""

from datetime import datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain import panel
from services.monitoring.domain.panel import HEAD_START, UNDATED, Followed, Reason
from shared.vocabulary import AlertState, PanelReason, RiskTier, Severity
from tests.support.makers_monitoring import local

NOON = local("2026-09-08 12:00")
INSTANTS = st.integers(-100_000, 100_000).map(lambda minutes: NOON + timedelta(minutes=minutes))
REASONS = st.builds(
    lambda due, severity: Reason(PanelReason.ALERT, uuid4(), "x", severity, "open", due, HEAD_START[severity]),
    INSTANTS,
    st.sampled_from(Severity),
)


def alert(severity: Severity, due: str, state: AlertState = AlertState.OPEN, **more: object) -> Reason:
    facts = {"acknowledged_at": None, "snoozed_until": None, "retrospective": False, **more}
    return panel.alert_reason(uuid4(), "x", severity, state, acknowledge_by=local(due), **facts)  # type: ignore[arg-type]


@given(REASONS, REASONS, INSTANTS)
def test_the_key_orders_by_overdue_plus_head_start_at_any_moment(one: Reason, other: Reason, now: datetime) -> None:
    first = (now - one.due_at) + one.head_start > (now - other.due_at) + other.head_start
    assert (one.key < other.key) == first


@given(
    st.lists(st.tuples(st.sampled_from(["ana", "ben", None]), st.lists(REASONS, max_size=4)), min_size=1, max_size=5)
)
def test_a_patient_stands_where_the_most_pressing_reason_puts_them(
    drawn: list[tuple[str | None, list[Reason]]],
) -> None:
    followed = [Followed(who, f"p{n}", RiskTier.STABLE, tuple(own)) for n, (who, own) in enumerate(drawn)]
    found = panel.entries(followed)
    assert len({entry.case_manager for entry in found}) == len(found)
    assert sum(len(entry.reasons) for entry in found) == sum(len(own) for _, own in drawn)
    for entry in found:
        assert entry.rank_key == min((reason.key for reason in entry.reasons), default=UNDATED)


def test_what_somebody_has_seen_comes_after_what_nobody_has() -> None:
    unseen = alert(Severity.HIGH, "2026-09-08 09:00")
    seen = alert(Severity.HIGH, "2026-09-08 09:00", AlertState.ACKNOWLEDGED, acknowledged_at=local("2026-09-08 09:30"))
    quiet = alert(Severity.HIGH, "2026-09-08 09:00", AlertState.SNOOZED, snoozed_until=local("2026-09-09 09:00"))
    late = alert(Severity.HIGH, "2026-09-08 09:00", retrospective=True)
    assert unseen.key < seen.key
    assert unseen.key < quiet.key
    assert unseen.key < late.key
    assert seen.due_at == local("2026-09-09 09:30")


def test_a_critical_alert_comes_before_a_weeks_overdue_high_one() -> None:
    fresh, old = alert(Severity.CRITICAL, "2026-09-08 12:00"), alert(Severity.HIGH, "2026-09-01 12:00")
    assert fresh.key < old.key
