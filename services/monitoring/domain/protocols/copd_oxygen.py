"""Oxygen in COPD (clinical §1.5): against the patient's own baseline, low for minutes, very low, too much."""

from datetime import timedelta

from services.monitoring.domain.against import Against, Way
from services.monitoring.domain.bounds import bound
from services.monitoring.domain.protocols.words import above, at_least, below
from services.monitoring.domain.repeats import Repeat
from services.monitoring.domain.sustained import Sustained
from services.monitoring.domain.thresholds import Reported, Threshold
from services.monitoring.domain.together import Together
from shared.vocabulary import Metric, NeedKind, Severity, Symptom

_DEFAULT = "Project default (clinical §1.5)"
_FOLLOW_UP = NeedKind.ALERT_FOLLOW_UP
_SPO2 = (Metric.SPO2,)
_LOW = bound("oxygen.low", "88 %")
ON_OXYGEN = frozenset({"on-oxygen", "home-oxygen"})
_NEVER = "Pulse oximeters over-read in darker skin and poor perfusion: never reassure on the number alone."

OXYGEN_RULES = (
    Repeat(
        key="SPO2-FALL",
        title="Oxygen saturation below the patient's usual",
        metrics=_SPO2,
        grades=(at_least("fall of 3", bound("oxygen.fall", "3 %"), Severity.MODERATE),),
        against=Against(Metric.SPO2, Way.BELOW),
        apart=timedelta(0),
        within=timedelta(hours=48),
        source=f"{_DEFAULT}; two readings within 48 h project default",
        asks=f"Breathlessness, sputum, fever? Finger warm, nail bare? {_NEVER}",
    ),
    Threshold(
        key="SPO2-REPEAT",
        title="Repeat requested after a low saturation",
        metrics=_SPO2,
        grades=(below("repeat", _LOW, Severity.INFO),),
        source=_DEFAULT,
        asks="Warm the finger, sit still, measure again after 5 minutes.",
    ),
    Sustained(
        key="SPO2-LOW-5",
        title="Oxygen saturation low for 5 min",
        metrics=_SPO2,
        grades=(below("below 88", _LOW, Severity.HIGH),),
        lasting=timedelta(minutes=5),
        gap=timedelta(hours=1),
        source=f"{_DEFAULT}; values up to 1 h apart count as one stretch, project default",
        opens_need=_FOLLOW_UP,
        asks=f"Call now; oxygen as prescribed; prescriber the same day. {_NEVER}",
    ),
    Threshold(
        key="SPO2-CRITICAL",
        title="Very low oxygen saturation",
        metrics=_SPO2,
        grades=(below("below 85", bound("oxygen.critical", "85 %"), Severity.CRITICAL),),
        exit=_LOW,
        source=_DEFAULT,
        opens_need=_FOLLOW_UP,
        asks="Call now; 911 when drowsy, confused or blue.",
    ),
    Together(
        key="SPO2-DROWSY",
        title="Low oxygen saturation, drowsy or confused",
        metrics=(Metric.SPO2, Metric.SYMPTOMS),
        parts=(
            Threshold(
                key="below-88",
                title="Below 88 %",
                metrics=_SPO2,
                grades=(below("below 88", _LOW, Severity.HIGH),),
                source=_DEFAULT,
            ),
            Reported(
                key="drowsy",
                title="Drowsy or confused",
                metrics=(Metric.SYMPTOMS, Metric.SPO2),
                symptoms=frozenset({Symptom.DROWSY, Symptom.CONFUSION}),
                level=Severity.HIGH,
                source=_DEFAULT,
            ),
        ),
        within=timedelta(hours=2),
        level=Severity.CRITICAL,
        source=f"{_DEFAULT}; window of 2 h project default",
        opens_need=_FOLLOW_UP,
        asks="911.",
    ),
    Threshold(
        key="SPO2-OVER",
        title="Too much oxygen",
        metrics=_SPO2,
        grades=(above("above 92", bound("oxygen.over", "92 %"), Severity.LOW),),
        only=ON_OXYGEN,
        source="Target of 88–92 % on oxygen (clinical §1.5, S32); severity project default",
        asks="Check the flow against the prescription; ask for morning headache and drowsiness.",
    ),
    Reported(
        key="CO2",
        title="Morning headache or drowsy on oxygen",
        metrics=(Metric.SYMPTOMS, Metric.SPO2),
        symptoms=frozenset({Symptom.MORNING_HEADACHE, Symptom.DROWSY}),
        level=Severity.HIGH,
        only=ON_OXYGEN,
        source="Retention of carbon dioxide (clinical §1.12); project default",
        opens_need=_FOLLOW_UP,
        asks="Check the flow now; prescriber the same day; 911 when hard to wake.",
    ),
)
