"""Who is told of an alert that somebody has seen (clinical §1.9, §6.4)."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.escalation import LADDER, Rota, Step, TakenUp, still_told
from shared.vocabulary import Severity
from tests.support.makers_monitoring import local

ZONE = "America/New_York"
SERIOUS = [Severity.CRITICAL, Severity.HIGH, Severity.MODERATE]
MINUTES = st.dictionaries(
    st.sampled_from([step.tier.value for each in LADDER.values() for step in each.steps]), st.integers(1, 600)
)
INSTANTS = st.integers(0, 60 * 24 * 21).map(lambda minutes: local("2026-09-01 00:00") + timedelta(minutes=minutes))
BOOLEANS = st.booleans()


def ladder(severity: Severity, start: datetime, own: dict[str, int]) -> list[tuple[datetime, Step]]:
    return Rota(zone=ZONE, minutes=own).steps(LADDER, severity, start)


@given(st.sampled_from(SERIOUS), INSTANTS, MINUTES, st.builds(TakenUp, BOOLEANS, BOOLEANS, BOOLEANS))
def test_seen_holds_off_the_first_and_an_answer_the_rest(
    severity: Severity, start: datetime, own: dict[str, int], done: TakenUp
) -> None:
    steps = ladder(severity, start, own)
    left = list(still_told(steps, severity, done))
    first = steps[0][0]
    assert left == [each for each in steps if each in left], "nobody new, in the same order"
    if not done.acknowledged or done.told:
        assert left == steps, "what nobody has seen, or what somebody was told of, is told to everybody in turn"
    elif severity is Severity.CRITICAL or not done.acted:
        assert left == [each for each in steps if each[0] > first]
    else:
        assert left == []


@given(st.sampled_from(SERIOUS), INSTANTS)
def test_the_first_is_told_when_nobody_has_acknowledged_in_time(severity: Severity, start: datetime) -> None:
    """§1.9: of critical and high alerts at the deadline of the acknowledgement itself, of moderate ones after it."""
    rota = Rota(zone=ZONE)
    due = rota.acknowledge_by(LADDER, severity, start)
    first = rota.steps(LADDER, severity, start)[0][0]
    assert due is not None
    assert first > due if severity is Severity.MODERATE else first == due
