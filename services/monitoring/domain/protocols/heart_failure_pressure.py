"""Blood pressure in heart failure (clinical §1.3, §1.6): low with and without signs, high twice, severe."""

from datetime import timedelta

from services.monitoring.domain.bounds import bound
from services.monitoring.domain.protocols.heart_failure_weight import (
    BELOW_100,
    LIGHTHEADED,
    LOW_WITH_SIGNS,
    VITALS,
)
from services.monitoring.domain.protocols.words import above, at_least, below
from services.monitoring.domain.repeats import Repeat
from services.monitoring.domain.thresholds import Reported, Threshold
from services.monitoring.domain.together import Together
from shared.vocabulary import Metric, NeedKind, Severity, Symptom

_BP = "2025 AHA/ACC (clinical §1.6, S33)"
_DAY = timedelta(days=1)
_PRESSURES = (Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC)
_FOLLOW_UP = NeedKind.ALERT_FOLLOW_UP

_DIZZY_WITH_PRESSURE = Reported(
    key="dizzy",
    title="Dizziness or a fall",
    metrics=(Metric.SYMPTOMS, Metric.BP_SYSTOLIC),
    symptoms=LIGHTHEADED,
    level=Severity.MODERATE,
    source=VITALS,
)
_SEVERE = (
    above("severe", bound("pressure.severe-systolic", "180 mm[Hg]"), Severity.HIGH, Metric.BP_SYSTOLIC),
    above("severe", bound("pressure.severe-diastolic", "120 mm[Hg]"), Severity.HIGH, Metric.BP_DIASTOLIC),
)
PRESSURE_RULES = (
    Threshold(
        key="SBP-LOW",
        title="Low systolic pressure",
        metrics=(Metric.BP_SYSTOLIC,),
        grades=(below("below 90", bound("pressure.low", "90 mm[Hg]"), Severity.HIGH),),
        exit=LOW_WITH_SIGNS,
        source=VITALS,
        opens_need=_FOLLOW_UP,
    ),
    Together(
        key="SBP-LOW-DIZZY",
        title="Low systolic pressure with dizziness",
        metrics=(Metric.BP_SYSTOLIC, Metric.SYMPTOMS),
        parts=(BELOW_100, _DIZZY_WITH_PRESSURE),
        within=_DAY,
        level=Severity.HIGH,
        source=VITALS,
        opens_need=_FOLLOW_UP,
    ),
    Repeat(
        key="SBP-HIGH",
        title="High systolic pressure, twice",
        metrics=(Metric.BP_SYSTOLIC,),
        grades=(at_least("160 twice", bound("pressure.high", "160 mm[Hg]"), Severity.MODERATE),),
        apart=timedelta(minutes=1),
        within=timedelta(days=7),
        source=VITALS,
    ),
    Repeat(
        key="BP-S",
        title="Severe pressure, confirmed",
        metrics=_PRESSURES,
        grades=_SEVERE,
        apart=timedelta(minutes=1),
        within=_DAY,
        source=_BP,
        opens_need=_FOLLOW_UP,
    ),
    Together(
        key="BP-E",
        title="Severe pressure with signs of organ damage",
        metrics=(*_PRESSURES, Metric.SYMPTOMS),
        parts=(
            Threshold(key="severe", title="Severe pressure", metrics=_PRESSURES, grades=_SEVERE, source=_BP),
            Reported(
                key="organ-signs",
                title="Signs of organ damage",
                metrics=(*_PRESSURES, Metric.SYMPTOMS),
                symptoms=frozenset(
                    {
                        Symptom.CHEST_PAIN,
                        Symptom.DYSPNOEA_AT_REST,
                        Symptom.WEAKNESS,
                        Symptom.VISION_CHANGE,
                        Symptom.SPEECH_CHANGE,
                        Symptom.CONFUSION,
                        Symptom.BACK_PAIN,
                        Symptom.SEVERE_HEADACHE,
                    }
                ),
                level=Severity.HIGH,
                source=_BP,
            ),
        ),
        within=timedelta(hours=2),  # [default]
        level=Severity.CRITICAL,
        source=_BP,
        opens_need=_FOLLOW_UP,
        asks="911 when the signs are there now.",
    ),
)
