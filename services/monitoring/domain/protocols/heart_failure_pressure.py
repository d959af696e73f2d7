"""Blood pressure in heart failure (clinical §1.3, §1.6): low with and without signs, high twice, severe."""

from datetime import timedelta

from services.monitoring.domain.bounds import bound
from services.monitoring.domain.protocols.heart_failure_weight import (
    BELOW_100,
    LIGHTHEADED,
    LOW_WITH_SIGNS,
    VITALS,
)
from services.monitoring.domain.protocols.severe_pressure import FIBRILLATION, SEVERE_RULES, mean_of_three
from services.monitoring.domain.protocols.words import at_least, below
from services.monitoring.domain.repeats import Repeat
from services.monitoring.domain.thresholds import Reported, Threshold
from services.monitoring.domain.together import Together
from shared.vocabulary import Metric, NeedKind, Severity

_DAY = timedelta(days=1)
_FOLLOW_UP = NeedKind.ALERT_FOLLOW_UP

DIZZY_WITH_PRESSURE = Reported(
    key="dizzy",
    title="Dizziness or a fall",
    metrics=(Metric.SYMPTOMS, Metric.BP_SYSTOLIC),
    symptoms=LIGHTHEADED,
    level=Severity.MODERATE,
    source=VITALS,
)
_ILL = "Dizzy, fallen, bleeding, ill? Lie down; prescriber the same day about the doses."
_LOW = (below("below 90", bound("pressure.low", "90 mm[Hg]"), Severity.HIGH, Metric.BP_SYSTOLIC),)
_HIGH = (at_least("160 twice", bound("pressure.high", "160 mm[Hg]"), Severity.MODERATE, Metric.BP_SYSTOLIC),)
PRESSURE_RULES = (
    Threshold(
        key="SBP-LOW",
        title="Low systolic pressure",
        metrics=(Metric.BP_SYSTOLIC,),
        grades=_LOW,
        exit=LOW_WITH_SIGNS,
        unless=FIBRILLATION,
        source=VITALS,
        opens_need=_FOLLOW_UP,
    ),
    Together(
        key="SBP-LOW-DIZZY",
        title="Low systolic pressure with dizziness",
        metrics=(Metric.BP_SYSTOLIC, Metric.SYMPTOMS),
        parts=(BELOW_100, DIZZY_WITH_PRESSURE),
        within=_DAY,
        level=Severity.HIGH,
        source=VITALS,
        opens_need=_FOLLOW_UP,
    ),
    Repeat(
        key="SBP-HIGH",
        title="High systolic pressure, twice",
        metrics=(Metric.BP_SYSTOLIC,),
        grades=_HIGH,
        apart=timedelta(minutes=1),
        within=timedelta(days=7),
        unless=FIBRILLATION,
        source=VITALS,
    ),
    mean_of_three("SBP-LOW-AF", "Low systolic pressure", _LOW, _ILL, _FOLLOW_UP),
    mean_of_three("SBP-HIGH-AF", "High systolic pressure", _HIGH, "", None),
    *SEVERE_RULES,
)
