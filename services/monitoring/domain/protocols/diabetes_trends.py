"""Trends in diabetes (clinical §1.2): fasting mean, overnight fall, basal dose, and the report of the sensor."""

from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain.against import Against, Way
from services.monitoring.domain.averages import Averaged
from services.monitoring.domain.bounds import bound
from services.monitoring.domain.paired import Paired
from services.monitoring.domain.protocols.words import above, at_least, at_most
from services.monitoring.domain.rules import FASTING
from services.monitoring.domain.scores import TimeInRange
from services.monitoring.domain.thresholds import Threshold
from shared.vocabulary import Metric, Severity

_TREND = "Project default, trend rules (clinical §1.2)"
_OVERBASAL = "Overbasalisation (clinical §1.2, S15); severity project default"
_REPORT = "International CGM consensus (clinical §1.2, S4, S9); severity project default"
_METER = (Metric.GLUCOSE_SMBG, Metric.GLUCOSE_FASTING)
_TENDER = frozenset({"frail", "dementia", "hospice", "palliative"})
_PREGNANT = frozenset({"pregnancy"})
# Of the sensor's report only sums are judged that came with enough data.
_ACTIVE = Metric.CGM_ACTIVE
_LOW = (Metric.CGM_TBR_1, Metric.CGM_TBR_2)
_HIGH = (Metric.CGM_TAR_1, Metric.CGM_TAR_2)

TREND_RULES = (
    Averaged(
        key="FASTING-MEAN",
        title="Fasting glucose above target for three days",
        metrics=_METER,
        grades=(above("above 130", bound("glucose.fasting", "130 mg/dL", "7.2 mmol/L"), Severity.INFO),),
        window=timedelta(days=3),
        days=3,
        none_below=bound("glucose.fasting-floor", "80 mg/dL", "4.4 mmol/L"),
        only=FASTING,
        source=f"{_TREND}: recorded, not alerted",
        asks="Titration eligible: a standing order or the prescriber decides.",
    ),
    Paired(
        key="OVERNIGHT-FALL",
        title="Glucose falls by 50 overnight",
        metrics=_METER,
        grades=(at_least("50 or more", bound("glucose.overnight", "50 mg/dL", "2.8 mmol/L"), Severity.LOW),),
        before=frozenset({"bedtime"}),
        now=FASTING,
        within=timedelta(hours=14),
        same_metric=False,
        source=_OVERBASAL,
        asks="Too much basal insulin? Night lows? Flag to the prescriber; no further basal step.",
    ),
    Threshold(
        key="BASAL-DOSE",
        title="More than 0.5 units of basal insulin for each kg",
        metrics=(Metric.BASAL_INSULIN,),
        grades=(above("above 0.5", bound("insulin.basal-per-kg", "0.5 [iU]/kg/d"), Severity.LOW),),
        against=Against(Metric.BODY_WEIGHT, Way.PER, unit="[iU]/kg/d", of="kg"),
        source=_OVERBASAL,
        asks="Flag to the prescriber; no further basal step.",
    ),
)

REPORT_RULES = (
    TimeInRange(
        key="TIR",
        title="Too little time in range",
        metrics=(_ACTIVE, Metric.CGM_TIR),
        shares=(Metric.CGM_TIR,),
        grades=(at_most("70 % or less", bound("cgm.tir", "70 %"), Severity.LOW),),
        unless=_TENDER | _PREGNANT,
        source=_REPORT,
        asks="Patterns by hour of the day; lows first, then highs.",
    ),
    TimeInRange(
        key="TIR-OLDER",
        title="Too little time in range, older or at high risk",
        metrics=(_ACTIVE, Metric.CGM_TIR),
        shares=(Metric.CGM_TIR,),
        grades=(at_most("50 % or less", bound("cgm.tir-older", "50 %"), Severity.LOW),),
        only=_TENDER,
        source=_REPORT,
        asks="Symptomatic highs? Never at the price of lows.",
    ),
    TimeInRange(
        key="TBR",
        title="Too much time below 70",
        metrics=(_ACTIVE, *_LOW),
        shares=_LOW,
        grades=(at_least("4 % or more", bound("cgm.tbr", "4 %"), Severity.MODERATE),),
        unless=_TENDER | _PREGNANT,
        source=_REPORT,
        asks="When, after what; sulfonylurea or insulin too strong?",
    ),
    TimeInRange(
        key="TBR-OLDER",
        title="Too much time below 70, older or at high risk",
        metrics=(_ACTIVE, *_LOW),
        shares=_LOW,
        grades=(at_least("1 % or more", bound("cgm.tbr-older", "1 %"), Severity.MODERATE),),
        only=_TENDER,
        source=_REPORT,
        asks="De-intensify: prescriber.",
    ),
    TimeInRange(
        key="TBR-54",
        title="Too much time below 54",
        metrics=(_ACTIVE, Metric.CGM_TBR_2),
        shares=(Metric.CGM_TBR_2,),
        grades=(at_least("1 % or more", bound("cgm.tbr-54", "1 %"), Severity.MODERATE),),
        source=_REPORT,
        asks="Prescriber before any step up; glucagon at hand?",
    ),
    TimeInRange(
        key="TAR",
        title="Too much time above 180",
        metrics=(_ACTIVE, *_HIGH),
        shares=_HIGH,
        grades=(at_least("25 % or more", bound("cgm.tar", "25 %"), Severity.LOW),),
        unless=_TENDER | _PREGNANT,
        source=_REPORT,
    ),
    TimeInRange(
        key="TAR-OLDER",
        title="Too much time above 180, older or at high risk",
        metrics=(_ACTIVE, *_HIGH),
        shares=_HIGH,
        grades=(at_least("50 % or more", bound("cgm.tar-older", "50 %"), Severity.LOW),),
        only=_TENDER,
        source="International CGM consensus (clinical §1.2, from memory); severity project default",
    ),
    TimeInRange(
        key="TAR-250",
        title="Too much time above 250",
        metrics=(_ACTIVE, Metric.CGM_TAR_2),
        shares=(Metric.CGM_TAR_2,),
        grades=(at_least("5 % or more", bound("cgm.tar-250", "5 %"), Severity.LOW),),
        unless=_TENDER | _PREGNANT,
        source=_REPORT,
    ),
    TimeInRange(
        key="TAR-250-OLDER",
        title="Too much time above 250, older or at high risk",
        metrics=(_ACTIVE, Metric.CGM_TAR_2),
        shares=(Metric.CGM_TAR_2,),
        grades=(at_least("10 % or more", bound("cgm.tar-250-older", "10 %"), Severity.LOW),),
        only=_TENDER,
        source="International CGM consensus (clinical §1.2, from memory); severity project default",
    ),
    TimeInRange(
        key="CV",
        title="Glucose unstable",
        metrics=(_ACTIVE, Metric.CGM_CV),
        shares=(Metric.CGM_CV,),
        grades=(above("above 36 %", bound("cgm.cv", "36 %"), Severity.LOW),),
        enough=Decimal(70),
        source=_REPORT,
        asks="Meals, doses, timing; on insulin or a sulfonylurea 33 % is safer.",
    ),
)
