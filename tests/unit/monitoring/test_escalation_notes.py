"""What an escalation's note says, and what it says of what nobody knows (clinical §6.4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.escalation_notes import Case, Said, note

NOW = datetime(2026, 9, 12, 7, 30, tzinfo=UTC)
BARE = Case(
    zone="America/New_York",
    title="Ketones",
    rule="KETONES",
    protocol="diabetes 1",
    severity="critical",
    citation="ADA 2026",
    asks="",
    began_at=NOW - timedelta(minutes=30),
    raised_at=NOW - timedelta(minutes=30),
    evidence=[],
    born=date(1952, 9, 13),
    sex="male",
    followed=(),
    medicines=(),
    labs=(),
    changes=(),
    reported=(),
    judged=(),
    acts=(),
)
TEXTS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
SAID = st.lists(st.builds(Said, st.integers(0, 6000).map(lambda hours: NOW - timedelta(hours=hours)), TEXTS))


def test_what_is_not_on_record_is_said_to_be_so() -> None:
    found = note(BARE, "on-call physician", NOW)
    assert "Medicines: none on record." in found["background"]
    assert "nothing is recorded as ruled out" in found["assessment"]
    assert found["request"] == "To the on-call physician: what is to be done now, by whom, until when?"


def test_times_and_age_are_those_of_the_patients_own_day() -> None:
    found = note(BARE, "on-call physician", NOW)
    assert "since 2026-09-12 03:00 EDT" in found["situation"]
    assert found["background"].startswith("73 years, male.")
    assert note(BARE, "on-call physician", NOW + timedelta(hours=21))["background"].startswith("74 years")


@given(evidence=SAID, medicines=st.lists(TEXTS), labs=SAID, acts=SAID, judged=SAID)
def test_everything_known_is_in_it_and_of_the_evidence_the_latest(
    evidence: list[Said], medicines: list[str], labs: list[Said], acts: list[Said], judged: list[Said]
) -> None:
    case = replace(BARE, evidence=evidence, medicines=medicines, labs=labs, acts=acts, judged=judged)
    found = note(case, "on-call physician", NOW)
    assert all(each in found["background"] for each in (*medicines, *(lab.text for lab in labs)))
    assert all(each.text in found["assessment"] for each in (*acts, *judged))
    latest = sorted(evidence, key=lambda each: each.at)[-5:]
    assert all(each.text in found["situation"] for each in latest)
    assert ("earlier findings" in found["situation"]) == (len(evidence) > 5)
