"""What each protocol expects: the rows of clinical §1.11, and the cadence of examinations of §1.2 to §1.7."""

from collections.abc import Mapping
from datetime import time, timedelta
from decimal import Decimal
from types import MappingProxyType

from services.monitoring.domain.attendance import CHECK_IN, Conversation, Coverage
from services.monitoring.domain.kidney import KidneyTests
from services.monitoring.domain.protocols.labs_after_changes import CKD as CKD_LABS
from services.monitoring.domain.protocols.labs_after_changes import HEART_FAILURE as HEART_FAILURE_LABS
from services.monitoring.domain.protocols.labs_after_changes import HYPERTENSION as HYPERTENSION_LABS
from services.monitoring.domain.protocols.self_management import DSMES
from services.monitoring.domain.silence import Examination, Expected, Stream, Waits
from shared.vocabulary import Metric, NeedKind, RiskTier

_MISSING = "Project default, missing data (clinical §1.11)"
_INSULIN = frozenset({"insulin-treated"})
_GLUCOSE = (Metric.GLUCOSE_SMBG, Metric.GLUCOSE_FASTING, Metric.GLUCOSE_LAB, Metric.GLUCOSE_CGM)
_OUTREACH = "Call: is the device at hand and working, is the patient well?"


def _hours(low: int, moderate: int) -> Waits:
    return Waits(timedelta(hours=low), timedelta(hours=moderate))


def _days(low: int, moderate: int) -> Waits:
    return Waits(timedelta(days=low), timedelta(days=moderate))


_PRESSURE = Stream(
    key="SILENCE-BP",
    title="No blood pressure",
    metrics=(Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC),
    waits=_days(7, 14),
    source=_MISSING,
    asks=_OUTREACH,
)
_CHECK_IN = Conversation(
    key=CHECK_IN,
    title="Check-in not held",
    metrics=(),
    source="Tier cadence, low after 1 day and moderate after 3 (clinical §1.10, §1.11)",
    asks="Call again, another channel, another hour; three attempts in two business days, then a letter.",
)
_KIDNEY = KidneyTests(
    key="OVERDUE-KIDNEY",
    title="eGFR and urine albumin overdue",
    metrics=(Metric.EGFR, Metric.UACR),
    months=12,
    source="Yearly, more often by the KDIGO grid (clinical §1.2 cadence, §1.7, from memory, S36)",
    opens_need=NeedKind.KIDNEY_LABS,
)
_DIABETES: tuple[Expected, ...] = (
    Stream(
        key="SILENCE-GLUCOSE",
        title="No glucose, insulin-treated",
        metrics=_GLUCOSE,
        waits=_hours(48, 72),
        only=_INSULIN,
        source=_MISSING,
        asks=_OUTREACH,
    ),
    Stream(
        key="SILENCE-GLUCOSE-WEEK",
        title="No glucose",
        metrics=_GLUCOSE,
        waits=_days(7, 14),
        unless=_INSULIN,
        source=_MISSING,
        asks=_OUTREACH,
    ),
    Stream(
        key="SILENCE-CGM",
        title="No upload of the glucose sensor",
        metrics=(Metric.GLUCOSE_CGM,),
        # §1.11 names no low step for an upload that stops; a sensor change of under 12 h stays far below it.
        waits=_hours(48, 48),
        once_started=True,
        source=_MISSING,
        asks=_OUTREACH,
    ),
    Coverage(
        key="CGM-ACTIVE",
        title="Glucose sensor worn too little",
        metrics=(Metric.GLUCOSE_CGM,),
        least=Decimal(70),
        period=timedelta(days=14),
        change=timedelta(hours=12),
        every=timedelta(minutes=5),
        source=f"{_MISSING}; below 70 % a report says nothing (clinical §1.2, S4, S9)",
        asks="Skin, adhesive, alarms, cost, phone out of reach? Fingersticks where the sensor is not worn.",
    ),
    Examination(
        key="OVERDUE-A1C",
        title="A1C overdue",
        # "A1C (or CGM metrics/GMI)": the sensor's indicator stands for the laboratory's test (§1.2 cadence).
        metrics=(Metric.HBA1C, Metric.CGM_GMI),
        either=True,
        months=3,
        months_at_goal=6,
        goal=MappingProxyType({"%": Decimal(7), "mmol/mol": Decimal(53)}),
        goal_key="a1c.goal",
        source="At least quarterly when not at the patient's goal, twice a year at goal (clinical §1.2 cadence, S12)",
        opens_need=NeedKind.A1C,
    ),
    _KIDNEY,
    Examination(
        key="OVERDUE-LIPIDS",
        title="Lipids overdue",
        metrics=(Metric.LDL,),
        months=12,
        source="Yearly (clinical §1.2 cadence)",
        opens_need=NeedKind.LIPIDS,
    ),
    Examination(
        key="OVERDUE-EYE",
        title="Retinal examination overdue",
        metrics=(Metric.EYE_EXAM,),
        months=12,
        source="Yearly (clinical §1.2 cadence, from memory)",
        opens_need=NeedKind.RETINAL_EXAM,
    ),
    Examination(
        key="OVERDUE-FOOT",
        title="Foot examination overdue",
        metrics=(Metric.FOOT_EXAM,),
        months=12,
        source="Comprehensive examination yearly (clinical §1.2 cadence, from memory)",
        opens_need=NeedKind.FOOT_EXAM,
    ),
    Examination(
        key="OVERDUE-DEPRESSION",
        title="Depression screening overdue",
        metrics=(Metric.PHQ2, Metric.PHQ9),
        either=True,
        months=12,
        source="At least yearly (clinical §1.2 cadence, from memory)",
        opens_need=NeedKind.DEPRESSION_SCREEN,
    ),
    Examination(
        key="OVERDUE-DISTRESS",
        title="Screening for diabetes distress overdue",
        metrics=(Metric.DDS2, Metric.DDS17),
        either=True,
        months=12,
        source="At least yearly (clinical §1.2 cadence, from memory)",
        asks="DDS-2 in the next check-in; at a mean of 3 or more the whole DDS-17.",
    ),
)
_HEART_FAILURE: tuple[Expected, ...] = (
    Stream(
        key="SILENCE-WEIGHT",
        title="No weight",
        metrics=(Metric.BODY_WEIGHT,),
        waits=_days(2, 3),
        by=time(12),
        source=_MISSING,
        asks=_OUTREACH,
    ),
    _PRESSURE,
    Examination(
        key="OVERDUE-LABS",
        title="Potassium and creatinine overdue",
        metrics=(Metric.POTASSIUM, Metric.CREATININE),
        months=6,
        source="Every 3 to 6 months once stable (clinical §1.3 labs, S18)",
        opens_need=NeedKind.LABS_K_CREATININE,
    ),
)
_ASTHMA: tuple[Expected, ...] = (
    Stream(
        key="SILENCE-PEF",
        title="No peak flow in the yellow or red zone or after an exacerbation",
        metrics=(Metric.PEF,),
        waits=_hours(24, 48),
        # A zone is entered by peak flow or by symptoms (§1.4 Z-Y, Z-R).
        during=frozenset({"ZONE", "Z-Y24", "SYM-YELLOW", "SYM-RED", "EXAC"}),
        lingers=timedelta(days=7),
        source=f"{_MISSING}; zones by reading or symptoms (clinical §1.4, S26)",
        asks=_OUTREACH,
    ),
    Examination(
        key="OVERDUE-REVIEW",
        title="Review of asthma control overdue",
        metrics=(Metric.ACT, Metric.C_ACT, Metric.GINA4),
        either=True,
        months=12,
        source="Every 3 to 12 months, the first 1 to 3 months after the start (clinical §1.4 cadence, from memory)",
        asks="ACT, C-ACT or the four questions; inhaler technique, adherence, triggers; step up or down: prescriber.",
    ),
)
_COPD: tuple[Expected, ...] = (
    Stream(
        key="SILENCE-SPO2",
        title="No oxygen saturation after discharge",
        metrics=(Metric.SPO2,),
        waits=_hours(48, 72),
        tiers=frozenset({RiskTier.HIGH}),
        source=_MISSING,
        asks=_OUTREACH,
    ),
    Examination(
        key="OVERDUE-CAT",
        title="CAT overdue",
        metrics=(Metric.CAT,),
        months=3,
        source="Every 3 months (clinical §1.5 cadence)",
    ),
    Examination(
        key="OVERDUE-SPIROMETRY",
        title="Spirometry overdue",
        metrics=(Metric.FEV1,),
        months=12,
        source="Yearly (clinical §1.5 cadence)",
    ),
)

_OWN: Mapping[str, tuple[Expected, ...]] = {
    "diabetes": (*_DIABETES, DSMES),
    "heart-failure": (*_HEART_FAILURE, HEART_FAILURE_LABS),
    "asthma": _ASTHMA,
    "copd": _COPD,
    "hypertension": (_PRESSURE, HYPERTENSION_LABS),
    "ckd": (_KIDNEY, CKD_LABS),
}
BY_PROTOCOL: Mapping[str, tuple[Expected, ...]] = MappingProxyType(
    {protocol: (*own, _CHECK_IN) for protocol, own in _OWN.items()}
)
