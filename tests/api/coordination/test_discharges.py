"""A discharge becomes a plan: the worked example of clinical §7a, due instants and all."""

from typing import Any

import pytest

from shared.vocabulary import PathwayKey
from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    ADMITTED,
    BROKEN_ARM,
    DISCHARGED,
    HIGH_SUGAR,
    a_discharge,
    a_patient,
    a_stay,
    at,
    clock_of,
    days,
    discharge,
    good,
    local,
    need_of,
    new_york,
    tag,
)


async def test_the_needs_of_a_heart_failure_discharge_before_labor_day(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    due = {
        (need["kind"], clock["key"]): (local(clock["due_at"]), clock["kind"])
        for need in stay["plan"]["needs"]
        for clock in need["clocks"]
    }
    wanted = {
        ("contact-interactive", "programme"): ("Wed 2026-09-09 23:59", "programme"),
        ("contact-interactive", "clinical"): ("Mon 2026-09-07 15:20", "clinical"),
        ("discharge-summary-received", "programme"): ("Sun 2026-09-06 23:59", "programme"),
        ("pending-results-chase", "clinical"): ("Wed 2026-09-09 23:59", "clinical"),
        ("telemonitoring", "set-up"): ("Sun 2026-09-06 15:20", "clinical"),
        ("telemonitoring", "first-reading"): ("Mon 2026-09-07 15:20", "clinical"),
        ("med-reconciliation", "target"): ("Mon 2026-09-07 15:20", "clinical"),
        ("med-reconciliation", "hard-stop"): ("Fri 2026-09-11 23:59", "programme"),
        ("med-reconciliation", "outer"): ("Sun 2026-10-04 23:59", "programme"),
        ("visit-face-to-face", "visit"): ("Fri 2026-09-11 23:59", "clinical"),
        ("visit-face-to-face", "fallback"): ("Fri 2026-09-18 23:59", "programme"),
        ("cardiology-referral", "request"): ("Fri 2026-09-04 23:59", "clinical"),
        ("cardiology-referral", "seen"): ("Fri 2026-09-18 23:59", "clinical"),
        ("labs-potassium-creatinine", "clinical"): ("Fri 2026-09-18 23:59", "clinical"),
        ("nutrition-education", "clinical"): ("Fri 2026-09-18 23:59", "clinical"),
        ("cardiac-rehab-referral", "clinical"): ("Fri 2026-09-11 23:59", "clinical"),
        ("social-needs-screen", "clinical"): ("Fri 2026-09-11 23:59", "clinical"),
        ("caregiver-assessment", "clinical"): ("Fri 2026-09-11 23:59", "clinical"),
        ("advance-care-plan", "clinical"): ("Sun 2026-10-04 23:59", "clinical"),
        ("vaccines", "clinical"): ("Sun 2026-10-04 23:59", "clinical"),
        ("depression-screen", "clinical"): ("Sun 2026-10-04 23:59", "clinical"),
        ("sleep-apnoea-question", "clinical"): ("Sun 2026-10-04 23:59", "clinical"),
        ("readmission-watch", "programme"): ("Sun 2026-10-04 23:59", "programme"),
        ("red-flag-plan", "clinical"): ("Fri 2026-09-04 23:59", "clinical"),
        ("medication-plan", "clinical"): ("Fri 2026-09-04 23:59", "clinical"),
        ("home-health-dme-confirm", "clinical"): ("Sun 2026-09-06 23:59", "clinical"),
        ("transport-for-visits", "clinical"): ("Wed 2026-09-09 23:59", "clinical"),
    }
    assert due == wanted


async def test_both_clocks_of_the_contact_are_shown_and_the_earlier_one_drives(coordination: Api) -> None:
    contact = need_of(await a_discharge(coordination), "contact-interactive")
    clinical, programme = clock_of(contact, "clinical"), clock_of(contact, "programme")
    assert local(contact["due_at"]) == "Mon 2026-09-07 15:20"
    assert local(clinical["opens_at"]) == "Sun 2026-09-06 15:20"
    assert clinical["on_call"] == "Labor Day"
    assert programme["due_on"] == "2026-09-09"
    assert (
        "not counted: Sat 2026-09-05 is weekend, Sun 2026-09-06 is weekend, Mon 2026-09-07 is Labor Day"
        in (programme["explanation"])
    )
    assert {reason["pathway"] for reason in contact["reasons"]} == {"transition", "heart-failure"}


async def test_the_plan_says_what_was_chosen_passed_over_and_left_out(coordination: Api) -> None:
    plan = (await a_discharge(coordination))["plan"]
    assert [choice["pathway"] for choice in plan["chosen"]] == ["transition", "heart-failure"]
    assert "I13.0 (principal)" in plan["chosen"][1]["because"]
    passed = {choice["pathway"]: choice["because"] for choice in plan["passed_over"]}
    assert "E11.22 is secondary" in passed["diabetes"]
    assert passed["copd"] == "no diagnosis of COPD"
    assert [(left["kind"], left["because"]) for left in plan["left_out"]] == [
        ("palliative-consult", "NYHA II, earlier admissions in 6 months not known")
    ]
    rehab = need_of({"plan": plan}, "cardiac-rehab-referral")
    assert rehab["earliest_start"] == "2026-10-16"
    assert need_of({"plan": plan}, "cardiology-referral")["priority"] == "urgent"
    assert {w["name"]: (w["first_day"], w["last_day"]) for w in plan["windows"]} == {
        "tcm-period": ("2026-09-04", "2026-10-03"),
        "readmission-watch": ("2026-09-05", "2026-10-04"),
        "trc-admission-notice": ("2026-08-30", "2026-09-01"),
        "trc-discharge-information": ("2026-09-04", "2026-09-06"),
        "trc-engagement": ("2026-09-05", "2026-10-04"),
        "trc-med-reconciliation": ("2026-09-04", "2026-10-04"),
    }


async def test_a_stay_read_later_still_shows_its_plan_and_how_the_needs_stand(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    later = await good(await at(coordination, new_york("2026-09-08 09:00")).get(f"/v1/stays/{stay['id']}"))
    contact = need_of(later, "contact-interactive")
    assert len(later["plan"]["needs"]) == len(stay["plan"]["needs"])
    assert contact["late"] == ["late-clinical"]
    assert clock_of(contact, "programme")["state"] == "open"


async def test_a_diabetes_discharge_asks_for_what_its_facts_call_for(coordination: Api) -> None:
    a1c = {"loinc": "4548-4", "value": "10.2", "unit": "%", "observed_at": ADMITTED.isoformat()}
    facts = {"labs": [a1c], "medicines": [{"name": "Insulin glargine", "drug_class": "insulin"}]}
    stay = await a_stay(coordination, await a_patient(coordination, birth_date="1968-05-14"))
    done = await discharge(coordination, stay, diagnoses=HIGH_SUGAR, facts=facts)
    kinds = {need["kind"] for need in done["plan"]["needs"]}
    assert kinds >= {"endocrinology-referral", "rescue-supplies", "dsmes-mnt-referral", "foot-exam", "retinal-exam"}
    assert "a1c-test" not in kinds
    assert local(clock_of(need_of(done, "visit-face-to-face"), "visit")["due_at"]) == "Fri 2026-09-18 23:59"
    assert local(need_of(done, "foot-exam")["due_at"]) == "Sun 2026-10-04 23:59"
    assert local(need_of(done, "retinal-exam")["due_at"]) == "Thu 2026-12-03 23:59"


@pytest.mark.parametrize(("value", "unit"), [("88", "mmol/mol"), ("10.2", "percent")])
async def test_an_a1c_counts_in_its_own_units_however_they_are_written(
    value: str, unit: str, coordination: Api
) -> None:
    a1c = {"loinc": "4548-4", "value": value, "unit": unit, "observed_at": ADMITTED.isoformat()}
    stay = await a_stay(coordination, await a_patient(coordination, birth_date="1968-05-14"))
    done = await discharge(coordination, stay, diagnoses=HIGH_SUGAR, facts={"labs": [a1c]})
    assert "a1c-test" not in {need["kind"] for need in done["plan"]["needs"]}


async def test_a_test_that_no_rule_reads_keeps_its_unit(coordination: Api) -> None:
    lab = {"loinc": "777-3", "value": "210", "unit": "10*3/uL", "observed_at": ADMITTED.isoformat()}
    stay = await a_stay(coordination, await a_patient(coordination))
    done = await discharge(coordination, stay, facts={"labs": [lab]})
    assert done["facts"]["labs"][0]["unit"] == "10*3/uL"


LAB = ("loinc", "value", "unit")
TWO = [
    {"system": "icd-10-cm", "code": code, "role": role}
    for code, role in (("I50.23", "principal"), ("E11.65", "principal"), ("N18.32", "secondary"))
]


async def test_a_stay_has_one_principal_diagnosis(coordination: Api) -> None:
    patient = await a_patient(coordination)
    client, admitted = at(coordination), {"patient_id": patient["id"], "started_at": ADMITTED.isoformat()}
    refused = await client.post("/v1/stays", json={**admitted, "diagnoses": TWO})
    assert problem(refused) == (422, "diagnosis.several-principal")
    assert "I50.23 and E11.65 are called principal" in refused.json()["detail"]
    stay = await a_stay(coordination, patient)
    path, body = f"/v1/stays/{stay['id']}", {"ended_at": DISCHARGED.isoformat(), "diagnoses": TWO}
    for act in ("discharge", "discharge/preview"):
        assert problem(await client.post(f"{path}/{act}", json=body, headers=tag(stay))) == problem(refused)
    corrected = {"diagnoses": TWO, "reason": "Coded anew"}
    assert problem(await client.post(f"{path}/correct", json=corrected, headers=tag(stay))) == problem(refused)
    done = await discharge(coordination, stay, diagnoses=TWO[:1])
    assert problem(await client.post(f"{path}/correct", json=corrected, headers=tag(done))) == problem(refused)
    assert len((await good(await client.get(path)))["diagnoses"]) == 1


async def test_a_consent_that_lies_ahead_is_refused_at_the_discharge(coordination: Api) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    consent = {"purpose": "monitoring", "given_at": "2026-09-05T08:00:00-04:00", "given_by": "Patient"}
    enroll = {"protocol": "heart-failure", "consents": [{**consent, "mode": "verbal"}]}
    body = {"ended_at": DISCHARGED.isoformat(), "enroll": enroll}
    refused = await at(coordination).post(f"/v1/stays/{stay['id']}/discharge", json=body, headers=tag(stay))
    assert problem(refused) == (422, "consent.in-the-future")


async def test_a_discharge_without_a_pathway_says_so_and_opens_nothing(coordination: Api) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    done = await discharge(coordination, stay, diagnoses=BROKEN_ARM)
    assert done["plan"]["needs"] == []
    assert "no pathway fits" in done["plan"]["explanation"]
    assert len(done["plan"]["passed_over"]) == len(PathwayKey)


async def test_a_pathway_can_be_asked_for_by_name(coordination: Api) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    done = await discharge(coordination, stay, diagnoses=BROKEN_ARM, pathways=["transition"])
    assert [choice["because"] for choice in done["plan"]["chosen"]] == ["asked for by name"]
    assert local(clock_of(need_of(done, "visit-face-to-face"), "visit")["due_at"]) == "Fri 2026-09-18 23:59"


@pytest.mark.parametrize("disposition", ["expired", "hospice", "psychiatric", "short-term-hospital"])
async def test_no_transition_starts_where_the_patient_did_not_go_home(coordination: Api, disposition: str) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    done = await discharge(coordination, stay, disposition=disposition)
    assert done["plan"]["needs"] == []


async def test_an_old_discharge_opens_no_old_work_unless_asked(coordination: Api) -> None:
    ended = new_york("2011-05-03 10:00")
    patient = await a_patient(coordination)
    first = await a_stay(coordination, patient, started=ended - days(3))
    old = await discharge(coordination, first, ended=ended, now=DISCHARGED)
    assert old["plan"]["needs"] == []
    assert "older than 30 days" in old["plan"]["explanation"]
    second = await a_stay(coordination, patient, started=ended - days(2))
    asked = await discharge(coordination, second, ended=ended, now=DISCHARGED, plan="always")
    assert len(asked["plan"]["needs"]) > 15


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        ("2026-08-30 11:39", "stay.discharge-before-admission"),
        ("2026-09-04 16:00", "stay.in-the-future"),
    ],
)
async def test_impossible_times_are_refused_and_leave_nothing(coordination: Api, ended: str, code: str) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    client = at(coordination)
    body = {"ended_at": new_york(ended).isoformat()}
    answer = await client.post(f"/v1/stays/{stay['id']}/discharge", json=body, headers=tag(stay))
    assert problem(answer) == (422, code)
    assert (await good(await client.get(f"/v1/stays/{stay['id']}")))["state"] == "in-progress"


@pytest.mark.parametrize(
    ("changes", "code", "why"),
    [
        ({"facts": {"weight": {"value": "8100", "unit": "kg"}}}, "stay.weight-refused", "value.implausible"),
        ({"facts": {"weight": {"value": "81", "unit": "%"}}}, "stay.weight-refused", "unit.not-allowed"),
        ({"facts": {"weight": {"value": "19.9", "unit": "kg"}}}, "stay.weight-refused", "value.implausible"),
        ({"lab": ("4548-4", "240", "mg/dL")}, "stay.lab-refused", "unit.not-allowed"),
        ({"lab": ("718-7", "11.2", "g/bucket")}, "stay.lab-refused", "unit.unknown"),
        ({"lab": ("2823-3", "44", "mmol/L")}, "stay.lab-refused", "value.implausible"),
        ({"baseline": ("dry_weight", 81, "stone-age")}, "baseline.refused", "unit.unknown"),
        ({"baseline": ("pef_best", 29, "L/min")}, "baseline.refused", "value.implausible"),
        ({"baseline": ("spo2", 101, "%")}, "baseline.refused", "value.implausible"),
    ],
)
async def test_what_monitoring_could_not_compare_with_is_refused_at_the_discharge(
    coordination: Api, changes: dict[str, Any], code: str, why: str
) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    body: dict[str, Any] = {"ended_at": DISCHARGED.isoformat(), "enroll": {"protocol": "heart-failure"}, **changes}
    if (given := body.pop("baseline", None)) is not None:
        metric, value, unit = given
        told = {"metric": metric, "value": value, "unit": unit, "set_at": DISCHARGED.isoformat()}
        body["enroll"] = {**body["enroll"], "baselines": [told]}
    if (found := body.pop("lab", None)) is not None:
        body["facts"] = {"labs": [{**dict(zip(LAB, found, strict=True)), "observed_at": ADMITTED.isoformat()}]}
    client = at(coordination, DISCHARGED)
    for act in ("discharge", "discharge/preview"):
        refused = await client.post(f"/v1/stays/{stay['id']}/{act}", json=body, headers=tag(stay))
        assert problem(refused) == (422, code)
        assert refused.json()["reason_code"] == why
    assert (await good(await client.get(f"/v1/stays/{stay['id']}")))["state"] == "in-progress"
    lightest: dict[str, Any] = {"facts": {"weight": {"value": "20", "unit": "kg"}}, "plan": "never"}
    finished = await discharge(coordination, stay, **lightest)
    heavy = {"facts": {"weight": {"value": "451", "unit": "kg"}}, "reason": "Weighed again"}
    again = await client.post(f"/v1/stays/{stay['id']}/correct", json=heavy, headers=tag(finished))
    assert problem(again) == (422, "stay.weight-refused")


async def test_a_code_of_no_terminology_is_refused(coordination: Api) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    body = {"ended_at": DISCHARGED.isoformat(), "diagnoses": [{"system": "icd-10-cm", "code": "heart"}]}
    answer = await at(coordination).post(f"/v1/stays/{stay['id']}/discharge", json=body, headers=tag(stay))
    assert problem(answer) == (422, "diagnosis.code-unknown")


async def test_a_cancelled_discharge_withdraws_only_untouched_work(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    rehab, contact = need_of(stay, "cardiac-rehab-referral"), need_of(stay, "contact-interactive")
    client = at(coordination, new_york("2026-09-04 17:00"))
    touched = await client.post(f"/v1/needs/{rehab['id']}/assign", json={"owner": "jo"}, headers=tag(rehab))
    assert touched.status_code == 200
    shared = {"patient_id": stay["patient_id"], "kind": "vaccines", "reason": "Asked for by the family"}
    assert (await client.post("/v1/needs", json=shared)).status_code == 200
    url = f"/v1/stays/{stay['id']}/discharge/cancel"
    undone = await good(await client.post(url, json={"reason": "Still in"}, headers=tag(stay)))
    assert undone["state"] == "in-progress"
    assert {kept["kind"]: kept["because"] for kept in undone["kept"]} == {
        "cardiac-rehab-referral": "somebody has worked on it: close it by hand if it is not needed",
        "vaccines": "other reasons still hold",
    }
    assert len(undone["withdrawn"]) == len(stay["plan"]["needs"]) - 2
    gone = await good(await client.get(f"/v1/needs/{contact['id']}"))
    assert (gone["state"], gone["closed_code"]) == ("withdrawn", "discharge-cancelled")
    assert [entry["act"] for entry in gone["history"]] == ["identify", "withdraw"]


async def test_discharged_again_the_kept_need_is_joined_and_its_clock_is_new(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    rehab = need_of(stay, "cardiac-rehab-referral")
    client = at(coordination, new_york("2026-09-04 17:00"))
    await client.post(f"/v1/needs/{rehab['id']}/assign", json={"owner": "jo"}, headers=tag(rehab))
    url = f"/v1/stays/{stay['id']}/discharge/cancel"
    undone = await good(await client.post(url, json={"reason": "Still in"}, headers=tag(stay)))
    again = await discharge(
        coordination, undone, ended=new_york("2026-09-06 10:00"), facts={"lvef_percent": "30", "nyha": "II"}
    )
    joined = need_of(again, "cardiac-rehab-referral")
    assert (joined["id"], local(joined["due_at"])) == (rehab["id"], "Sun 2026-09-13 23:59")
    assert local(need_of(again, "contact-interactive")["due_at"]) == "Wed 2026-09-09 10:00"
    open_now = await good(await client.get(f"/v1/needs?patient_id={stay['patient_id']}&open=true&limit=200"))
    kinds = [need["kind"] for need in open_now["items"]]
    assert len(kinds) == len(set(kinds)) == len(stay["plan"]["needs"])
