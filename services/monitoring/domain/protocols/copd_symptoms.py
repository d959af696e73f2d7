"""Exacerbations of COPD (clinical §1.5): Anthonisen's symptoms, fever, rescue use."""

from datetime import timedelta

from services.monitoring.domain.against import Against, Way
from services.monitoring.domain.bounds import bound
from services.monitoring.domain.clusters import Cluster
from services.monitoring.domain.days import DayCount
from services.monitoring.domain.protocols.words import at_least
from services.monitoring.domain.thresholds import Reported, Threshold
from shared.vocabulary import Metric, NeedKind, Severity, Symptom

_DEFAULT = "Project default (clinical §1.5)"
_ANTHONISEN = "Anthonisen (clinical §1.5, from memory)"
_FOLLOW_UP = NeedKind.ALERT_FOLLOW_UP
_MAJOR = frozenset({Symptom.MORE_DYSPNOEA, Symptom.MORE_SPUTUM, Symptom.PURULENT_SPUTUM})
_MINOR = frozenset({Symptom.FEVER, Symptom.WHEEZE, Symptom.COUGH})

SYMPTOM_RULES = (
    Cluster(
        key="EXAC",
        title="Exacerbation by symptoms",
        major=_MAJOR,
        minor=_MINOR,
        lasting=timedelta(hours=24),
        level=Severity.MODERATE,
        source=f"{_ANTHONISEN}; 24 h of 24–48 h and reports up to 72 h apart project default",
        asks="Written action plan, rescue pack if there is one; saturation and temperature; tell the prescriber.",
    ),
    Cluster(
        key="EXAC-SEVERE",
        title="Exacerbation with signs of danger",
        major=_MAJOR,
        majors=1,
        along=frozenset({Symptom.DROWSY, Symptom.DYSPNOEA_AT_REST, Symptom.CYANOSIS}),
        level=Severity.CRITICAL,
        source=f"{_ANTHONISEN}; at once, without waiting for a day, project default",
        opens_need=_FOLLOW_UP,
        asks="911.",
    ),
    Reported(
        key="SYM-RED",
        title="Signs of danger",
        metrics=(Metric.SYMPTOMS, Metric.SPO2),
        symptoms=frozenset({Symptom.CYANOSIS, Symptom.CONFUSION, Symptom.CHEST_PAIN, Symptom.DYSPNOEA_AT_REST}),
        level=Severity.CRITICAL,
        source=_DEFAULT,
        opens_need=_FOLLOW_UP,
        asks="911 when it is there now.",
    ),
    Threshold(
        key="TEMP",
        title="Fever",
        metrics=(Metric.TEMPERATURE,),
        grades=(at_least("38.0", bound("temperature.fever", "38.0 Cel", "100.4 [degF]"), Severity.MODERATE),),
        source=_DEFAULT,
        asks="Ask for sputum, breathlessness and chest pain.",
    ),
    DayCount(
        key="RESCUE",
        title="Rescue inhaler half as much again as usual",
        metrics=(Metric.RELIEVER_USE,),
        grades=(at_least("up by 50 %", bound("reliever.rise", "150 %"), Severity.LOW),),
        against=Against(Metric.RELIEVER_USE, Way.PERCENT, unit="%"),
        times=2,
        days=2,
        source=_DEFAULT,
        asks="Screen for an exacerbation; technique.",
    ),
)
