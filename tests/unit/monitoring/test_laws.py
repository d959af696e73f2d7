"""L4 and L5, and that the store's short way (gate, window) ends where a full evaluation ends."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.monitoring.domain.bounds import Bound, Side
from services.monitoring.domain.changes import Change
from services.monitoring.domain.graded import Graded
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocols import LATEST, PUBLISHED
from services.monitoring.domain.readings import Reading, ReadingKey
from services.monitoring.domain.repeats import EpisodeCount
from services.monitoring.domain.watch import Baseline
from shared.kit.metric_dictionary import MEASURES
from shared.vocabulary import AlertState, Metric, ReadingStatus
from tests.support.ward import Ward, a_reading, a_watch, a_weight, local

START = local("2026-10-26 00:00")  # the clocks go back within the window
LATER = START + timedelta(days=40)
GOOD = settings(
    deadline=None,
    max_examples=20,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
Values = dict[Metric, list[tuple[str, str]]]

_MINUTES = st.builds(
    lambda day, minute: START + timedelta(days=day, minutes=minute),
    st.integers(0, 9),
    st.sampled_from([0, 5, 15, 19, 21, 60, 125, 420, 425, 740, 1260]),
)
_DELAYS = st.sampled_from([0, 0, 0, 10, 300, 1440, 1441, 3000]).map(lambda m: timedelta(minutes=m))


_NAMED = (
    "thirst",
    "dizziness",
    "chest-pain",
    "extra-pillows",
    "icd-shock",
    "wheeze",
    "more-dyspnoea",
    "drowsy",
    "muscle-weakness",
    "diarrhoea",
)
_HOW = ("home", "home", "home", "bedtime", "fasting", "sitting", "standing", "office", "on-oxygen", "lasting-24-h")
FACTS = ("raasi", "pregnancy", "home-oxygen", "haemodynamic-drug-started", "frail", "under-18", "sglt2i")


def _readings(values: Values) -> st.SearchStrategy[Reading]:
    what = st.sampled_from([(metric, value, unit) for metric, pairs in values.items() for value, unit in pairs])
    said = st.sampled_from([[], [], [], *([each] for each in _NAMED), ["more-sputum", "purulent-sputum"]])

    def build(chosen: tuple[Metric, str, str], at: datetime, delay: timedelta, named: list[str], how: str) -> Reading:
        metric, value, unit = chosen
        reading = a_reading(metric, value, unit, at, received=at + delay, symptoms=named)
        return reading._replace(context=frozenset({how}))

    return st.builds(build, what, _MINUTES, _DELAYS, said, st.sampled_from(_HOW))


def _pairs(unit: str, *values: str) -> list[tuple[str, str]]:
    return [(value, unit) for value in values]


HEART = {
    Metric.BODY_WEIGHT: _pairs("kg", "80.0", "81.0", "81.4", "81.9", "82.4", "83.4", "78.6", "86.0")
    + _pairs("[lb_av]", "178.6", "181.5", "184"),
    Metric.BP_SYSTOLIC: _pairs("mm[Hg]", "88", "95", "120", "165", "185"),
    Metric.BP_DIASTOLIC: _pairs("mm[Hg]", "80", "125"),
    Metric.SYMPTOMS: _pairs("{count}", "1"),
}
SUGAR = {
    Metric.GLUCOSE_SMBG: _pairs("mg/dL", "52", "66", "92", "140", "260", "312", "< 20", "> 600")
    + _pairs("mmol/L", "2.9", "3.9", "13.9", "14.5"),
    Metric.GLUCOSE_CGM: _pairs("mg/dL", "52", "65", "90"),
    Metric.SYMPTOMS: _pairs("{count}", "1"),
    Metric.KETONE_BLOOD: _pairs("mmol/L", "0.4", "1.8"),
}
TRENDS = {
    Metric.GLUCOSE_FASTING: _pairs("mg/dL", "78", "95", "131", "150", "190") + _pairs("mmol/L", "4.3", "7.3", "9.0"),
    Metric.GLUCOSE_SMBG: _pairs("mg/dL", "76", "140", "210"),
    Metric.CGM_TBR_1: _pairs("%", "1", "3"),
    Metric.CGM_TBR_2: _pairs("%", "0.5", "1"),
    Metric.CGM_ACTIVE: _pairs("%", "60", "70"),
}
BREATH = {
    Metric.PEF: _pairs("L/min", "209", "210", "335", "336", "420"),
    Metric.ACT: _pairs("{score}", "15", "19", "22"),
    Metric.RELIEVER_USE: _pairs("{puff}", "0", "2", "6"),
    Metric.SYMPTOMS: _pairs("{count}", "1"),
}
OXYGEN = {
    Metric.SPO2: _pairs("%", "84", "87", "89", "91", "94"),
    Metric.CAT: _pairs("{score}", "8", "12", "15"),
    Metric.TEMPERATURE: _pairs("Cel", "37.2", "38.1") + _pairs("[degF]", "100.4"),
    Metric.SYMPTOMS: _pairs("{count}", "1"),
}
PRESSURE = {
    Metric.BP_SYSTOLIC: _pairs("mm[Hg]", "88", "96", "118", "138", "156", "185"),
    Metric.BP_DIASTOLIC: _pairs("mm[Hg]", "70", "84", "96", "125"),
    Metric.SYMPTOMS: _pairs("{count}", "1"),
}
KIDNEY = {
    Metric.POTASSIUM: _pairs("mmol/L", "4.4", "5.6", "6.2", "6.6"),
    Metric.EGFR: _pairs("mL/min/{1.73_m2}", "28", "40", "52"),
    Metric.UACR: _pairs("mg/g{creat}", "40", "90", "310") + _pairs("mg/mmol{creat}", "4.5", "36"),
    Metric.SYMPTOMS: _pairs("{count}", "1"),
}
CASES = [
    pytest.param(LATEST[key], values, id=key if values is not TRENDS else "diabetes-trends")
    for key, values in (
        ("heart-failure", HEART),
        ("diabetes", SUGAR),
        ("diabetes", TRENDS),
        ("asthma", BREATH),
        ("copd", OXYGEN),
        ("hypertension", PRESSURE),
        ("ckd", KIDNEY),
    )
]


def a_ward(protocol: Protocol, gated: bool = True, facts: frozenset[str] = frozenset()) -> Ward:
    watch = a_watch(dry_weight="81.0", facts=facts)
    begun = watch.since
    more = (
        Baseline(Metric.PEF_BEST, Decimal(420), "L/min", begun),
        Baseline(Metric.SPO2, Decimal(92), "%", begun),
        Baseline(Metric.RELIEVER_USE, Decimal(2), "{puff}", begun),
    )
    watch = replace(watch, baselines=(*watch.baselines, *more), since=START + timedelta(days=1))
    return Ward(protocol, watch, gated=gated)


_facts = st.frozensets(st.sampled_from(FACTS), max_size=2)


def _alone(protocol: Protocol) -> st.SearchStrategy[Protocol]:
    """The protocol, or one rule of it alone: then no other rule asks for the readings it should have asked for."""
    return st.sampled_from([protocol, *(replace(protocol, rules=(rule,)) for rule in protocol.alerting)])


@dataclass(frozen=True)
class Later:
    """What becomes of a reading after it came: corrected to another value, or voided."""

    value: str | None
    after: timedelta


_LATER = st.none() | st.builds(
    Later,
    st.sampled_from([None, "81.2", "82.2", "60", "150", "270"]),
    st.sampled_from([timedelta(0), timedelta(hours=30)]),
)


def _arrivals(stories: list[tuple[Reading, Later | None]]) -> list[tuple[ReadingKey, Reading, Later | None]]:
    unique = {reading.key: (reading, later) for reading, later in stories}
    first = [(key, reading, None) for key, (reading, _) in unique.items()]
    twice = [(key, reading, None) for key, (reading, _) in list(unique.items())[::3]]
    fates = [(key, reading, later) for key, (reading, later) in unique.items() if later is not None]
    return [*first, *twice, *fates]


def _play(ward: Ward, steps: list[tuple[ReadingKey, Reading, Later | None]]) -> None:
    """Steps in this order; a fate waits until its reading has come."""
    waiting: dict[ReadingKey, tuple[Reading, Later]] = {}
    for key, reading, later in steps:
        if later is None:
            if key in ward.readings:
                ward.record(reading, LATER)
                continue
            ward.record(reading, LATER)
            if key in waiting:
                _meet(ward, key, *waiting.pop(key))
        elif key in ward.readings:
            _meet(ward, key, reading, later)
        else:
            waiting[key] = (reading, later)


def _meet(ward: Ward, key: ReadingKey, reading: Reading, later: Later, now: datetime = LATER) -> None:
    if later.value is None:
        ward.void(key, now)
        return
    changed = reading._replace(
        value=Decimal(later.value),
        comparator=None,
        received_at=reading.received_at + later.after,
        status=ReadingStatus.CORRECTED,
    )
    ward.change(changed, now)


@pytest.mark.parametrize(("protocol", "values"), CASES)
def test_any_order_of_arrival_ends_in_the_same_alerts(protocol: Protocol, values: Values) -> None:
    """L4, with duplicates, corrections and voids in between."""

    @GOOD
    @given(
        st.lists(st.tuples(_readings(values), _LATER), min_size=2, max_size=9),
        _facts,
        st.randoms(use_true_random=False),
    )
    def law(stories, facts, random):  # type: ignore[no-untyped-def]
        steps = _arrivals(stories)
        one, other = a_ward(protocol, facts=facts), a_ward(protocol, facts=facts)
        _play(one, steps)
        shuffled = list(steps)
        random.shuffle(shuffled)
        _play(other, shuffled)
        assert one.state(LATER) == other.state(LATER)
        assert one.everything(LATER) == () == other.everything(LATER)

    law()


_ACTS = st.sampled_from(["acknowledge", "snooze", "resolve", "resolve", "sweep", "none", "none"])


@pytest.mark.parametrize(("protocol", "values"), CASES)
def test_the_window_and_the_gate_end_where_everything_ends(protocol: Protocol, values: Values) -> None:
    """After each step, with people acting in between, a full evaluation of the record has nothing to change."""

    @GOOD
    @given(st.lists(st.tuples(_readings(values), _LATER, _ACTS), min_size=2, max_size=8), _alone(protocol), _facts)
    def law(stories, chosen, facts):  # type: ignore[no-untyped-def]
        ward = a_ward(chosen, facts=facts)
        now = START
        for reading, later, act in sorted(stories, key=lambda story: story[0].received_at):
            now = max(now, reading.received_at)
            ward.sweep(now)
            fresh = reading.key not in ward.readings
            ward.record(reading, now)
            assert ward.everything(now) == ()
            if fresh and later is not None:
                now += later.after
                _meet(ward, reading.key, reading, later, now)
            now = _act(ward, act, now)
        ward.sweep(LATER)
        assert ward.everything(LATER) == ()

    law()


def _act(ward: Ward, act: str, now: datetime) -> datetime:
    """Somebody acts, or half an hour passes; the time afterwards."""
    live = sorted(alert.rule for alert in ward.alerts.values() if alert.live)
    if act == "sweep":
        now += timedelta(minutes=30)
        ward.sweep(now)
    elif live and act == "snooze":
        ward.snooze(live[0], now + timedelta(hours=12))
    elif live and act == "acknowledge":
        ward.acknowledge(live[0])
    elif live and act == "resolve":
        ward.resolve(live[0])
    return now


@pytest.mark.parametrize(("protocol", "values"), CASES)
def test_when_the_gate_says_no_evaluation_would_change_nothing(protocol: Protocol, values: Values) -> None:
    @GOOD
    @given(st.lists(_readings(values), min_size=1, max_size=8), _readings(values), _alone(protocol), _facts)
    def law(readings, last, chosen, facts):  # type: ignore[no-untyped-def]
        gated, full = a_ward(chosen, facts=facts), a_ward(chosen, gated=False, facts=facts)
        for reading in [*readings, last]:
            gated.record(reading, LATER)
            full.record(reading, LATER)
        assert gated.state(LATER) == full.state(LATER)

    law()


def _graded() -> list[tuple[Graded, Metric, str]]:
    return [
        (rule, metric, unit)
        for protocol in PUBLISHED
        for rule in protocol.rules
        if isinstance(rule, Graded) and not isinstance(rule, EpisodeCount) and rule.against is None
        for metric in rule.metrics
        for unit in MEASURES[metric].units
    ]


@settings(deadline=None, max_examples=80, database=None)
@given(st.sampled_from(_graded()), st.decimals(0, 700, places=2, allow_nan=False))
def test_a_value_is_compared_only_with_the_number_of_its_own_unit(
    case: tuple[Graded, Metric, str], value: Decimal
) -> None:
    """L5 for bounds: the grade is what the published number of this unit says, whatever the others are."""
    rule, metric, unit = case
    sides = {
        Side.BELOW: value.__lt__,
        Side.AT_MOST: value.__le__,
        Side.ABOVE: value.__gt__,
        Side.AT_LEAST: value.__ge__,
    }
    expected = None
    for grade in rule.grades:
        if grade.metric in (None, metric) and sides[grade.side](grade.bound.at[unit]):
            expected = grade
    watch = a_watch(facts=rule.only)
    assert rule.grade(a_reading(metric, str(value), unit, "2026-10-10 08:00"), watch) is expected


def _blinded(rule: Change, unit: str) -> Change:
    """The rule with nonsense in every other unit."""
    grades = tuple(
        replace(
            grade,
            bound=Bound(grade.bound.key, {u: v if u == unit else Decimal("0.0001") for u, v in grade.bound.at.items()}),
        )
        for grade in rule.grades
    )
    return replace(rule, grades=grades)


@settings(deadline=None, max_examples=20, database=None)
@given(
    st.sampled_from(["W24", "W7", "WLOSS-7"]),
    st.sampled_from(["kg", "[lb_av]"]),
    st.lists(st.integers(0, 60), max_size=6),
)
def test_a_change_is_compared_only_with_the_number_of_its_own_unit(key: str, unit: str, tenths: list[int]) -> None:
    """L5 for differences: readings of one unit are subtracted as they came."""
    protocol = LATEST["heart-failure"]
    rule = protocol.rule(key)
    assert isinstance(rule, Change)
    blinded = replace(protocol, rules=(_blinded(rule, unit),))
    plain = replace(protocol, rules=(rule,))
    wards = [a_ward(blinded), a_ward(plain)]
    for day, more in enumerate(tenths):
        for ward in wards:
            value = str(Decimal("178.0") + Decimal(more) / 10)
            ward.record(a_weight(value, START + timedelta(days=2 + day, hours=7), unit=unit))
    assert wards[0].state(LATER) == wards[1].state(LATER)


def test_every_rule_knows_a_number_for_every_unit_of_its_metrics() -> None:
    for protocol in PUBLISHED:
        for rule in protocol.rules:
            for metric in rule.metrics:
                for grade in rule.grades:
                    if grade.metric in (None, metric):
                        units = rule.compared_in(MEASURES[metric].units)
                        assert set(units) <= set(grade.bound.at), (rule.key, grade.name)


def test_a_withdrawn_alert_stays_and_a_new_one_opens_for_new_evidence() -> None:
    ward = a_ward(LATEST["diabetes"])
    typed = a_reading(Metric.GLUCOSE_SMBG, "47", "mg/dL", "2026-10-28 07:00")
    ward.record(typed)
    ward.void(typed.key, local("2026-10-28 07:12"))
    ward.record(a_reading(Metric.GLUCOSE_SMBG, "50", "mg/dL", "2026-10-28 08:00"))
    assert [alert.state for alert in ward.alerts.values()] == [AlertState.CLOSED, AlertState.OPEN]
