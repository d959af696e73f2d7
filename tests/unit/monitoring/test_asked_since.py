"""When what hangs on alerts is asked for: while one stands, and until it was over for long enough (clinical §1.11)."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.missing import Reason, asked_since
from services.monitoring.domain.protocols import LATEST
from services.monitoring.domain.silence import Stream
from tests.support.makers_monitoring import local

NOW = local("2026-09-20 07:00")
WEEK = timedelta(days=7)
HOURS = st.integers(0, 24 * 20).map(lambda hours: NOW - timedelta(hours=hours))
MAYBE = st.none() | HOURS
RULES = st.sampled_from(["ZONE", "Z-Y24", "SYM-YELLOW", "SYM-RED", "EXAC"])
REASONS = st.lists(st.builds(Reason, RULES | st.just("Z-VAR"), HOURS, MAYBE, MAYBE), max_size=6)


(PEF,) = (each for each in LATEST["asthma"].expects if isinstance(each, Stream) and each.key == "SILENCE-PEF")


def asks(reason: Reason, heard: datetime | None = None, now: datetime = NOW) -> bool:
    return asked_since(PEF, [reason], heard, now) is not None


@given(RULES, HOURS, MAYBE)
def test_every_zone_that_stands_asks_since_it_was_known(rule: str, opened_at: datetime, heard: datetime | None) -> None:
    """§1.4: yellow or red, by peak flow or by symptoms; and after an exacerbation."""
    assert asked_since(PEF, [Reason(rule, opened_at)], heard, NOW) == opened_at


@given(RULES, HOURS, HOURS, MAYBE, MAYBE)
def test_green_for_seven_days_ends_it(
    rule: str, opened_at: datetime, cleared_at: datetime, settled_at: datetime | None, heard: datetime | None
) -> None:
    reason = Reason(rule, opened_at, cleared_at, settled_at)
    assert asks(reason, heard) == (NOW - cleared_at <= WEEK)
    assert asks(reason, heard, cleared_at + WEEK)
    assert not asks(reason, heard, cleared_at + WEEK + timedelta(microseconds=1))


@given(RULES, HOURS, HOURS, MAYBE)
def test_what_a_person_ended_is_over_once_something_came(
    rule: str, opened_at: datetime, settled_at: datetime, heard: datetime | None
) -> None:
    reason = Reason(rule, opened_at, settled_at=settled_at)
    nothing = heard is None or heard < settled_at
    assert asks(reason, heard) == (nothing or NOW - settled_at <= WEEK)


@given(REASONS, REASONS, MAYBE)
def test_more_alerts_never_ask_for_less(one: list[Reason], more: list[Reason], heard: datetime | None) -> None:
    few, many = (asked_since(PEF, reasons, heard, NOW) for reasons in (one, [*more, *one]))
    assert few is None or (many is not None and many <= few)
    assert asked_since(PEF, [each for each in one if each.rule == "Z-VAR"], heard, NOW) is None
