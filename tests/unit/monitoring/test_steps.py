"""Steps of medicines under a standing order: the numbers of clinical §6.1, §6.2 and of the worked examples §7."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.step_rules import Answer, judge
from services.monitoring.domain.steps import Assessment, Facts, Order, Past, PatientOrder, Required, Step
from shared.vocabulary import (
    DoseForm,
    EnrollmentState,
    MedicineClass,
    MedicineStatus,
    Metric,
    PlanChangeKind,
    ReadingStatus,
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
    base = facts("09-09 10:40", (*LABS, *WEIGHTS), FUROSEMIDE)
    return replace(replace(base, order=BURST, patient_order=FOR_CHF, assessment=CONGESTED), **more)


def asked(found: Facts, dose: str | None = None) -> Answer:
    return judge(Step(PlanChangeKind.DOSE, D(dose) if dose else None), found)


def doses(answer: Answer) -> list[int]:
    return [int(dose) for dose in answer.allowed]


def first(answer: Answer) -> StepRefusal:
    assert answer.decision is StepDecision.REFUSE
    return answer.refusals[0].code


def without(readings: tuple[Reading, ...], metric: Metric) -> tuple[Reading, ...]:
    return tuple(each for each in readings if each.metric is not metric)


def instead(readings: tuple[Reading, ...], metric: Metric, value: str) -> tuple[Reading, ...]:
    return tuple(each._replace(value=D(value)) if each.metric is metric else each for each in readings)


# -- §7b: the month of diabetes


def test_24_units_become_26_on_a_median_of_162() -> None:
    answer = asked(facts("09-03 07:30", FIRST), "26")
    assert (answer.decision, doses(answer)) == (StepDecision.COSIGN, [26])
    assert any("162 mg/dL" in words for words in answer.workings)


def test_an_order_that_asks_for_no_signature_allows() -> None:
    order = replace(BASAL, cosign_days=None)
    assert asked(facts("09-03 07:30", FIRST, order=order), "26").decision is StepDecision.ALLOW


def test_26_become_28_after_more_than_72_hours() -> None:
    on_26 = replace(GLARGINE, dose=D(26), changed_at=local("2026-09-03 07:30"))
    assert doses(asked(facts("09-08 08:00", SECOND, on_26))) == [28]


def test_the_next_step_would_pass_20_percent_of_the_prescribers_dose() -> None:
    readings = (WEIGHT, *(sugar("150", f"09-{day} 07:00") for day in (11, 12, 13)))
    assert first(asked(facts("09-13 08:00", readings, ON_28), "30")) is StepRefusal.CUMULATIVE


def test_after_a_low_with_a_cause_the_dose_is_locked_until_the_instant() -> None:
    ate_nothing = replace(WELL, cause_of_low="Skipped dinner")
    low = (WEIGHT, sugar("66", "09-10 03:10", Metric.GLUCOSE_SMBG))
    answer = asked(facts("09-10 10:05", low, ON_28, assessment=ate_nothing), "26")
    assert answer.decision is StepDecision.REFUSE
    assert [until for _, until in answer.locks] == [local("2026-09-17 03:10")]
    assert asked(facts("09-10 10:05", low, ON_28, assessment=ate_nothing)).allowed == ()


@pytest.mark.parametrize(("now", "locked"), [("09-17 03:09", True), ("09-17 03:10", False)])
def test_the_lock_ends_at_its_instant(now: str, locked: bool) -> None:
    mornings = (sugar("150", f"09-{day} 02:00") for day in (14, 15, 16))
    readings = (WEIGHT, sugar("66", "09-10 03:10", Metric.GLUCOSE_SMBG), *mornings)
    on_26 = replace(GLARGINE, dose=D(26), changed_at=local("2026-09-03 07:30"))
    answer = asked(facts(now, readings, on_26), "28")
    assert (StepRefusal.HYPOGLYCAEMIA_LOCK in {each.code for each in answer.refusals}) is locked


def test_28_units_after_level_2_without_a_cause_may_become_22_to_25() -> None:
    answer = asked(facts("09-13 09:05", SERIOUS, ON_28), "24")
    assert (answer.decision, doses(answer)) == (StepDecision.COSIGN, [22, 23, 24, 25])
    assert [until for _, until in answer.locks] == [local("2026-09-20 02:56"), local("2026-09-27 02:40")]


@pytest.mark.parametrize(("dose", "allowed"), [("21", False), ("22", True), ("25", True), ("26", False)])
def test_the_edges_of_the_reduction(dose: str, allowed: bool) -> None:
    answer = asked(facts("09-13 09:05", SERIOUS, ON_28), dose)
    assert (answer.decision is StepDecision.COSIGN) is allowed


def test_one_low_asks_for_one_reduction() -> None:
    reduced = replace(ON_28, dose=D(24), changed_at=local("2026-09-13 09:05"))
    assert asked(facts("09-16 10:00", SERIOUS, reduced)).allowed == ()


def test_a_median_of_128_is_in_goal_and_nothing_changes() -> None:
    readings = (WEIGHT, sugar("128", "09-28 07:00"), sugar("131", "09-29 07:00"), sugar("126", "09-30 07:00"))
    reduced = replace(ON_28, dose=D(24), changed_at=local("2026-09-13 09:05"))
    answer = asked(facts("09-30 07:30", readings, reduced), "26")
    assert first(answer) is StepRefusal.IN_GOAL
    assert answer.locks == ()


# -- boundaries of §6.1


@pytest.mark.parametrize(("value", "steps"), [("130", []), ("131", [26])])
def test_the_goal_is_at_most_130(value: str, steps: list[int]) -> None:
    readings = (WEIGHT, *(sugar(value, f"09-0{day} 07:00") for day in (1, 2, 3)))
    assert doses(asked(facts("09-03 07:30", readings))) == steps


@pytest.mark.parametrize(("value", "steps"), [("7.2", []), ("7.3", [26])])
def test_the_goal_in_the_unit_it_was_sent_in(value: str, steps: list[int]) -> None:
    readings = (WEIGHT, *(sugar(value, f"09-0{day} 07:00", unit="mmol/L") for day in (1, 2, 3)))
    assert doses(asked(facts("09-03 07:30", readings))) == steps


@pytest.mark.parametrize(("value", "steps"), [("79", []), ("80", [26])])
def test_none_below_80(value: str, steps: list[int]) -> None:
    readings = (*FIRST, sugar(value, "09-03 07:10", Metric.GLUCOSE_FASTING))
    more = (*readings, sugar("170", "09-03 07:20"), sugar("170", "09-03 07:25"))
    assert doses(asked(facts("09-03 07:30", more))) == steps


def test_two_values_are_not_three() -> None:
    assert StepRefusal.MISSING in {each.code for each in asked(facts("09-03 07:30", FIRST[:3])).refusals}


@pytest.mark.parametrize(("since", "steps"), [("08-31 07:31", []), ("08-31 07:30", [26])])
def test_72_hours_since_the_last_change(since: str, steps: list[int]) -> None:
    medicine = replace(GLARGINE, changed_at=local(f"2026-{since}"))
    assert doses(asked(facts("09-03 07:30", FIRST, medicine))) == steps


@pytest.mark.parametrize(("kilograms", "steps"), [("51", []), ("52", [26])])
def test_half_a_unit_per_kilogram(kilograms: str, steps: list[int]) -> None:
    readings = instead(FIRST, Metric.BODY_WEIGHT, kilograms)
    assert doses(asked(facts("09-03 07:30", readings))) == steps


def test_ten_units_above_the_prescribers_dose_at_most() -> None:
    medicine = replace(GLARGINE, dose=D(68), prescribed_dose=D(60))
    wide = replace(BASAL, max_single=D(99), max_daily=D(99))
    patient = replace(FOR_PATIENT, max_single=D(99), max_daily=D(99))
    readings = instead(FIRST, Metric.BODY_WEIGHT, "180")
    for dose, steps in ((68, [70]), (69, [])):
        found = facts("09-03 07:30", readings, replace(medicine, dose=D(dose)), order=wide, patient_order=patient)
        assert doses(asked(found)) == steps


# -- §7a and the boundaries of §6.2


def test_80_mg_a_day_become_160_for_three_days() -> None:
    answer = asked(chf(), "80")
    assert (answer.decision, doses(answer), answer.temporary_days) == (StepDecision.COSIGN, [80], 3)


@pytest.mark.parametrize(
    ("metric", "good", "bad", "code"),
    [
        (Metric.BP_SYSTOLIC, "100", "99", StepRefusal.SYSTOLIC),
        (Metric.POTASSIUM, "3.5", "3.4", StepRefusal.POTASSIUM),
        (Metric.POTASSIUM, "5.4", "5.5", StepRefusal.POTASSIUM),
        (Metric.EGFR, "30", "29", StepRefusal.EGFR_LOW),
    ],
)
def test_pressure_and_labs(metric: Metric, good: str, bad: str, code: StepRefusal) -> None:
    readings = chf().readings
    assert doses(asked(chf(readings=instead(readings, metric, good)))) == [80]
    assert first(asked(chf(readings=instead(readings, metric, bad)))) is code


@pytest.mark.parametrize(("baseline", "steps"), [("1.38", []), ("1.39", [80])])
def test_creatinine_at_most_30_percent_above_the_baseline(baseline: str, steps: list[int]) -> None:
    earlier = a_reading(Metric.CREATININE, baseline, "mg/dL", local("2026-07-01 09:00"))
    assert doses(asked(chf(readings=(*chf().readings, earlier)))) == steps


@pytest.mark.parametrize(("days", "steps"), [(14, [80]), (15, [])])
def test_labs_of_at_most_14_days(days: int, steps: list[int]) -> None:
    old = local("2026-09-09 10:40") - timedelta(days=days)
    readings = tuple(
        each._replace(observed_at=old) if each.metric is Metric.POTASSIUM else each for each in chf().readings
    )
    assert doses(asked(chf(readings=readings))) == steps


@pytest.mark.parametrize(("days", "steps"), [(14, [80]), (15, [])])
@pytest.mark.parametrize("lab", [Metric.POTASSIUM, Metric.CREATININE])
def test_labs_of_at_most_14_days_also_under_an_order_that_does_not_name_them(
    lab: Metric, days: int, steps: list[int]
) -> None:
    old = local("2026-09-09 10:40") - timedelta(days=days)
    readings = tuple(each._replace(observed_at=old) if each.metric is lab else each for each in chf().readings)
    answer = asked(replace(chf(readings=readings), order=replace(BURST, required=())))
    assert doses(answer) == steps
    assert steps or first(answer) is StepRefusal.STALE


@pytest.mark.parametrize(("now", "steps"), [("09-11 07:00", [80]), ("09-11 07:01", [])])
def test_a_gain_of_two_days_ago_says_nothing_about_today(now: str, steps: list[int]) -> None:
    assert doses(asked(chf(now=local(f"2026-{now}")))) == steps


def test_weight_alone_is_not_enough_and_signs_alone_are_not_either() -> None:
    assert first(asked(chf(assessment=WELL))) is StepRefusal.NO_TRIGGER
    assert first(asked(chf(readings=LABS))) is StepRefusal.NO_TRIGGER


@pytest.mark.parametrize(("before", "steps"), [(2, []), (1, [80])])
def test_two_bursts_in_30_days(before: int, steps: list[int]) -> None:
    past = tuple(Past(local("2026-08-20 09:00") + timedelta(days=5 * n), True) for n in range(before))
    assert doses(asked(chf(past=past))) == steps


def test_the_maximum_named_for_the_patient() -> None:
    less = replace(FOR_CHF, max_daily=D(159))
    assert first(asked(chf(patient_order=less))) is StepRefusal.DAILY_MAXIMUM


def test_no_second_burst_while_one_runs() -> None:
    running = replace(FUROSEMIDE, dose=D(40), returns_at=local("2026-09-12 00:00"), returns_to=D(20))
    assert first(asked(chf(medicine=running))) is StepRefusal.INTERVAL


# -- §6.4: what must be refused, each with its reason

STEROIDS = replace(WELL, steroid_change=True)
LAPSED = replace(BASAL, competent_until={NURSE: date(2026, 9, 2)})
FALLEN = (
    *FIRST,
    a_reading(Metric.EGFR, "60", "mL/min/{1.73_m2}", local("2026-06-01 09:00")),
    a_reading(Metric.EGFR, "47", "mL/min/{1.73_m2}", local("2026-09-01 09:00")),
)


def told(symptom: Symptom, at: str = "2026-09-02 09:00") -> Reading:
    return a_reading(Metric.SYMPTOMS, "1", "{count}", local(at), symptoms=[symptom])


VOMITED = told(Symptom.VOMITING)
STALE = tuple(e._replace(observed_at=local("2026-05-01 09:00")) if e is WEIGHT else e for e in FIRST)


def in_state(state: StandingOrderState) -> dict[str, Any]:
    return {"order": replace(BASAL, state=state)}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"path_on": False}, StepRefusal.PATH_OFF),
        ({"enrollment": None}, StepRefusal.NO_ENROLLMENT),
        ({"enrollment": EnrollmentState.PAUSED}, StepRefusal.NO_ENROLLMENT),
        ({"consented": False}, StepRefusal.CONSENT_WITHDRAWN),
        ({"adult": False}, StepRefusal.CHILD),
        ({"order": None}, StepRefusal.NO_ORDER),
        ({"patient_order": None}, StepRefusal.NO_PATIENT_ORDER),
        ({"patient_order": replace(FOR_PATIENT, active=False)}, StepRefusal.NO_PATIENT_ORDER),
        ({"patient_order": replace(FOR_PATIENT, suspended=frozenset({NURSE}))}, StepRefusal.ORDER_SUSPENDED),
        (in_state(StandingOrderState.DRAFT), StepRefusal.NO_ORDER),
        (in_state(StandingOrderState.EXPIRED), StepRefusal.ORDER_EXPIRED),
        (in_state(StandingOrderState.SUPERSEDED), StepRefusal.ORDER_SUPERSEDED),
        (in_state(StandingOrderState.REVOKED), StepRefusal.ORDER_REVOKED),
        ({"roles": frozenset({Role.NURSE_ASSISTANT})}, StepRefusal.ROLE),
        ({"person": "case_manager-2"}, StepRefusal.PERSON),
        ({"order": LAPSED}, StepRefusal.COMPETENCY),
        ({"order": replace(BASAL, rxnorm="139825")}, StepRefusal.DRUG),
        ({"order": replace(BASAL, route=Route.INTRAVENOUS)}, StepRefusal.ROUTE),
        ({"order": replace(BASAL, form=DoseForm.VIAL)}, StepRefusal.FORM),
        ({"medicine": replace(GLARGINE, concentration="U-500")}, StepRefusal.CONCENTRATION),
        ({"medicine": replace(GLARGINE, controlled=True)}, StepRefusal.CONTROLLED),
        ({"medicine": replace(GLARGINE, status=MedicineStatus.ON_HOLD)}, StepRefusal.NOT_ACTIVE),
        ({"order": replace(BASAL, rule=StepRule.PROPOSE_ONLY)}, StepRefusal.PROPOSE_ONLY),
        ({"readings": without(FIRST, Metric.BODY_WEIGHT)}, StepRefusal.MISSING),
        ({"readings": STALE}, StepRefusal.STALE),
        ({"circumstances": frozenset({"pregnancy"})}, StepRefusal.PREGNANCY),
        ({"assessment": replace(WELL, pregnancy=True)}, StepRefusal.PREGNANCY),
        ({"circumstances": frozenset({"type-1-diabetes"})}, StepRefusal.TYPE_1),
        ({"circumstances": frozenset({"dialysis"})}, StepRefusal.EXCLUDED),
        ({"readings": FALLEN}, StepRefusal.EGFR_FALL),
        ({"assessment": STEROIDS}, StepRefusal.STEROID),
        ({"assessment": replace(WELL, acute_illness=True)}, StepRefusal.ILLNESS),
        ({"assessment": replace(WELL, vomiting=True)}, StepRefusal.VOMITING),
        ({"readings": (*FIRST, VOMITED)}, StepRefusal.VOMITING),
        ({"critical_alerts": (UUID(int=1),)}, StepRefusal.CRITICAL_ALERT),
        ({"proposal_open": True}, StepRefusal.OPEN_PROPOSAL),
    ],
)
def test_each_reason_refuses_by_itself_and_is_named(changed: dict[str, Any], code: StepRefusal) -> None:
    good = facts("09-03 07:30", FIRST)
    assert asked(good, "26").decision is StepDecision.COSIGN
    answer = asked(replace(good, **changed), "26")
    assert first(answer) is code
    assert answer.allowed == ()
    assert all(each.sentence and each.citation for each in answer.refusals)


@pytest.mark.parametrize(
    ("symptom", "code", "hours"),
    [
        (Symptom.VOMITING, StepRefusal.VOMITING, 48),
        (Symptom.VOMITING_LONG, StepRefusal.VOMITING, 48),
        (Symptom.CANNOT_KEEP_FLUIDS, StepRefusal.VOMITING, 48),
        (Symptom.SICK_DAY, StepRefusal.ILLNESS, 48),
        (Symptom.EATING_LESS, StepRefusal.ILLNESS, 48),
        (Symptom.STEROID_COURSE, StepRefusal.STEROID, 14 * 24),
    ],
)
def test_what_the_patient_reported_refuses_whatever_the_nurse_found(
    symptom: Symptom, code: StepRefusal, hours: int
) -> None:
    good = facts("09-03 07:30", FIRST)
    for ago, refused in ((timedelta(hours=hours) - timedelta(minutes=1), True), (timedelta(hours=hours), False)):
        said = told(symptom)._replace(observed_at=good.now - ago)
        codes = [each.code for each in asked(replace(good, readings=(*FIRST, said)), "26").refusals]
        assert codes == ([code] if refused else []), (symptom, ago)


@pytest.mark.parametrize("kind", [kind for kind in PlanChangeKind if kind is not PlanChangeKind.DOSE])
def test_a_nurse_starts_stops_and_holds_nothing_under_an_order(kind: PlanChangeKind) -> None:
    assert first(judge(Step(kind, None), facts("09-03 07:30", FIRST))) is StepRefusal.NEW_OR_STOP


@pytest.mark.parametrize(
    ("dose", "code"),
    [
        ("25", StepRefusal.STEP),
        ("27", StepRefusal.STEP),
        ("29", StepRefusal.CUMULATIVE),
        ("46", StepRefusal.ABOVE_MAXIMUM),
    ],
)
def test_a_dose_that_is_not_the_step_is_refused(dose: str, code: StepRefusal) -> None:
    answer = asked(facts("09-03 07:30", FIRST), dose)
    assert first(answer) is code
    assert doses(answer) == [26]


def test_an_egfr_fall_of_exactly_20_percent_does_not_block() -> None:
    assert doses(asked(facts("09-03 07:30", instead_last(FALLEN, "48")))) == [26]


def instead_last(readings: tuple[Reading, ...], value: str) -> tuple[Reading, ...]:
    return (*readings[:-1], readings[-1]._replace(value=D(value)))


def test_level_3_locks_for_14_days() -> None:
    helped = a_reading(Metric.SYMPTOMS, "1", "{count}", local("2026-08-25 03:00"), symptoms=[Symptom.NEEDED_HELP])
    answer = asked(facts("09-03 07:30", (*FIRST, helped)), "26")
    assert (first(answer), answer.refusals[0].until) == (StepRefusal.HYPOGLYCAEMIA_LOCK, local("2026-09-08 03:00"))


def test_a_value_that_was_entered_in_error_locks_nothing() -> None:
    wrong = sugar("47", "09-02 09:00", Metric.GLUCOSE_SMBG)._replace(status=ReadingStatus.ENTERED_IN_ERROR)
    assert doses(asked(facts("09-03 07:30", (*FIRST, wrong)))) == [26]
