"""Forms, missing-data rules and the ladder are parts of a version: what may be said of them, and by whom."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.attendance import CHECK_IN
from services.monitoring.domain.escalation import LADDER, Answering, Wait
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocol_checks import troubles
from services.monitoring.domain.protocol_content import Unreadable, read, written
from services.monitoring.domain.protocol_kinds import EXPECTED
from services.monitoring.domain.protocols import LATEST, PUBLISHED
from services.monitoring.domain.silence import Expected, Stream, Waits
from shared.vocabulary import Severity

DIABETES, HEART = LATEST["diabetes"], LATEST["heart-failure"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK, SAID = "SILENCE-GLUCOSE-WEEK", "Our board"


def with_(protocol: Protocol, named: str, /, **changes: Any) -> Protocol:
    """The protocol with one expectation changed; without it where nothing is said."""
    expects = [each if each.key != named else replace(each, **changes) for each in protocol.expects]
    return replace(protocol, expects=tuple(each for each in expects if changes or each.key != named))


def answered(severity: Severity, answering: Answering | None) -> Protocol:
    ladder = {**LADDER, severity: answering}
    return replace(DIABETES, ladder={each: how for each, how in ladder.items() if how is not None})


def found(protocol: Protocol, base: Protocol = DIABETES) -> dict[str, bool]:
    """By path whether a prescriber would be enough."""
    enough: dict[str, bool] = {}
    for each in troubles(protocol, base, prescriber=None):
        enough[each.path] = each.needs_prescriber and enough.get(each.path, True)
    return enough


def kinds(kind: type[Any]) -> set[type[Any]]:
    return {each for sub in kind.__subclasses__() for each in (sub, *kinds(sub))}


def test_every_kind_of_expectation_has_a_name_and_is_used() -> None:
    concrete = {each.__name__ for each in kinds(Expected) if not each.__abstractmethods__}
    assert concrete == {each.__name__ for each in EXPECTED.values()}
    assert concrete == {type(each).__name__ for protocol in PUBLISHED for each in protocol.expects}


@pytest.mark.parametrize("protocol", PUBLISHED, ids=lambda each: each.key)
def test_content_of_before_these_were_parts_has_those_of_the_first_version(protocol: Protocol) -> None:
    content = written(protocol)
    for part in ("forms", "expects", "ladder"):
        del content[part]
    assert read(protocol.key, "own-1", content) == replace(protocol, version="own-1")


def test_what_is_a_patients_is_no_part_of_a_version() -> None:
    text = json.dumps([written(each)["expects"] for each in PUBLISHED])
    assert '"changes"' not in text
    assert '"times"' not in text
    content = written(DIABETES)
    education = next(each for each in content["expects"] if each["kind"] == "education")
    with pytest.raises(Unreadable):
        read("diabetes", "own-1", {**content, "expects": [{**education, "times": []}]})


@pytest.mark.parametrize("by", ["24:00", "7:00", "12:60", "noon"])
def test_a_time_of_the_day_is_one(by: str) -> None:
    content = written(HEART)
    content["expects"][0]["by"] = by
    with pytest.raises(Unreadable) as refused:
        read("heart-failure", "own-1", content)
    assert refused.value.path == "expects[0].by"


@pytest.mark.parametrize(
    ("low", "moderate", "fits"),
    [
        (12 * HOUR, 12 * HOUR, True),
        (12 * HOUR - timedelta(minutes=1), DAY, False),
        (3 * DAY, 3 * DAY - HOUR, False),
        (7 * DAY, 14 * DAY, True),
        (DAY, 30 * DAY + HOUR, False),
    ],
)
def test_waits_have_bounds(low: timedelta, moderate: timedelta, fits: bool) -> None:
    path = f"expects.{WEEK}"
    wrong = found(with_(DIABETES, WEEK, waits=Waits(low, moderate)))
    assert (path in wrong and not wrong[path]) == (not fits)


@given(st.integers(12, 30 * 24), st.integers(0, 30 * 24))
def test_shorter_waits_are_anybodys_and_longer_ones_a_prescribers(low: int, more: int) -> None:
    waits = Waits(low * HOUR, min(low + more, 30 * 24) * HOUR)
    longer = waits.low > 7 * DAY or waits.moderate > 14 * DAY
    assert found(with_(DIABETES, WEEK, waits=waits)) == ({f"expects.{WEEK}": True} if longer else {})


Changed = Callable[[], Protocol]


@pytest.mark.parametrize(
    ("changed", "path", "prescriber"),
    [
        (lambda: with_(DIABETES, WEEK), f"expects.{WEEK}", True),
        (lambda: with_(DIABETES, "OVERDUE-EYE", months=13), "expects.OVERDUE-EYE", True),
        (lambda: with_(DIABETES, "OVERDUE-EYE", moderate_days=31), "expects.OVERDUE-EYE", True),
        (lambda: with_(DIABETES, WEEK, unless=frozenset({"frail"})), f"expects.{WEEK}", True),
        (lambda: with_(DIABETES, "OVERDUE-EYE", months=0), "expects.OVERDUE-EYE", False),
        (lambda: with_(DIABETES, "OVERDUE-EYE", months=61), "expects.OVERDUE-EYE", False),
        (lambda: with_(DIABETES, "OVERDUE-A1C", goal={"mmol/L": 7}), "expects.OVERDUE-A1C", False),
        (lambda: with_(DIABETES, WEEK, key="HYPO"), "expects.HYPO", False),
        (lambda: with_(DIABETES, WEEK, during=frozenset({"NO-RULE"})), f"expects.{WEEK}", False),
        (lambda: with_(DIABETES, WEEK, by=time(12), waits=Waits(36 * HOUR, 2 * DAY)), f"expects.{WEEK}", False),
        (lambda: with_(DIABETES, WEEK, tiers=frozenset()), f"expects.{WEEK}", False),
        (lambda: with_(DIABETES, WEEK, source=" "), f"expects.{WEEK}", False),
        (lambda: with_(DIABETES, CHECK_IN), "expects", False),
        (lambda: replace(DIABETES, forms=DIABETES.forms[1:]), "forms", False),
        (lambda: replace(DIABETES, forms=(*DIABETES.forms, "diabetes@9.0.0")), "forms", False),
        (lambda: replace(DIABETES, forms=DIABETES.forms[:-1]), "forms", True),
        (lambda: answered(Severity.LOW, None), "ladder", False),
        (lambda: answered(Severity.LOW, Answering(" ", Wait(days=2))), "ladder.low.source", False),
        (lambda: answered(Severity.HIGH, Answering(SAID, Wait(hours=HOUR))), "ladder.high", False),
        (lambda: answered(Severity.HIGH, Answering(SAID, Wait(), LADDER[Severity.HIGH].steps)), "ladder.high", False),
        (lambda: answered(Severity.HIGH, LADDER[Severity.CRITICAL]), "ladder.high.steps", False),
        (
            lambda: answered(Severity.CRITICAL, Answering(SAID, Wait(hours=HOUR), LADDER[Severity.CRITICAL].steps)),
            "ladder.critical",
            False,
        ),
        (
            lambda: answered(Severity.HIGH, Answering(SAID, Wait(hours=2 * HOUR), LADDER[Severity.HIGH].steps)),
            "ladder.high",
            True,
        ),
        (
            lambda: answered(Severity.HIGH, Answering(SAID, Wait(hours=HOUR), LADDER[Severity.HIGH].steps[:1])),
            "ladder.high",
            True,
        ),
    ],
)
def test_what_is_wrong_or_a_prescribers_to_say(changed: Changed, path: str, prescriber: bool) -> None:
    assert found(changed()).get(path) is prescriber
    assert (path in {each.path for each in troubles(changed(), DIABETES, prescriber="Dr. Example")}) is not prescriber


@pytest.mark.parametrize(
    "changed",
    [
        lambda: with_(
            DIABETES, "OVERDUE-EYE", months=6, moderate_days=14, title="Eyes", asks="Ask", source="Our board"
        ),
        lambda: with_(DIABETES, CHECK_IN, moderate_days=2),
        lambda: answered(Severity.HIGH, replace(LADDER[Severity.HIGH], acknowledge=Wait(hours=HOUR / 2))),
        lambda: answered(Severity.MODERATE, replace(LADDER[Severity.MODERATE], acknowledge=Wait(hours=8 * HOUR))),
        lambda: replace(DIABETES, expects=(*DIABETES.expects, HEART.expects[0])),
        lambda: replace(DIABETES, forms=(*DIABETES.forms, "hypertension@1.0.0")),
    ],
)
def test_what_is_stricter_or_more_is_anybodys(changed: Changed) -> None:
    assert found(changed()) == {}


def test_every_stream_names_rules_of_its_protocol() -> None:
    for protocol in PUBLISHED:
        for each in protocol.expects:
            if isinstance(each, Stream):
                assert each.during <= {rule.key for rule in protocol.rules}, (protocol.key, each.key)
