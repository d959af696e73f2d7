"""Pathways: every row of clinical §2, §2.1, §2.2, and which discharges choose what, with the reason."""

from datetime import date
from decimal import Decimal

import pytest

from services.coordination.domain.diagnoses import Diagnosis, DiagnosisCodeUnknown, check
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.pathways.base import Plan
from services.coordination.domain.pathways.catalogue import CATALOGUE
from services.coordination.domain.pathways.choice import choose
from services.coordination.domain.pathways.diabetes import on_insulin_or_sglt2
from services.coordination.domain.pathways.reasons import on_oxygen
from shared.vocabulary import (
    ClockKind,
    CodeSystem,
    Complexity,
    DiagnosisRole,
    DischargeDisposition,
    DrugClass,
    NeedKind,
    NyhaClass,
    PathwayKey,
    StayClass,
)
from tests.support.stay_facts import facts, icd

N = NeedKind
ROWS: dict[PathwayKey, list[tuple[NeedKind, dict[str, str]]]] = {
    PathwayKey.TRANSITION: [
        (N.CONTACT, {"clinical": "+72h", "programme": "+2bd"}),
        (N.DISCHARGE_SUMMARY, {"programme": "+2d"}),
        (N.MED_RECONCILIATION, {"target": "+72h", "hard-stop": "+14d", "outer": "+30d"}),
        (N.VISIT, {"visit": "+7d", "fallback": "+14d"}),
        (N.VISIT, {"visit": "+14d", "fallback": "+14d"}),
        (N.PENDING_RESULTS, {"clinical": "+2bd"}),
        (N.RED_FLAG_PLAN, {"clinical": "D"}),
        (N.SOCIAL_NEEDS, {"clinical": "+7d"}),
        (N.CAREGIVER, {"clinical": "+7d"}),
        (N.HOME_HEALTH, {"clinical": "+2d"}),
        (N.TRANSPORT, {"clinical": "+2bd"}),
        (N.ADVANCE_CARE_PLAN, {"clinical": "+30d"}),
        (N.READMISSION_WATCH, {"programme": "+30d"}),
        (N.FACILITY_DISCHARGE, {"clinical": "+14d"}),
        (N.CONTACT, {"clinical": "+24h"}),
        (N.MEDICINES_IN_HAND, {"clinical": "+1bd"}),
    ],
    PathwayKey.HEART_FAILURE: [
        (N.CONTACT, {"clinical": "+72h"}),
        (N.VISIT, {"visit": "+7d", "fallback": "+14d"}),
        (N.CARDIOLOGY, {"request": "D", "seen": "+14d"}),
        (N.TELEMONITORING, {"set-up": "+48h", "first-reading": "+72h"}),
        (N.MEDICATION_PLAN, {"clinical": "D"}),
        (N.LABS_K_CREATININE, {"clinical": "+14d"}),
        (N.NUTRITION_EDUCATION, {"clinical": "+14d"}),
        (N.MED_RECONCILIATION, {"target": "+72h", "hard-stop": "+7d", "outer": "+30d"}),
        (N.CARDIAC_REHAB, {"clinical": "+7d"}),
        (N.PALLIATIVE, {"clinical": "+14d"}),
        (N.VACCINES, {"clinical": "+30d"}),
        (N.DEPRESSION_SCREEN, {"clinical": "+30d"}),
        (N.SLEEP_APNOEA, {"clinical": "+30d"}),
    ],
    PathwayKey.DIABETES: [
        (N.CONTACT, {"programme": "+2bd"}),
        (N.VISIT, {"visit": "+14d"}),
        (N.VISIT, {"visit": "+30d"}),
        (N.ENDOCRINOLOGY, {"request": "D"}),
        (N.DSMES, {"request": "+7d", "session": "+30d"}),
        (N.RETINAL_EXAM, {"clinical": "+90d"}),
        (N.FOOT_EXAM, {"clinical": "+30d"}),
        (N.KIDNEY_LABS, {"clinical": "+90d"}),
        (N.LIPIDS, {"clinical": "+90d"}),
        (N.DENTAL_EXAM, {"clinical": "+90d"}),
        (N.A1C, {"clinical": "D"}),
        (N.RESCUE_SUPPLIES, {"clinical": "+2bd"}),
        (N.DEPRESSION_SCREEN, {"clinical": "+30d"}),
    ],
    PathwayKey.COPD: [
        (N.CONTACT, {"programme": "+2bd"}),
        (N.VISIT, {"visit": "+7d", "fallback": "+14d"}),
        (N.CONDITION_REVIEW, {"clinical": "+30d"}),
        (N.LATER_REVIEW, {"clinical": "+112d"}),
        (N.PULMONARY_REHAB, {"request": "D", "session": "+21d"}),
        (N.OXYGEN_REVIEW, {"clinical": "+90d"}),
        (N.SPIROMETRY, {"clinical": "+112d"}),
        (N.ACTION_PLAN, {"clinical": "D"}),
        (N.INHALER_TECHNIQUE, {"clinical": "+7d"}),
        (N.SMOKING_CESSATION, {"clinical": "+30d"}),
        (N.VACCINES, {"clinical": "+30d"}),
        (N.CARDIAC_RISK, {"clinical": "+30d"}),
    ],
    PathwayKey.ASTHMA: [
        (N.CONTACT, {"programme": "+2bd"}),
        (N.VISIT, {"visit": "+7d"}),
        (N.VISIT, {"visit": "+2bd"}),
        (N.MEDICINES_IN_HAND, {"clinical": "D"}),
        (N.COURSE_END, {"clinical": "+3d"}),
        (N.ACTION_PLAN, {"clinical": "D"}),
        (N.INHALER_TECHNIQUE, {"clinical": "+7d"}),
        (N.TRIGGER_REVIEW, {"clinical": "+30d"}),
        (N.PERSONAL_BEST, {"clinical": "+42d"}),
        (N.PULMONOLOGY, {"request": "D"}),
        (N.CONDITION_REVIEW, {"clinical": "+90d"}),
    ],
    PathwayKey.AMI: [
        (N.CONTACT, {"programme": "+2bd"}),
        (N.VISIT, {"visit": "+14d"}),
        (N.CARDIAC_REHAB, {"request": "D", "session": "+21d"}),
        (N.MEDICINES_IN_HAND, {"clinical": "D"}),
        (N.MEDICATION_PLAN, {"clinical": "D"}),
        (N.LIPIDS, {"clinical": "+56d"}),
        (N.LVEF_REPEAT, {"clinical": "+60d"}),
        (N.SMOKING_CESSATION, {"clinical": "+14d"}),
        (N.DEPRESSION_SCREEN, {"clinical": "+30d"}),
        (N.WORK_AND_DRIVING, {"clinical": "+14d"}),
    ],
    PathwayKey.STROKE: [
        (N.CONTACT, {"clinical": "+2d"}),
        (N.VISIT, {"visit": "+14d"}),
        (N.MED_RECONCILIATION, {"target": "+72h", "hard-stop": "+14d"}),
        (N.COURSE_END, {"clinical": "+3d"}),
        (N.HOME_BLOOD_PRESSURE, {"clinical": "+14d"}),
        (N.LIPIDS, {"clinical": "+90d"}),
        (N.RHYTHM_MONITOR, {"clinical": "+30d"}),
        (N.SWALLOW_AND_DIET, {"clinical": "+7d"}),
        (N.FALLS, {"clinical": "+7d"}),
        (N.THERAPIES, {"clinical": "+7d"}),
        (N.WORK_AND_DRIVING, {"clinical": "+14d"}),
        (N.DEPRESSION_SCREEN, {"clinical": "+90d"}),
        (N.COGNITION_SCREEN, {"clinical": "+90d"}),
    ],
    PathwayKey.PNEUMONIA: [
        (N.CONTACT, {"programme": "+2bd"}),
        (N.RESPIRATORY_CHECK, {"clinical": "+3d"}),
        (N.VISIT, {"visit": "+7d", "fallback": "+14d"}),
        (N.COURSE_END, {"clinical": "+3d"}),
        (N.LUNG_SCREENING, {"clinical": "+56d"}),
        (N.VACCINES, {"clinical": "+30d"}),
        (N.ASPIRATION_RISK, {"clinical": "+7d"}),
        (N.OXYGEN_REVIEW, {"clinical": "+30d"}),
        (N.SMOKING_CESSATION, {"clinical": "+30d"}),
    ],
    PathwayKey.MENTAL_HEALTH: [
        (N.CONTACT, {"programme": "+2bd"}),
        (N.MENTAL_HEALTH_VISIT, {"visit": "+7d", "outer": "+30d"}),
        (N.DEPRESSION_SCREEN, {"clinical": "+30d"}),
    ],
}


def chosen(plan: Plan) -> set[str]:
    """The pathways of a plan."""
    return {choice.pathway.value for choice in plan.chosen}


def kinds(plan: Plan) -> set[NeedKind]:
    """The needs of a plan."""
    return {asked.item.kind for asked in plan.asked}


@pytest.mark.parametrize("pathway", CATALOGUE, ids=lambda pathway: pathway.key)
def test_the_rows_of_the_bundles(pathway: object) -> None:
    items = [(item.kind, {c.key: c.rule for c in item.clocks}) for item in pathway.items]  # type: ignore[attr-defined]
    assert items == ROWS[pathway.key]  # type: ignore[attr-defined]


def test_every_value_is_versioned_and_cited_and_every_kind_is_described() -> None:
    assert [pathway.key for pathway in CATALOGUE] == list(PathwayKey)
    assert all(pathway.version and pathway.sources for pathway in CATALOGUE)
    assert all(item.source and item.text for pathway in CATALOGUE for item in pathway.items)
    assert set(KINDS) == set(NeedKind)


def test_the_call_has_two_clocks_side_by_side() -> None:
    contact = next(item for item in CATALOGUE[0].items if item.kind is N.CONTACT)
    assert {clock.kind: (clock.opens, clock.by_law) for clock in contact.clocks} == {
        ClockKind.CLINICAL: ("+48h", False),
        ClockKind.PROGRAMME: (None, True),
    }


@pytest.mark.parametrize(
    ("codes", "pathways"),
    [
        (["I50.23"], {"transition", "heart-failure"}),
        (["I13.0", "N18.32", "E11.22"], {"transition", "heart-failure"}),
        (["I110"], {"transition", "heart-failure"}),
        (["J18.9", "I50.33"], {"transition", "heart-failure", "pneumonia"}),
        (["S52.501A", "I50.22"], set()),
        (["J44.1"], {"transition", "copd"}),
        (["J44.9"], {"transition", "copd"}),
        (["J18.9", "J44.0"], {"transition", "pneumonia", "copd"}),
        (["S52.501A", "J44.9"], set()),
        (["J45.901"], {"transition", "asthma"}),
        (["J18.9", "J45.51"], {"transition", "pneumonia", "asthma"}),
        (["J18.9", "J45.50"], {"transition", "pneumonia"}),
        (["I21.4"], {"transition", "myocardial-infarction"}),
        (["I25.2"], set()),
        (["I50.23", "I21.A1"], {"transition", "heart-failure"}),
        (["I63.9"], {"transition", "stroke"}),
        (["G45.9"], {"transition", "stroke"}),
        (["I69.351"], set()),
        (["F32.2"], {"transition", "mental-health"}),
        (["F10.231"], set()),
        (["E11.65"], {"transition", "diabetes"}),
        (["E1165"], {"transition", "diabetes"}),
        (["E10.10"], {"transition", "diabetes"}),
        (["S52.501A", "E11.649"], {"transition", "diabetes"}),
        (["S52.501A", "E11.9"], set()),
        (["I50.23", "E11.65"], {"transition", "heart-failure", "diabetes"}),
        (["O24.410", "E11.65"], set()),
        (["E16.2"], set()),
        ([], set()),
    ],
)
def test_what_a_stay_was_for_chooses_the_pathway(codes: list[str], pathways: set[str]) -> None:
    plan = choose(facts(*codes))
    assert chosen(plan) == pathways
    assert {choice.pathway.value for choice in plan.passed_over} == set(PathwayKey) - pathways
    assert all(choice.because for choice in (*plan.chosen, *plan.passed_over))


@pytest.mark.parametrize("concept", ["84114007", "42343007", "88805009"])
def test_snomed_concepts_mean_heart_failure_too(concept: str) -> None:
    diagnosis = Diagnosis(CodeSystem.SNOMED, concept, DiagnosisRole.PRINCIPAL)
    assert "heart-failure" in chosen(choose(facts(diagnoses=(diagnosis,))))


@pytest.mark.parametrize(
    ("lvef", "nyha", "asked"),
    [("35", "II", True), ("35.01", "II", False), ("30", "I", False), ("30", "IV", True), (None, "II", False)],
)
def test_cardiac_rehabilitation_is_asked_for_where_it_is_covered(lvef: str | None, nyha: str, asked: bool) -> None:
    plan = choose(facts("I50.23", lvef=None if lvef is None else Decimal(lvef), nyha=NyhaClass(nyha)))
    assert (N.CARDIAC_REHAB in kinds(plan)) is asked
    starts = {one.earliest_start for one in plan.asked if one.item.kind is N.CARDIAC_REHAB}
    assert starts == ({date(2026, 10, 16)} if asked else set())


@pytest.mark.parametrize(("admissions", "nyha", "asked"), [(2, "II", True), (1, "II", False), (0, "IV", True)])
def test_the_palliative_prompt(admissions: int, nyha: str, asked: bool) -> None:
    plan = choose(facts("I50.23", admissions_6_months=admissions, nyha=NyhaClass(nyha)))
    assert (N.PALLIATIVE in kinds(plan)) is asked


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"a1c": Decimal("9.0")}, True),
        ({"a1c": Decimal("8.9")}, False),
        ({"new_type_1": True}, True),
        ({"recurrent_severe_hypoglycaemia": True}, True),
        ({}, False),
    ],
)
def test_endocrinology_is_asked_for_by_name_of_reason(changes: dict[str, object], asked: bool) -> None:
    assert (N.ENDOCRINOLOGY in kinds(choose(facts("E11.65", **changes)))) is asked
    assert N.ENDOCRINOLOGY in kinds(choose(facts("E11.10")))


@pytest.mark.parametrize(("on", "missing"), [(date(2026, 6, 6), False), (date(2026, 6, 5), True), (None, True)])
def test_an_a1c_older_than_three_months_is_due_at_discharge(on: date | None, missing: bool) -> None:
    assert (N.A1C in kinds(choose(facts("E11.65", a1c_on=on)))) is missing


def test_rescue_supplies_are_for_insulin_and_sglt2_inhibitors() -> None:
    for drug in (DrugClass.INSULIN, DrugClass.SGLT2_INHIBITOR):
        assert N.RESCUE_SUPPLIES in kinds(choose(facts("E11.65", drugs=frozenset({drug}))))
    assert N.RESCUE_SUPPLIES in kinds(choose(facts("E11.65", "Z79.4")))
    assert N.RESCUE_SUPPLIES in kinds(choose(facts("E10.65")))
    assert N.RESCUE_SUPPLIES not in kinds(choose(facts("E11.65")))


@pytest.mark.parametrize(("complexity", "rule"), [(Complexity.HIGH, "+7d"), (Complexity.MODERATE, "+14d")])
def test_the_visit_of_the_generic_bundle_follows_the_complexity(complexity: Complexity, rule: str) -> None:
    plan = choose(facts("E11.65", complexity=complexity))
    generic = [one.item for one in plan.asked if one.pathway is PathwayKey.TRANSITION and one.item.kind is N.VISIT]
    assert [item.clocks[0].rule for item in generic] == [rule]


@pytest.mark.parametrize("disposition", ["psychiatric", "short-term-hospital", "hospice", "expired"])
def test_only_a_discharge_home_starts_a_transition(disposition: str) -> None:
    plan = choose(facts("I50.23", disposition=DischargeDisposition(disposition)), asked_for=[PathwayKey.DIABETES])
    assert (plan.asked, plan.windows, len(plan.passed_over)) == ((), (), len(PathwayKey))


def test_an_emergency_visit_alone_starts_nothing() -> None:
    assert choose(facts("I50.23", stay_class=StayClass.EMERGENCY)).asked == ()
    assert choose(facts("I50.23", stay_class=StayClass.OBSERVATION)).asked != ()


def test_children_are_not_given_adult_defaults() -> None:
    plan = choose(facts("E10.10", age=17))
    assert chosen(plan) == set()
    assert any("age 17" in choice.because for choice in plan.passed_over)


@pytest.mark.parametrize(("age", "rule"), [(17, "+2bd"), (18, "+7d")])
def test_a_child_with_asthma_is_seen_sooner(age: int, rule: str) -> None:
    plan = choose(facts("J45.901", age=age))
    own = [one.item for one in plan.asked if one.pathway is PathwayKey.ASTHMA and one.item.kind is N.VISIT]
    assert [item.clocks[0].rule for item in own] == [rule]


@pytest.mark.parametrize(("before", "asked"), [(None, False), (0, False), (1, True)])
def test_two_exacerbations_in_a_year_ask_for_a_specialist(before: int | None, asked: bool) -> None:
    assert (N.PULMONOLOGY in kinds(choose(facts("J45.901", exacerbations_12_months=before)))) is asked


@pytest.mark.parametrize(("lvef", "asked"), [("40", True), ("40.01", False), (None, False)])
def test_a_reduced_ejection_fraction_is_measured_again_no_sooner_than_day_40(lvef: str | None, asked: bool) -> None:
    plan = choose(facts("I21.4", lvef=None if lvef is None else Decimal(lvef)))
    starts = {one.earliest_start for one in plan.asked if one.item.kind is N.LVEF_REPEAT}
    assert starts == ({date(2026, 10, 14)} if asked else set())


@pytest.mark.parametrize(
    ("age", "years", "asked"), [(50, 20, True), (49, 20, False), (50, 19, False), (74, None, False)]
)
def test_pneumonia_asks_for_no_routine_film(age: int, years: int | None, asked: bool) -> None:
    plan = choose(facts("J18.9", age=age, pack_years=years))
    assert (N.LUNG_SCREENING in kinds(plan)) is asked


def test_oxygen_and_tobacco_bring_their_own_needs() -> None:
    assert {N.OXYGEN_REVIEW, N.SMOKING_CESSATION}.isdisjoint(kinds(choose(facts("J44.1"))))
    assert {N.OXYGEN_REVIEW, N.SMOKING_CESSATION} <= kinds(choose(facts("J44.1", "F17.210", home_oxygen=True)))


@pytest.mark.parametrize(("age", "asked"), [(5, False), (6, True)])
def test_follow_up_after_mental_illness_begins_at_six(age: int, asked: bool) -> None:
    assert ("mental-health" in chosen(choose(facts("F32.2", age=age)))) is asked


@pytest.mark.parametrize("code", ["heart", "I5", "I50.23456", "", "150.2"])
def test_what_cannot_be_a_code_is_refused(code: str) -> None:
    with pytest.raises(DiagnosisCodeUnknown):
        check(icd(code))


def test_what_was_not_told_is_explained_as_unknown_and_what_was_as_it_is() -> None:
    """Not as "no oxygen" and "no insulin" (clinical §3)."""
    said = {
        None: "whether there is oxygen at home is not known",
        False: "no oxygen at home",
        True: "oxygen at home",
    }
    for home_oxygen, because in said.items():
        verdict = on_oxygen(facts("J44.1", home_oxygen=home_oxygen))
        assert (verdict.yes, verdict.because) == (home_oxygen is True, because)
    unknown = on_insulin_or_sglt2(facts("E11.65"))
    assert (unknown.yes, "unknown" in unknown.because) == (False, True)
    other = on_insulin_or_sglt2(facts("E11.65", drugs=frozenset({DrugClass.OTHER})))
    assert (other.yes, other.because) == (
        False,
        "neither insulin nor an SGLT2 inhibitor among the medicines at discharge",
    )
