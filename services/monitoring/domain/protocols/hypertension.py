"""Hypertension (clinical §1.6): severe, average, low, on standing, in pregnancy, side effects of its medicines."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain import populations
from services.monitoring.domain.averages import Averaged
from services.monitoring.domain.bounds import bound
from services.monitoring.domain.escalation import LADDER
from services.monitoring.domain.forms import of_protocol
from services.monitoring.domain.paired import Paired
from services.monitoring.domain.protocol import Goal, Protocol
from services.monitoring.domain.protocols.cadence import BY_TIER
from services.monitoring.domain.protocols.expectations import BY_PROTOCOL
from services.monitoring.domain.protocols.heart_failure_pressure import DIZZY_WITH_PRESSURE
from services.monitoring.domain.protocols.heart_failure_weight import BELOW_100, LOW_WITH_SIGNS
from services.monitoring.domain.protocols.mood import MOOD_METRICS, MOOD_RULES
from services.monitoring.domain.protocols.reported_answers import REPORTED_RULES
from services.monitoring.domain.protocols.severe_pressure import (
    BP,
    FIBRILLATION,
    PRESSURES,
    SEVERE_RULES,
    mean_of_three,
)
from services.monitoring.domain.protocols.words import at_least, below
from services.monitoring.domain.repeats import Repeat, Unrepeated
from services.monitoring.domain.thresholds import Reported, Threshold
from services.monitoring.domain.together import Together
from shared.vocabulary import Metric, NeedKind, ProtocolKey, Severity, Symptom

_FOLLOW_UP = NeedKind.ALERT_FOLLOW_UP
_OBSTETRIC = frozenset({"pregnancy", "post-partum"})
_ACOG = "ACOG (clinical §1.6, from memory)"
_DEFAULT = "Project default (clinical §1.6)"
# Office values follow other bounds, a cuffless watch is not accepted: neither belongs into the home average.
# Many home protocols leave the first day out (§1.6, S34): a reading that says so is not averaged either.
_NOT_HOME = frozenset({"office", "setting:office", "cuffless", "first-day"})
_AVERAGE = (
    at_least("130 systolic", bound("pressure.average-systolic", "130 mm[Hg]"), Severity.LOW, Metric.BP_SYSTOLIC),
    at_least("80 diastolic", bound("pressure.average-diastolic", "80 mm[Hg]"), Severity.LOW, Metric.BP_DIASTOLIC),
    at_least(
        "150 systolic", bound("pressure.average-systolic-high", "150 mm[Hg]"), Severity.MODERATE, Metric.BP_SYSTOLIC
    ),
    at_least(
        "90 diastolic", bound("pressure.average-diastolic-high", "90 mm[Hg]"), Severity.MODERATE, Metric.BP_DIASTOLIC
    ),
)
_SENT = (
    at_least("130 systolic", _AVERAGE[0].bound, Severity.LOW, Metric.BP_AVERAGE_SYSTOLIC),
    at_least("80 diastolic", _AVERAGE[1].bound, Severity.LOW, Metric.BP_AVERAGE_DIASTOLIC),
    at_least("150 systolic", _AVERAGE[2].bound, Severity.MODERATE, Metric.BP_AVERAGE_SYSTOLIC),
    at_least("90 diastolic", _AVERAGE[3].bound, Severity.MODERATE, Metric.BP_AVERAGE_DIASTOLIC),
)

_AVERAGE_RULES = (
    Averaged(
        key="BP-AVG",
        title="Home pressure above goal over a week",
        metrics=PRESSURES,
        grades=_AVERAGE,
        window=timedelta(days=7),
        days=3,
        few=12,
        first_day_out=True,
        unless=_NOT_HOME | _OBSTETRIC,
        source=f"{BP}; severities and three days at least project default, twelve readings and the first day S34",
        asks="Technique, doses taken, salt, alcohol, NSAIDs; titration by standing order or prescriber.",
    ),
    Threshold(
        key="BP-AVG-SENT",
        title="Home average above goal, as sent",
        metrics=(Metric.BP_AVERAGE_SYSTOLIC, Metric.BP_AVERAGE_DIASTOLIC),
        grades=_SENT,
        unless=_NOT_HOME | _OBSTETRIC,
        source=f"{BP}; severities project default",
        asks="Technique, doses taken, salt, alcohol, NSAIDs; titration by standing order or prescriber.",
    ),
)
_LOW = (below("below 90", bound("pressure.low", "90 mm[Hg]"), Severity.HIGH, Metric.BP_SYSTOLIC),)
_ILL = "Dizzy, fallen, bleeding, ill? Lie down; prescriber the same day about the doses."
_LOW_RULES = (
    Threshold(
        key="BP-LOW",
        title="Low systolic pressure",
        metrics=(Metric.BP_SYSTOLIC,),
        grades=_LOW,
        exit=LOW_WITH_SIGNS,
        unless=FIBRILLATION,
        source=_DEFAULT,
        opens_need=_FOLLOW_UP,
        asks=_ILL,
    ),
    mean_of_three("BP-LOW-AF", "Low systolic pressure", _LOW, _ILL, _FOLLOW_UP),
    Together(
        key="BP-LOW-DIZZY",
        title="Low systolic pressure with dizziness or a fall",
        metrics=(Metric.BP_SYSTOLIC, Metric.SYMPTOMS),
        parts=(BELOW_100, DIZZY_WITH_PRESSURE),
        within=timedelta(days=1),
        level=Severity.HIGH,
        source=f"{_DEFAULT}; window of 24 h project default",
        opens_need=_FOLLOW_UP,
        asks="Was there a fall or an injury? Prescriber the same day about the doses.",
    ),
    Paired(
        key="BP-ORTHO",
        title="Fall of pressure on standing",
        metrics=PRESSURES,
        grades=(
            at_least("20 systolic", bound("pressure.fall-systolic", "20 mm[Hg]"), Severity.MODERATE, PRESSURES[0]),
            at_least("10 diastolic", bound("pressure.fall-diastolic", "10 mm[Hg]"), Severity.MODERATE, PRESSURES[1]),
        ),
        before=frozenset({"sitting", "lying", "position:sitting", "position:lying"}),
        now=frozenset({"standing", "position:standing"}),
        within=timedelta(minutes=15),
        source=f"{_DEFAULT}; within 15 min project default",
        asks="Rise slowly, fluids, which medicine is new; tell the prescriber.",
    ),
)
_PREGNANCY_RULES = (
    Repeat(
        key="BP-P",
        title="Severe pressure in pregnancy or post partum, confirmed",
        metrics=PRESSURES,
        grades=(
            at_least("160", bound("pressure.pregnant-severe-systolic", "160 mm[Hg]"), Severity.CRITICAL, PRESSURES[0]),
            at_least("110", bound("pressure.pregnant-severe-diastolic", "110 mm[Hg]"), Severity.CRITICAL, PRESSURES[1]),
        ),
        apart=timedelta(minutes=1),
        within=timedelta(minutes=15),
        unrepeated=Unrepeated(
            within=timedelta(minutes=15),
            level=Severity.HIGH,
            source="Project default: to be confirmed within 15 min, otherwise somebody calls",
        ),
        only=_OBSTETRIC,
        source=_ACOG,
        opens_need=_FOLLOW_UP,
        asks="Treatment within 30–60 min: labour ward now.",
    ),
    Threshold(
        key="BP-P-HIGH",
        title="High pressure in pregnancy or post partum",
        metrics=PRESSURES,
        grades=(
            at_least("140", bound("pressure.pregnant-systolic", "140 mm[Hg]"), Severity.HIGH, PRESSURES[0]),
            at_least("90", bound("pressure.pregnant-diastolic", "90 mm[Hg]"), Severity.HIGH, PRESSURES[1]),
        ),
        only=_OBSTETRIC,
        source=_ACOG,
        opens_need=_FOLLOW_UP,
        asks="Headache, vision, pain under the ribs, swelling? Obstetric team the same day; measure again in 15 min.",
    ),
)
_SYMPTOM_RULES = (
    Reported(
        key="ANGIO-OEDEMA",
        title="Swelling of lips, tongue or face",
        metrics=(Metric.SYMPTOMS, *PRESSURES),
        symptoms=frozenset({Symptom.ANGIO_OEDEMA}),
        level=Severity.CRITICAL,
        source="Project default (clinical §1.12)",
        opens_need=_FOLLOW_UP,
        asks="911; no further ACE inhibitor or ARNI until a prescriber has spoken.",
    ),
    Reported(
        key="SIDE-EFFECT",
        title="Side effect of a pressure medicine",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.DRY_COUGH, Symptom.SWELLING, Symptom.CRAMPS, Symptom.SIDE_EFFECT}),
        level=Severity.LOW,
        source="Cough on an ACE inhibitor: note to the prescriber (clinical §1.12); severity project default",
        asks="Which medicine, since when; a note to the prescriber, no dose is left out unasked.",
    ),
    Reported(
        key="DIZZY-STANDING",
        title="Dizzy on standing",
        metrics=(Metric.SYMPTOMS, *PRESSURES),
        symptoms=frozenset({Symptom.DIZZY_STANDING}),
        level=Severity.LOW,
        source="Project default (clinical §1.12)",
        asks="Measure sitting, then standing after 1 and 3 minutes.",
    ),
)
# In pregnancy the lower bounds above hold, confirmed within minutes.
_SEVERE = tuple(
    replace(rule, unless=rule.unless | _OBSTETRIC) if rule.key in ("BP-S", "BP-S-AF") else rule for rule in SEVERE_RULES
)

HYPERTENSION = Protocol(
    key=ProtocolKey.HYPERTENSION,
    version="1.0.0",
    title="Hypertension",
    metrics=(
        *PRESSURES,
        Metric.BP_AVERAGE_SYSTOLIC,
        Metric.BP_AVERAGE_DIASTOLIC,
        Metric.HEART_RATE,
        Metric.SYMPTOMS,
        *MOOD_METRICS,
    ),
    rules=(*_SEVERE, *_AVERAGE_RULES, *_LOW_RULES, *_PREGNANCY_RULES, *_SYMPTOM_RULES, *MOOD_RULES, *REPORTED_RULES),
    goals=(
        Goal(Metric.BP_SYSTOLIC, "mm[Hg]", None, Decimal(130), "home average; encouraged toward below 120"),
        Goal(Metric.BP_DIASTOLIC, "mm[Hg]", None, Decimal(80), "home average"),
    ),
    exclusions=populations.HYPERTENSION,
    cadence=BY_TIER,
    forms=of_protocol(ProtocolKey.HYPERTENSION),
    expects=BY_PROTOCOL[ProtocolKey.HYPERTENSION],
    ladder=LADDER,
)
