"""Facts of step rules: the patients of clinical §7a (furosemide) and §7b (glargine), and what is asked of them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.step_rules import Answer, judge
from services.monitoring.domain.steps import Assessment, Facts, Order, PatientOrder, Required, Step
from shared.vocabulary import (
    DoseForm,
    EnrollmentState,
    MedicineClass,
    MedicineStatus,
    Metric,
    PlanChangeKind,
    Role,
    Route,
    StandingOrderState,
    StepDecision,
    StepRefusal,
    StepRule,
    Symptom,
)
from tests.support.ward import a_reading, local

D = Decimal
NURSE = "case_manager-1"
WELL = Assessment(False, False, False, False, None, frozenset())
CONGESTED = replace(WELL, signs=frozenset({Symptom.SWELLING}))

GLARGINE = Medicine(
    id=uuid4(),
    rxnorm="274783",
    name="insulin glargine",
    drug_class=MedicineClass.BASAL_INSULIN,
    controlled=False,
    form=DoseForm.PEN,
    route=Route.SUBCUTANEOUS,
    concentration="U-100",
    dose=D(24),
    unit="[iU]",
    times_per_day=D(1),
    status=MedicineStatus.ACTIVE,
    prescriber="prescriber-1",
    prescribed_dose=D(24),
    prescribed_at=local("2026-08-01 09:00"),
    changed_at=local("2026-08-01 09:00"),
)
FUROSEMIDE = replace(
    GLARGINE,
    rxnorm="4603",
    name="furosemide",
    drug_class=MedicineClass.LOOP_DIURETIC,
    form=DoseForm.TABLET,
    route=Route.ORAL,
    concentration=None,
    dose=D(40),
    unit="mg",
    times_per_day=D(2),
    prescribed_dose=D(40),
    changed_at=local("2026-09-04 15:20"),
)
BASAL = Order(
    id=uuid4(),
    key="basal-insulin",
    number=1,
    state=StandingOrderState.SIGNED,
    condition="diabetes",
    rule=StepRule.BASAL_INSULIN,
    rxnorm="274783",
    form=DoseForm.PEN,
    route=Route.SUBCUTANEOUS,
    concentration="U-100",
    exclusions=frozenset({"dialysis"}),
    required=(Required(Metric.BODY_WEIGHT, timedelta(days=90)),),
    min_interval=timedelta(hours=72),
    min_single=D(20),
    max_single=D(60),
    max_daily=D(60),
    max_change=D(10),
    max_change_percent=D(20),
    limits={},
    roles=frozenset({Role.CASE_MANAGER}),
    competent_until={NURSE: date(2026, 12, 31)},
    cosign_days=1,
)
BURST = replace(
    BASAL,
    key="loop-diuretic-burst",
    condition="heart-failure",
    rule=StepRule.LOOP_DIURETIC_BURST,
    rxnorm="4603",
    form=DoseForm.TABLET,
    route=Route.ORAL,
    concentration=None,
    required=(Required(Metric.POTASSIUM, timedelta(days=14)), Required(Metric.CREATININE, timedelta(days=14))),
    max_single=D(100),
    max_daily=D(200),
    max_change=D(100),
    max_change_percent=D(100),
)
FOR_PATIENT = PatientOrder(uuid4(), True, D(20), D(45), D(45), frozenset())
FOR_CHF = PatientOrder(uuid4(), True, D(20), D(80), D(160), frozenset())


def sugar(value: str, at: str, metric: Metric = Metric.GLUCOSE_FASTING, unit: str = "mg/dL", **more: Any) -> Reading:
    """A glucose of 2026, local time, fasting and in mg/dL unless it is said otherwise."""
    return a_reading(metric, value, unit, local(f"2026-{at}"), **more)


WEIGHT = a_reading(Metric.BODY_WEIGHT, "90.0", "kg", local("2026-08-31 09:00"))
FIRST = (WEIGHT, sugar("162", "09-01 07:00"), sugar("158", "09-02 07:00"), sugar("165", "09-03 07:00"))
SECOND = (WEIGHT, sugar("148", "09-06 07:00"), sugar("151", "09-07 07:00"), sugar("155", "09-08 07:00"))
ON_28 = replace(GLARGINE, dose=D(28), changed_at=local("2026-09-08 08:00"))
SERIOUS = (
    WEIGHT,
    sugar("66", "09-10 03:10", Metric.GLUCOSE_SMBG),
    sugar("52", "09-13 02:40", Metric.GLUCOSE_SMBG),
    sugar("61", "09-13 02:56", Metric.GLUCOSE_SMBG),
)
LABS = (
    a_reading(Metric.POTASSIUM, "4.4", "mmol/L", local("2026-09-04 09:00")),
    a_reading(Metric.CREATININE, "1.8", "mg/dL", local("2026-09-04 09:00")),
    a_reading(Metric.EGFR, "39", "mL/min/{1.73_m2}", local("2026-09-04 09:00")),
    a_reading(Metric.BP_SYSTOLIC, "128", "mm[Hg]", local("2026-09-09 10:32")),
)
WEIGHTS = tuple(
    a_reading(Metric.BODY_WEIGHT, kg, "kg", local(f"2026-09-{day} 07:00"))
    for day, kg in (("05", "81.1"), ("06", "81.0"), ("07", "81.4"), ("08", "82.5"), ("09", "83.4"))
)


def facts(now: str, readings: tuple[Reading, ...], medicine: Medicine = GLARGINE, **more: Any) -> Facts:
    """What is known of the patient on glargine at a local time of 2026."""
    at = local(f"2026-{now}")
    base = Facts(
        now=at,
        today=at.date(),
        person=NURSE,
        roles=frozenset({Role.CASE_MANAGER}),
        path_on=True,
        enrollment=EnrollmentState.ACTIVE,
        consented=True,
        deceased=False,
        adult=True,
        circumstances=frozenset(),
        medicine=medicine,
        order=BASAL,
        patient_order=FOR_PATIENT,
        critical_alerts=(),
        proposal_open=False,
        past=(),
        readings=readings,
        assessment=WELL,
    )
    return replace(base, **more)


def chf(**more: Any) -> Facts:
    """What is known of the patient with heart failure and congestion on 2026-09-09 at 10:40."""
    base = facts("09-09 10:40", (*LABS, *WEIGHTS), FUROSEMIDE)
    return replace(replace(base, order=BURST, patient_order=FOR_CHF, assessment=CONGESTED), **more)


def asked(found: Facts, dose: str | None = None) -> Answer:
    """What the rule answers to a dose, or to the question which doses there are."""
    return judge(Step(PlanChangeKind.DOSE, D(dose) if dose else None), found)


def doses(answer: Answer) -> list[int]:
    """The doses that are allowed."""
    return [int(dose) for dose in answer.allowed]


def first(answer: Answer) -> StepRefusal:
    """The reason named first of a step that is refused."""
    assert answer.decision is StepDecision.REFUSE
    return answer.refusals[0].code


def without(readings: tuple[Reading, ...], metric: Metric) -> tuple[Reading, ...]:
    """The readings without those of a metric."""
    return tuple(each for each in readings if each.metric is not metric)


def instead(readings: tuple[Reading, ...], metric: Metric, value: str) -> tuple[Reading, ...]:
    """The readings with another value of a metric."""
    return tuple(each._replace(value=D(value)) if each.metric is metric else each for each in readings)
