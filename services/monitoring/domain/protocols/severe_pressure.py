"""Severe blood pressure (clinical §1.6), the same in heart failure and hypertension: repeat first, then alert."""

from datetime import timedelta

from services.monitoring.domain.bounds import bound
from services.monitoring.domain.protocols.words import above
from services.monitoring.domain.repeats import Repeat, Unrepeated
from services.monitoring.domain.thresholds import Reported, Threshold
from services.monitoring.domain.together import Together
from shared.vocabulary import Metric, NeedKind, Severity, Symptom

BP = "2025 AHA/ACC (clinical §1.6, S33)"
PRESSURES = (Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC)
_SYSTOLIC = bound("pressure.severe-systolic", "180 mm[Hg]")
_DIASTOLIC = bound("pressure.severe-diastolic", "120 mm[Hg]")
_SEVERE = (
    above("severe", _SYSTOLIC, Severity.HIGH, Metric.BP_SYSTOLIC),
    above("severe", _DIASTOLIC, Severity.HIGH, Metric.BP_DIASTOLIC),
)
_REST = "Sit and rest for 5 minutes, then measure again after at least 1 minute. With any sign of harm: 911."
_SIGNS = frozenset(
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
)

SEVERE_RULES = (
    Threshold(
        key="BP-S-REPEAT",
        title="Repeat requested after a severe pressure",
        metrics=PRESSURES,
        grades=(
            above("repeat", _SYSTOLIC, Severity.INFO, Metric.BP_SYSTOLIC),
            above("repeat", _DIASTOLIC, Severity.INFO, Metric.BP_DIASTOLIC),
        ),
        source=f"{BP}; the first single high value asks for a repeat and is no alert",
        asks=_REST,
    ),
    Repeat(
        key="BP-S",
        title="Severe pressure, confirmed",
        metrics=PRESSURES,
        grades=_SEVERE,
        apart=timedelta(minutes=1),
        within=timedelta(days=1),
        unrepeated=Unrepeated(
            within=timedelta(hours=1),
            level=Severity.MODERATE,
            source="Project default: a requested repeat that does not come within 1 h is asked for by a person",
        ),
        source=f"{BP}, S33b",
        opens_need=NeedKind.ALERT_FOLLOW_UP,
        asks="No signs of harm: prescriber the same day. Ask for missed doses, pain, decongestants, NSAIDs.",
    ),
    Together(
        key="BP-E",
        title="Severe pressure with signs of organ damage",
        metrics=(*PRESSURES, Metric.SYMPTOMS),
        parts=(
            Threshold(key="severe", title="Severe pressure", metrics=PRESSURES, grades=_SEVERE, source=BP),
            Reported(
                key="organ-signs",
                title="Signs of organ damage",
                metrics=(*PRESSURES, Metric.SYMPTOMS),
                symptoms=_SIGNS,
                level=Severity.HIGH,
                source=BP,
            ),
        ),
        within=timedelta(hours=2),
        level=Severity.CRITICAL,
        source=f"{BP}; window of 2 h project default",
        opens_need=NeedKind.ALERT_FOLLOW_UP,
        asks="911 when the signs are there now.",
    ),
)
"""A first value is noted with the reading as a request to repeat; the repeat, or its absence, makes the alert."""
