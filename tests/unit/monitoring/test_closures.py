"""What a closure must say, and when a patient counts as not reached (clinical §1.9)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain import closures
from services.monitoring.domain.closures import Attempt, Ending, check, unreached
from shared.kit.calendar import Calendar
from shared.kit.problems import Problem
from shared.vocabulary import Channel, ContactOutcome, Disposition, OverrideReason, Severity

NEW_YORK = Calendar("America/New_York")
NOW = datetime(2026, 9, 11, 16, tzinfo=UTC)
ALL = frozenset({"contact_outcome", "informed", "plan", "recheck_at", "letter_sent_at"})
GIVEN = [each for each in Disposition if each not in (Disposition.SOURCE_CORRECTED, Disposition.UNABLE_TO_REACH)]


def tried(day: int, channel: Channel = Channel.PHONE, outcome: ContactOutcome = ContactOutcome.NO_ANSWER) -> Attempt:
    """At noon in New York on a day of September 2026; the 5th to 7th are a weekend and Labor Day."""
    return Attempt(datetime(2026, 9, day, 16, tzinfo=UTC), channel, outcome)


ENOUGH = (tried(8), tried(8, Channel.PORTAL), tried(9))


def refused(ending: Ending, *attempts: Attempt) -> str | None:
    """The code of the refusal."""
    try:
        check(ending, attempts, NEW_YORK, NOW)
    except Problem as problem:
        return problem.code
    return None


ASKED = {
    Severity.INFO: set(),
    Severity.LOW: set(),
    Severity.MODERATE: {"contact_outcome", "plan", "recheck_at"},
    Severity.HIGH: {"contact_outcome", "plan", "recheck_at"},
    Severity.CRITICAL: {"contact_outcome", "plan", "recheck_at", "informed"},
}


@pytest.mark.parametrize("severity", Severity)
def test_what_each_severity_asks_for(severity: Severity) -> None:
    assert closures.required(severity, Disposition.RESOLVED) == ASKED[severity]


@pytest.mark.parametrize(
    ("disposition", "more", "less"),
    [
        (Disposition.ESCALATED, {"informed"}, set()),
        (Disposition.ED_SENT, {"informed"}, set()),
        (Disposition.PATIENT_DECLINED, {"contact_outcome"}, set()),
        (Disposition.UNABLE_TO_REACH, {"informed", "letter_sent_at"}, {"contact_outcome"}),
        (Disposition.FALSE_READING, set(), {"plan"}),
        (Disposition.PROTOCOL_STEP, set(), set()),
    ],
)
def test_what_each_disposition_adds_and_spares(disposition: Disposition, more: set[str], less: set[str]) -> None:
    for severity in Severity:
        assert closures.required(severity, disposition) == (ASKED[severity] | more) - less, severity


@given(st.sampled_from(Severity), st.sampled_from(GIVEN), st.sets(st.sampled_from(sorted(ALL))))
def test_a_closure_is_taken_exactly_when_it_says_what_is_asked(
    severity: Severity, disposition: Disposition, said: set[str]
) -> None:
    found = refused(Ending(severity, disposition, frozenset(said), recheck_at=NOW + timedelta(hours=1)))
    lacking = closures.required(severity, disposition) - said
    assert found == ("alert.closure-incomplete" if lacking else None)


@pytest.mark.parametrize(
    ("severity", "hours"), [(Severity.MODERATE, 72), (Severity.HIGH, 24), (Severity.CRITICAL, 24), (Severity.LOW, None)]
)
def test_a_recheck_comes_in_time(severity: Severity, hours: int | None) -> None:
    longest = timedelta(hours=hours) if hours is not None else timedelta(days=90)
    for late, code in ((timedelta(0), None), (timedelta(seconds=1), "alert.recheck-too-late" if hours else None)):
        ending = Ending(severity, Disposition.RESOLVED, ALL, recheck_at=NOW + longest + late)
        assert refused(ending) == code
        if hours:
            step = Ending(severity, Disposition.PROTOCOL_STEP, ALL, recheck_at=NOW + longest + late)
            assert refused(step) is None, "a protocol step has its own monitoring"


def test_the_record_gives_source_corrected_not_a_person() -> None:
    ending = Ending(Severity.LOW, Disposition.SOURCE_CORRECTED, ALL)
    assert refused(ending) == "alert.closure-incomplete"


@pytest.mark.parametrize("disposition", [Disposition.PROTOCOL_STEP, Disposition.ESCALATED, Disposition.ED_SENT])
def test_what_led_to_an_act_was_not_overridden(disposition: Disposition) -> None:
    ending = Ending(Severity.LOW, disposition, ALL, override=OverrideReason.EXPECTED_FOR_PATIENT)
    assert refused(ending) == "alert.not-an-override"


def test_the_reason_of_an_override_follows_from_the_end_unless_it_is_said() -> None:
    assert closures.override_of(Disposition.FALSE_READING, None) is OverrideReason.MEASUREMENT_ERROR
    assert closures.override_of(Disposition.FALSE_READING, OverrideReason.OTHER) is OverrideReason.OTHER
    assert closures.override_of(Disposition.RESOLVED, None) is None


@pytest.mark.parametrize(
    ("attempts", "lacks"),
    [
        ((), "0 of 3 attempts, 0 of 2 channels, 0 of 2 business days"),
        (ENOUGH[:2], "2 of 3 attempts, 1 of 2 business days"),
        ((tried(8), tried(9), tried(10)), "1 of 2 channels"),
        ((tried(8), tried(8, Channel.PORTAL), tried(8)), "1 of 2 business days"),
        ((tried(5), tried(7, Channel.PORTAL), tried(8)), "1 of 2 business days"),
        ((tried(8), tried(9), tried(10, Channel.LETTER)), "2 of 3 attempts, 1 of 2 channels"),
        ((*ENOUGH, tried(10, outcome=ContactOutcome.REACHED)), "was reached on 2026-09-10"),
        ((*ENOUGH, tried(10, outcome=ContactOutcome.DECLINED)), "was reached on 2026-09-10"),
    ],
)
def test_unable_to_reach_needs_three_tries_on_two_channels_and_two_business_days(
    attempts: tuple[Attempt, ...], lacks: str
) -> None:
    assert lacks in (unreached(attempts, NEW_YORK) or "")
    ending = Ending(Severity.HIGH, Disposition.UNABLE_TO_REACH, ALL, letter_sent_at=NOW)
    assert refused(ending, *attempts) == "alert.attempts-missing"


def test_after_the_attempts_a_letter() -> None:
    assert unreached(ENOUGH, NEW_YORK) is None
    last = ENOUGH[-1].at
    for sent, code in (
        (last, None),
        (NOW, None),
        (last - timedelta(seconds=1), "alert.attempts-missing"),
        (NOW + timedelta(seconds=1), "alert.attempts-missing"),
    ):
        ending = Ending(
            Severity.HIGH, Disposition.UNABLE_TO_REACH, ALL, recheck_at=NOW + timedelta(hours=1), letter_sent_at=sent
        )
        assert refused(ending, *ENOUGH) == code
    unsent = Ending(
        Severity.HIGH, Disposition.UNABLE_TO_REACH, ALL - {"letter_sent_at"}, recheck_at=NOW + timedelta(hours=1)
    )
    assert refused(unsent, *ENOUGH) == "alert.closure-incomplete"


@given(st.lists(st.tuples(st.integers(1, 20), st.sampled_from(Channel), st.sampled_from(ContactOutcome)), max_size=6))
def test_more_tries_without_an_answer_never_lose_what_was_enough(
    tries: list[tuple[int, Channel, ContactOutcome]],
) -> None:
    attempts = [tried(*each) for each in tries]
    if unreached(attempts, NEW_YORK) is None:
        assert unreached([*attempts, tried(21)], NEW_YORK) is None
        assert unreached(attempts[::-1], NEW_YORK) is None, "in any order"
