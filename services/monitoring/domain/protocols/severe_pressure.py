"""Severe blood pressure (clinical §1.6), the same in heart failure and hypertension: repeat first, then alert."""

from datetime import timedelta

from services.monitoring.domain.bounds import Grade, bound
from services.monitoring.domain.protocols.words import above
from services.monitoring.domain.repeats import Repeat, Unrepeated
from services.monitoring.domain.sittings import MeanOf
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
_SAME_DAY = "No signs of harm: prescriber the same day. Ask for missed doses, pain, decongestants, NSAIDs."
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

FIBRILLATION = frozenset({"atrial-fibrillation"})
_THREE = "In atrial fibrillation a cuff counts by the mean of three readings (clinical §1.8)"
THREE_MORE = Unrepeated(
    within=timedelta(hours=1),
    level=Severity.MODERATE,
    source="Project default: three readings that do not come within 1 h are asked for by a person",
)


def mean_of_three(key: str, title: str, grades: tuple[Grade, ...], asks: str, need: NeedKind | None) -> MeanOf:
    """A rule of pressure as it is in atrial fibrillation."""
    return MeanOf(
        key=key,
        title=f"{title}, mean of three in atrial fibrillation",
        metrics=tuple({grade.metric: None for grade in grades if grade.metric is not None}),
        grades=grades,
        times=3,
        within=timedelta(minutes=30),
        unrepeated=THREE_MORE,
        only=FIBRILLATION,
        source=f"{_THREE}; within 30 min project default",
        opens_need=need,
        asks=asks,
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
        unless=FIBRILLATION,
        source=f"{BP}, S33b",
        opens_need=NeedKind.ALERT_FOLLOW_UP,
        asks=_SAME_DAY,
    ),
    mean_of_three("BP-S-AF", "Severe pressure", _SEVERE, _SAME_DAY, NeedKind.ALERT_FOLLOW_UP),
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
