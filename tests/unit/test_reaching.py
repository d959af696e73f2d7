"""One rule of both services for unable to reach, held against a naive count (clinical §1.9)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.contacts import Attempt as Contact
from services.coordination.domain.contacts import MoreAttemptsNeeded, check_unreachable
from services.monitoring.domain.closures import Attempt, unreached
from shared.kit.calendar import Calendar
from shared.kit.reaching import Tried, lacking
from shared.vocabulary import Channel, ContactOutcome, ContactWith

ZONE = Calendar("America/New_York")
FRIDAY = datetime(2026, 9, 4, 13, tzinfo=UTC)
TRIED = st.lists(st.tuples(st.integers(0, 24 * 9), st.sampled_from(Channel)), max_size=6)


def test_the_boundaries() -> None:
    """Labor Day is Monday, September 7: Friday and Tuesday are two business days, Friday and Monday one."""
    calls = [Tried(FRIDAY, Channel.PHONE), Tried(FRIDAY + timedelta(hours=3), Channel.PHONE)]
    tuesday, monday = (Tried(FRIDAY + timedelta(days=days), Channel.TEXT_MESSAGE) for days in (4, 3))
    assert lacking([*calls, tuesday], ZONE) == ()
    assert lacking([*calls, monday], ZONE) == ("1 of 2 business days",)
    assert lacking([*calls, Tried(tuesday.at, Channel.LETTER)], ZONE) == (
        "2 of 3 attempts",
        "1 of 2 channels",
        "1 of 2 business days",
    )
    assert lacking([*calls, Tried(tuesday.at, Channel.PHONE)], ZONE) == ("1 of 2 channels",)
    assert lacking([], ZONE) == ("0 of 3 attempts", "0 of 2 channels", "0 of 2 business days")


@given(tried=TRIED)
def test_both_services_say_it_of_the_same_attempts(tried: list[tuple[int, Channel]]) -> None:
    times = [(FRIDAY + timedelta(hours=hours), channel) for hours, channel in tried]
    counted = [(at, channel) for at, channel in times if channel != "letter"]
    days = {ZONE.day_of(at) for at, _ in counted}
    worked = {day for day in days if day.weekday() < 5 and (day.month, day.day) != (9, 7)}
    enough = len(counted) >= 3 and len({channel for _, channel in counted}) >= 2 and len(worked) >= 2
    assert (lacking([Tried(*each) for each in times], ZONE) == ()) == enough
    assert (unreached([Attempt(*each, ContactOutcome.NO_ANSWER) for each in times], ZONE) is None) == enough
    try:
        check_unreachable([_contact(*each) for each in times], ZONE)
    except MoreAttemptsNeeded:
        assert not enough
    else:
        assert enough


def _contact(at: datetime, channel: Channel) -> Contact:
    return Contact(at, channel, ContactWith.PATIENT, ContactOutcome.NO_ANSWER, interpreter_used=False)
