"""What is kept of measures says, as of any instant, what judging anew at that instant says."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain import outcome_steps
from services.coordination.domain.outcome_members import members
from services.coordination.domain.outcome_records import (
    Entry,
    NeedRecord,
    Records,
    ReferralRecord,
    StayRecord,
    StayVersion,
    Talk,
)
from services.coordination.domain.outcome_steps import EXCLUDED, FAMILIES, SILENT, WHY, letter, tracks
from services.coordination.domain.outcomes import CATALOGUE
from services.coordination.domain.readmissions import Excluded
from services.coordination.domain.work_outcomes import Act, Choice
from shared.kit.calendar import Calendar
from shared.kit.zones import local_day
from shared.vocabulary import NeedKind, NeedState, ReferralState

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
PATIENT = UUID(int=1)
ZONES = ("America/New_York", "Pacific/Kiritimati", "Pacific/Honolulu")
# Few hours and days, so that things meet: 30 days after, the same day, over the change to summer time.
instants = st.builds(
    lambda days, hours: FIRST + timedelta(days=days, hours=hours), st.integers(0, 90), st.sampled_from([0, 5, 12, 23])
)
waits = st.sampled_from([timedelta(), timedelta(minutes=1), timedelta(days=1), timedelta(days=40)])


@st.composite
def versions(draw: st.DrawFn) -> list[StayVersion]:
    """What was told of a stay, one after the other: corrected, its discharge undone, entered in error, taken back."""
    began = draw(instants)
    known = began + draw(waits)
    found = []
    for _ in range(draw(st.sampled_from([1, 1, 2, 3, 4]))):
        lasted = draw(st.none() | st.sampled_from([0, 1, 3, 29, 60]))
        found.append(
            StayVersion(
                known, draw(st.sampled_from([True, True, True, False])), draw(st.booleans()), draw(st.booleans()),
                began,
                None if lasted is None else began + timedelta(days=lasted, hours=2),
                draw(st.sampled_from(["home", "home-health", "expired", "hospice", "short-term-hospital"])),
                "icd-10-cm",
                draw(st.sampled_from(["I50.23", "F32.2", "Z51.11", "O80"])), draw(st.sampled_from([None, "A", "B"])),
            )
        )  # fmt: skip
        known += timedelta(minutes=1) + draw(waits)
        began = draw(st.just(began) | instants)
    return found


@st.composite
def stays(draw: st.DrawFn) -> list[StayRecord]:
    found = []
    for number in range(draw(st.integers(1, 4))):
        told = draw(versions())
        born = draw(st.sampled_from([date(1950, 1, 1), date(2010, 3, 5)]))
        zone = draw(st.sampled_from(ZONES))
        found.append(StayRecord(UUID(int=100 + number), PATIENT, born, told[0].known_from, zone, told))
    return found


@st.composite
def needs(draw: st.DrawFn, number: int) -> NeedRecord:
    kind = draw(st.sampled_from([NeedKind.VISIT, NeedKind.MED_RECONCILIATION, NeedKind.MENTAL_HEALTH_VISIT]))
    created, entries = draw(instants), []
    recorded = created
    for state in ["identified", *draw(st.lists(st.sampled_from([*NeedState]), max_size=3))]:
        entries.append(Entry(str(state), recorded - draw(waits), recorded))
        recorded += draw(waits)
    return NeedRecord(
        UUID(int=200 + number), PATIENT, kind, f"stay:{UUID(int=100 + number % 4)}", draw(st.sampled_from(ZONES)),
        draw(st.none() | instants), draw(st.none() | st.just(Decimal("12.50"))), "USD", created, entries,
    )  # fmt: skip


@st.composite
def referrals(draw: st.DrawFn) -> ReferralRecord:
    acts, recorded, state = [], draw(instants), "draft"
    for number, to in enumerate(draw(st.lists(st.sampled_from([*ReferralState]), max_size=5))):
        done = recorded - draw(waits)
        what = draw(st.sampled_from(["close", "waive"]))
        act = Act(UUID(int=400 + number), UUID(int=300), PATIENT, state, to, done, local_day(done, ZONES[0]), what)
        acts.append((act, recorded))
        state, recorded = to, recorded + draw(waits)
    return ReferralRecord(UUID(int=300), acts)


@st.composite
def records(draw: st.DrawFn) -> Records:
    money = st.none() | st.sampled_from([Decimal(10), Decimal("7.25")])
    chosen = draw(instants)
    choice = Choice(
        UUID(int=300), PATIENT, chosen, local_day(chosen, ZONES[0]), draw(money), draw(money), draw(money), "USD"
    )
    site = draw(st.none() | st.sampled_from([Calendar(ZONES[2]), Calendar("Europe/Berlin", "DE-BY")]))
    return Records(
        draw(stays()), draw(st.lists(st.builds(lambda at, wait: Talk(at, at + wait), instants, waits), max_size=3)),
        [draw(needs(number)) for number in range(draw(st.integers(0, 4)))], [draw(referrals())], [choice], site,
        "US-federal",
    )  # fmt: skip


def as_kept(found: Records, as_of: datetime) -> dict[tuple[str, UUID], object]:
    said: dict[tuple[str, UUID], object] = {}
    for track in tracks(found):
        step = next((each for each in reversed(track.steps) if each.since <= as_of), None)
        for key, verdict in zip(FAMILIES[track.family], step.letters if step else "", strict=False):
            if step is not None and verdict != SILENT:
                said[key, track.about] = (track.work_id, verdict, step.day, step.group, step.amount)
    return said


def as_judged(found: Records, as_of: datetime) -> dict[tuple[str, UUID], object]:
    judged = list(members(found, as_of))
    said: dict[tuple[str, UUID], object] = {
        (each.key, each.member.about): (
            each.work, letter(each.member), each.member.day, each.member.group, each.member.amount
        )
        for each in judged
    }  # fmt: skip
    assert len(said) == len(judged), "nobody is judged twice"
    return said


@given(records(), st.lists(instants, min_size=1, max_size=6), st.integers(-1, 1))
def test_steps_say_at_any_instant_what_judging_anew_says(found: Records, asked: Sequence[datetime], near: int) -> None:
    turns = [step.since + timedelta(microseconds=near) for track in tracks(found) for step in track.steps]
    for as_of in {*asked, *turns, FIRST + timedelta(days=400)}:
        assert as_kept(found, as_of) == as_judged(found, as_of)


@given(records())
def test_steps_are_in_order_and_each_says_something_new(found: Records) -> None:
    for track in tracks(found):
        since = [step.since for step in track.steps]
        assert since == sorted(set(since))
        assert all(one[1:] != other[1:] for one, other in zip(track.steps, track.steps[1:], strict=False))


def test_every_verdict_has_a_letter_of_its_own_and_every_measure_a_place() -> None:
    assert len(WHY) == len(EXCLUDED)
    assert set(Excluded) <= set(EXCLUDED)
    assert not set(WHY) & {outcome_steps.MET, outcome_steps.NOT_MET, SILENT}
    assert sorted(key for keys in FAMILIES.values() for key in keys) == sorted(each.key for each in CATALOGUE)
