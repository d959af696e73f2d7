"""What must be refused (clinical §6.4), each reason by itself, and what locks a dose."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.monitoring.domain.readings import Reading
from services.monitoring.domain.step_rules import judge
from services.monitoring.domain.steps import Step
from shared.vocabulary import (
    DoseForm,
    EnrollmentState,
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
from tests.support.steps import (
    BASAL,
    FIRST,
    FOR_PATIENT,
    GLARGINE,
    NURSE,
    WEIGHT,
    WELL,
    D,
    asked,
    doses,
    facts,
    first,
    sugar,
    without,
)
from tests.support.ward import a_reading, local

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
