"""Mood, the same in every protocol (clinical §1.10, §1.12): PHQ-2 and PHQ-9, and thoughts of self-harm."""

from services.monitoring.domain.bounds import bound
from services.monitoring.domain.protocols.words import at_least
from services.monitoring.domain.thresholds import Reported, Threshold
from shared.vocabulary import Metric, NeedKind, Severity, Symptom

MOOD_METRICS = (Metric.PHQ2, Metric.PHQ9)
MOOD_RULES = (
    Threshold(
        key="PHQ-2",
        title="Screen for depression positive",
        metrics=(Metric.PHQ2,),
        grades=(at_least("3 or more", bound("phq2.positive", "3 {score}"), Severity.LOW),),
        source="PHQ-2 of 3 or more asks for a PHQ-9 (clinical §1.10, §1.12); severity project default",
        asks="Go through the PHQ-9 in the same contact.",
    ),
    Threshold(
        key="PHQ-9",
        title="Depression score",
        metrics=(Metric.PHQ9,),
        grades=(
            at_least("moderate", bound("phq9.moderate", "10 {score}"), Severity.LOW),
            at_least("moderately severe", bound("phq9.moderately-severe", "15 {score}"), Severity.MODERATE),
            at_least("severe", bound("phq9.severe", "20 {score}"), Severity.HIGH),
        ),
        source="PHQ-9 bands 5, 10, 15, 20 (clinical §1.12, from memory); severity project default",
        opens_need=NeedKind.BEHAVIOURAL,
        need_from=Severity.LOW,
        asks="Ask about safety; tell the prescriber; offer behavioural health.",
    ),
    Reported(
        key="SUICIDE",
        title="Thoughts of self-harm",
        metrics=(Metric.SYMPTOMS, *MOOD_METRICS),
        symptoms=frozenset({Symptom.SUICIDAL_THOUGHTS}),
        level=Severity.CRITICAL,
        source="PHQ-9 item 9 above 0: suicide protocol at once (clinical §1.10)",
        opens_need=NeedKind.ALERT_FOLLOW_UP,
        asks="Suicide protocol at once: stay on the line, 988 or 911, a person with the patient.",
    ),
)
