"""A protocol is plain data and back without loss; what is not a protocol is refused where it is wrong."""

import json
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocol_checks import looser, troubles
from services.monitoring.domain.protocol_content import Unreadable, read, written
from services.monitoring.domain.protocol_kinds import KINDS
from services.monitoring.domain.protocols import LATEST, PUBLISHED
from services.monitoring.domain.rules import Rule

DIABETES = LATEST["diabetes"]


def again(protocol: Protocol, content: Any = None) -> Protocol:
    """Through JSON, with the order of members changed as a database changes it."""
    kept = json.loads(json.dumps(content or written(protocol), sort_keys=True))
    return read(protocol.key, protocol.version, kept)


def kinds(kind: type[Rule] = Rule) -> Iterator[type[Rule]]:
    for each in kind.__subclasses__():
        yield each
        yield from kinds(each)


@pytest.mark.parametrize("protocol", PUBLISHED, ids=lambda each: f"{each.key} {each.version}")
def test_every_protocol_of_the_catalogue_comes_back_as_it_was(protocol: Protocol) -> None:
    back = again(protocol)
    assert back == protocol
    assert [rule.describe() for rule in back.rules] == [rule.describe() for rule in protocol.rules]
    assert written(back) == written(protocol)


@pytest.mark.parametrize("protocol", PUBLISHED, ids=lambda each: f"{each.key} {each.version}")
def test_the_catalogue_itself_is_valid(protocol: Protocol) -> None:
    assert troubles(protocol, protocol, prescriber=None) == []


def test_every_kind_of_rule_has_a_name_and_is_used() -> None:
    names = {each.__name__ for each in kinds() if not each.__abstractmethods__}
    assert names == {kind.__name__ for kind in KINDS.values()}
    assert names == {type(rule).__name__ for protocol in PUBLISHED for rule in protocol.rules}


def bounds(value: Any) -> Iterator[dict[str, Any]]:
    """Every bound written anywhere in a content."""
    if isinstance(value, list):
        for each in value:
            yield from bounds(each)
    elif isinstance(value, dict):
        if set(value) == {"key", "at"}:
            yield value
        for each in value.values():
            yield from bounds(each)


NUMBERS = st.decimals(min_value=0, max_value=9999, places=2).map(lambda each: f"{each:f}")


@given(protocol=st.sampled_from(PUBLISHED), numbers=st.lists(NUMBERS, min_size=1, max_size=7))
def test_whatever_the_bounds_are_they_come_back(protocol: Protocol, numbers: list[str]) -> None:
    content = written(protocol)
    for i, bound in enumerate(bounds(content)):
        bound["at"] = [f"{numbers[i % len(numbers)]} {pair.partition(' ')[2]}" for pair in bound["at"]]
    assert written(again(protocol, content)) == content


WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, "", "x", "NaN", "1e999", [], {}, [[]], "P1", "\x00", "9" * 2000]
)


@given(data=st.data(), protocol=st.sampled_from(PUBLISHED), wrong=WRONG)
def test_whatever_is_changed_is_read_or_refused_with_a_path(
    data: st.DataObject, protocol: Protocol, wrong: Any
) -> None:
    content: Any = written(protocol)
    place = content
    for _ in range(data.draw(st.integers(0, 4))):
        below = [
            each for each in (place.values() if isinstance(place, dict) else place) if isinstance(each, dict | list)
        ]
        if not below:
            break
        place = data.draw(st.sampled_from([each for each in below if each] or [place]))
    name = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    place[name] = deepcopy(wrong)
    with suppress(Unreadable):
        assert written(again(protocol, content)).keys() == content.keys()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda content: content["rules"][0].update(kind="guess"), "rules[0].kind"),
        (lambda content: content["rules"][0].update(colour="red"), "rules[0].colour"),
        (lambda content: content["rules"][0].pop("source"), "rules[0].source"),
        (lambda content: content["rules"][0]["grades"][0]["bound"].update(at=["70"]), "rules[0].grades[0].bound.at[0]"),
        (lambda content: content["rules"][0]["grades"][0].update(severity="bad"), "rules[0].grades[0].severity"),
        (lambda content: content.update(version="2"), ""),
        (lambda content: content.pop("cadence"), "cadence"),
    ],
)
def test_what_is_not_known_is_refused_where_it_is(change: Any, path: str) -> None:
    content = written(DIABETES)
    change(content)
    with pytest.raises(Unreadable) as refused:
        again(DIABETES, content)
    assert refused.value.path == path


def edited(key: str, **pairs: str) -> Protocol:
    """Diabetes with other numbers for one bound."""
    content = written(DIABETES)
    for bound in bounds(content):
        if bound["key"] == key:
            bound["at"] = [
                f"{pairs.get(unit.replace('/', '_'), number)} {unit}" for number, unit in map(str.split, bound["at"])
            ]
    return again(DIABETES, content)


def test_looser_for_a_serious_rule_needs_a_prescriber_and_tighter_does_not() -> None:
    lower = edited("glucose.very-low", mg_dL="50", mmol_L="2.8")
    assert {each.path for each in looser(lower, DIABETES)} >= {"rules.HYPO"}
    assert all(each.needs_prescriber for each in troubles(lower, DIABETES, prescriber=None))
    assert troubles(lower, DIABETES, prescriber="Dr. A. Example") == []
    assert looser(edited("glucose.very-low", mg_dL="60", mmol_L="3.3"), DIABETES) == []
    without = replace(DIABETES, rules=tuple(rule for rule in DIABETES.rules if rule.key != "KETONES"))
    assert [each.path for each in looser(without, DIABETES)] == ["rules.KETONES"]


def test_one_unit_looser_is_looser() -> None:
    assert looser(edited("glucose.very-low", mmol_L="2.9"), DIABETES) != []


def test_grades_that_cross_and_units_without_a_number_are_found() -> None:
    crossed = edited("glucose.very-low", mg_dL="80", mmol_L="4.4")
    assert any(
        "is reached before the milder" in each.sentence for each in troubles(crossed, DIABETES, prescriber="Dr.")
    )
    content = written(DIABETES)
    for bound in bounds(content):
        if bound["key"] == "glucose.very-high":
            bound["at"] = bound["at"][:1]
    halved = troubles(again(DIABETES, content), DIABETES, prescriber="Dr.")
    assert any("no number in mmol/L" in each.sentence for each in halved)


def test_a_rule_without_a_source_and_a_key_twice_are_found() -> None:
    content = written(DIABETES)
    content["rules"][0]["source"] = " "
    content["rules"][1]["key"] = content["rules"][2]["key"]
    paths = {each.path for each in troubles(again(DIABETES, content), DIABETES, prescriber="Dr.")}
    assert {"rules.HYPO.source", f"rules.{content['rules'][2]['key']}"} <= paths


def test_numbers_keep_their_digits() -> None:
    assert again(DIABETES).bounds["glucose.range"].at["mmol/L"].as_tuple() == Decimal("10.0").as_tuple()
