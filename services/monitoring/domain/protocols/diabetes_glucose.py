"""Glucose in diabetes (clinical §1.2): hypoglycaemia levels and events, hyperglycaemia. Pairs as published."""

from datetime import timedelta

from services.monitoring.domain.bounds import Bound, Grade, Side, bound
from services.monitoring.domain.repeats import EpisodeCount, Repeat
from services.monitoring.domain.sustained import Sustained
from services.monitoring.domain.thresholds import NotRecovered, Reported, Threshold
from services.monitoring.domain.together import Together
from shared.vocabulary import Metric, NeedKind, Severity, Symptom

_LEVELS = "2017 multi-society consensus, ADA since 2018 (clinical §1.2, S1, S2)"
_CGM = "International CGM consensus (clinical §1.2, S4)"
_DEFAULT = "Project default on ketone advice above 250 twice (clinical §1.2, S6)"
_FOLLOW_UP = NeedKind.ALERT_FOLLOW_UP
# A single sensor point is not an event (§1.2), so the sensor has rules of its own.
METER = (Metric.GLUCOSE_SMBG, Metric.GLUCOSE_FASTING, Metric.GLUCOSE_LAB)
SENSOR = (Metric.GLUCOSE_CGM,)


def _glucose(key: str, mass: str, moles: str) -> Bound:
    return bound(key, f"{mass} mg/dL", f"{moles} mmol/L")


_LOW = _glucose("glucose.low", "70", "3.9")
_VERY_LOW = _glucose("glucose.very-low", "54", "3.0")
_IN_RANGE = _glucose("glucose.range", "180", "10.0")
_HIGH = _glucose("glucose.high", "250", "13.9")
_VERY_HIGH = _glucose("glucose.very-high", "300", "16.7")
_HI = _glucose("glucose.hi", "600", "33.3")
_SENSOR_HI = _glucose("glucose.sensor-hi", "400", "22.2")
_LEVEL_GRADES = (
    Grade("level 1", Side.BELOW, _LOW, Severity.MODERATE),
    Grade("level 2", Side.BELOW, _VERY_LOW, Severity.HIGH),
)
_ABOVE_HIGH = (Grade("above 250", Side.ABOVE, _HIGH, Severity.LOW),)
_UNAWARE = frozenset({"hypoglycaemia-unaware", "recent-level-3"})
_ASK_KETONES = "Ask symptoms; ketones with type 1, an SGLT2 inhibitor, illness or pregnancy."

_SENSOR_EVENT = Sustained(
    key="HYPO-CGM",
    title="Hypoglycaemia on the sensor for 15 min",
    metrics=SENSOR,
    grades=_LEVEL_GRADES,
    lasting=timedelta(minutes=15),
    gap=timedelta(minutes=15),
    recovered=timedelta(minutes=15),
    prolonged=timedelta(minutes=120),
    raised_by=_UNAWARE,
    source="ATTD consensus on CGM events (clinical §1.2, from memory); one step for prolonged project default",
    opens_need=_FOLLOW_UP,
    asks="Fingerstick, about 15 g of fast carbohydrate, again in 15 min; with automated delivery 5–10 g.",
)
_HELPED = Reported(
    key="HYPO-3",
    title="Hypoglycaemia level 3: needed another person's help",
    metrics=(*METER, *SENSOR, Metric.SYMPTOMS),
    symptoms=frozenset({Symptom.NEEDED_HELP}),
    level=Severity.CRITICAL,
    source=_LEVELS,
    opens_need=_FOLLOW_UP,
)

HYPO_RULES = (
    Threshold(
        key="HYPO",
        title="Hypoglycaemia",
        metrics=METER,
        grades=_LEVEL_GRADES,
        not_recovered=NotRecovered(
            bound=_LOW,
            within=timedelta(minutes=20),
            source="Project default: re-test within 20 min, otherwise call (clinical §1.2)",
        ),
        raised_by=_UNAWARE,
        source=_LEVELS,
        opens_need=_FOLLOW_UP,
        asks="About 15 g of fast carbohydrate, recheck in 15 min, repeat until 70 or more, then eat.",
    ),
    _SENSOR_EVENT,
    EpisodeCount(
        key="HYPO-REPEAT",
        title="Repeated hypoglycaemia",
        metrics=(*METER, *SENSOR, Metric.SYMPTOMS),
        grades=(Grade("two events", Side.BELOW, _LOW, Severity.HIGH),),
        times=2,
        within=timedelta(days=7),
        apart=timedelta(hours=2),
        # Of any level: a low on the meter, an event on the sensor, help of another person without a value.
        parts=(
            Threshold(key="meter", title="Low on the meter", metrics=METER, grades=_LEVEL_GRADES, source=_LEVELS),
            _SENSOR_EVENT,
            _HELPED,
        ),
        raised_by=_UNAWARE,
        source="Project default, trend rules (clinical §1.2)",
        opens_need=_FOLLOW_UP,
    ),
    _HELPED,
)

HYPER_RULES = (
    Threshold(
        key="H-L1",
        title="Hyperglycaemia level 1",
        metrics=METER,
        grades=(Grade("above range", Side.ABOVE, _IN_RANGE, Severity.INFO),),
        source=_CGM,
    ),
    Threshold(
        key="H-L2",
        title="Hyperglycaemia level 2",
        metrics=METER,
        grades=_ABOVE_HIGH,
        exit=_IN_RANGE,
        source="Level 2 above range (clinical §1.2, S4)",
        asks=_ASK_KETONES,
    ),
    Repeat(
        key="H-REP",
        title="Repeated hyperglycaemia",
        metrics=METER,
        grades=(Grade("repeated", Side.ABOVE, _HIGH, Severity.MODERATE),),
        exit=_IN_RANGE,
        apart=timedelta(hours=2),
        times=3,
        within=timedelta(days=7),
        source=_DEFAULT,
        asks=_ASK_KETONES,
    ),
    Repeat(
        key="H-300",
        title="Persistent hyperglycaemia above 300",
        metrics=METER,
        grades=(Grade("persistent", Side.ABOVE, _VERY_HIGH, Severity.HIGH),),
        exit=_HIGH,
        apart=timedelta(hours=2),
        within=timedelta(days=7),
        source="ED advice for persistently above 300 (clinical §1.2, S7); spacing project default",
        opens_need=_FOLLOW_UP,
    ),
    Threshold(
        key="H-HI",
        title="Meter HI or 600 and more",
        metrics=METER,
        grades=(Grade("HI", Side.AT_LEAST, _HI, Severity.CRITICAL, hi=True),),
        exit=_HIGH,
        source="2024 ADA/EASD report on hyperglycaemic crises (clinical §1.2)",
        opens_need=_FOLLOW_UP,
    ),
    Threshold(
        key="H-HI-CGM",
        title="Sensor HI",
        metrics=SENSOR,
        grades=(Grade("HI", Side.ABOVE, _SENSOR_HI, Severity.HIGH, hi=True),),
        exit=_HIGH,
        source="HI is urgent (clinical §1.0.3); severity project default",
        opens_need=_FOLLOW_UP,
    ),
    Together(
        key="H-SYM",
        title="Hyperglycaemia with symptoms",
        metrics=(*METER, Metric.SYMPTOMS),
        parts=(
            Threshold(key="above-250", title="Above 250", metrics=METER, grades=_ABOVE_HIGH, source=_DEFAULT),
            Reported(
                key="hyper-symptoms",
                title="Symptoms of hyperglycaemia",
                metrics=(*METER, Metric.SYMPTOMS),
                symptoms=frozenset(
                    {
                        Symptom.POLYURIA,
                        Symptom.THIRST,
                        Symptom.NAUSEA,
                        Symptom.VOMITING,
                        Symptom.ABDOMINAL_PAIN,
                        Symptom.DROWSY,
                    }
                ),
                level=Severity.LOW,
                source=_DEFAULT,
            ),
        ),
        within=timedelta(hours=12),  # [default]
        level=Severity.HIGH,
        source="Clinical §1.2 H-SYM; window project default",
        opens_need=_FOLLOW_UP,
        asks=_ASK_KETONES,
    ),
)
