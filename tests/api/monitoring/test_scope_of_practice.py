"""What must be refused (clinical §6.4), each by itself with its stable code, through the door with real facts."""

import asyncio
from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import a_patient_with, identity
from tests.support.makers_plans import (
    BEGUN,
    DOCTOR,
    GLARGINE,
    NURSE,
    OTHER_DOCTOR,
    Practice,
    entitles,
    on_glargine,
    signs,
    signs_for,
    starts,
    turns_on,
)

NOW = "2026-09-03 07:30"


async def refused(practice: Practice, dose: float | None = 26, now: str = NOW, **found: Any) -> str:
    """The reason code of a step that must be refused; the list must not have changed by it."""
    answer = await practice.tries(dose, now, **found)
    assert problem(answer) == (422, "plan-change.refused"), answer.text
    body = answer.json()
    assert body["citation"]
    assert "Escalate" in body["detail"]
    assert (await practice.medicine(now))["dose"] == "24"
    return str(body["reason_code"])


async def test_the_step_is_allowed_when_nothing_stands_against_it(monitoring: Api) -> None:
    await (await on_glargine(monitoring)).steps(26, NOW)


async def test_off_by_default(monitoring: Api) -> None:
    practice = await on_glargine(monitoring, path=False)
    assert await refused(practice) == "protocol-path-off"
    await turns_on(monitoring)
    await practice.steps(26, NOW)


async def test_no_active_enrollment(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    path = f"/v1/enrollments/{practice.patient.enrollment['id']}/pause"
    await practice.patient.act(path, {"reason": "Travelling"}, version=1, now="2026-09-03 07:10")
    assert await refused(practice) == "no-active-enrollment"


async def test_consent_withdrawn(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    path = f"/v1/enrollments/{practice.patient.enrollment['id']}"
    nurse = practice.as_(Role.CASE_MANAGER, "2026-09-03 07:10")
    headers = {"If-Match": f'"{(await nurse.get(path)).json()["version"]}"'}
    body = {"purpose": "monitoring", "revoked_by": "patient", "mode": "verbal", "reason": "Wants no monitoring"}
    answer = await nurse.post(f"{path}/consents/revoke", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert await refused(practice) == "consent-withdrawn"


async def test_no_standing_order(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    assert await refused(practice, 20, name="empagliflozin") == "no-standing-order"


async def test_no_signature_for_this_patient(monitoring: Api) -> None:
    practice = await on_glargine(monitoring, signed=False)
    assert await refused(practice) == "no-patient-order"


async def test_the_order_has_expired(monitoring: Api) -> None:
    practice = await on_glargine(monitoring, expires="2026-09-02")
    assert await refused(practice) == "order-expired"


async def test_the_order_was_superseded(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await signs(monitoring, title="Second version")
    assert await refused(practice) == "order-superseded"


async def test_the_order_was_revoked(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    path = f"/v1/standing-orders/{practice.order['id']}/revoke"
    doctor = practice.as_(Role.PRESCRIBER, BEGUN)
    revoked = await doctor.post(path, json={"reason": "Review"}, headers={"If-Match": '"2"'})
    assert revoked.json()["state"] == "revoked"
    assert await refused(practice) == "order-revoked"


async def test_the_role_is_not_authorised(monitoring: Api) -> None:
    practice = await on_glargine(monitoring, roles=["pharmacist"])
    assert await refused(practice) == "role-not-authorised"
    assistant = practice.as_(Role.NURSE_ASSISTANT, NOW)
    answer = await assistant.post("/v1/plan-changes/apply", json=practice.step(26))
    assert problem(answer) == (403, "not-allowed")


async def test_the_person_is_not_named(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    assert await refused(practice, by="case_manager-2") == "person-not-named"


async def test_the_competency_has_lapsed(monitoring: Api) -> None:
    lapsed = [{"person": NURSE, "competent_until": "2026-09-02"}]
    practice = await on_glargine(monitoring, persons=lapsed)
    assert await refused(practice) == "competency-lapsed"


async def test_the_order_names_another_drug(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    order = practice.order["id"]
    assert await refused(practice, 20, name="empagliflozin", standing_order_id=order) == "drug-not-named"


async def test_the_order_names_another_route(monitoring: Api) -> None:
    assert await refused(await on_glargine(monitoring, route="intravenous")) == "route-not-named"


async def test_the_order_names_another_form(monitoring: Api) -> None:
    assert await refused(await on_glargine(monitoring, form="injection-vial")) == "form-not-named"


async def test_concentrated_insulin_must_be_named(monitoring: Api) -> None:
    assert await refused(await on_glargine(monitoring, concentration="U-300")) == "concentration-not-named"


async def test_a_stop_is_no_step(monitoring: Api) -> None:
    assert await refused(await on_glargine(monitoring), None, kind="stop") == "new-drug-or-stop"


async def test_a_drug_that_is_propose_only(monitoring: Api) -> None:
    assert await refused(await on_glargine(monitoring, rule="propose-only")) == "propose-only"


async def test_a_dose_below_the_minimum(monitoring: Api) -> None:
    practice = await on_glargine(monitoring, min_single=24)
    assert (await signs_for(monitoring, practice.order, practice.patient.id, min_single=24)).status_code == 409
    await practice.patient.measures(66, "2026-09-03 06:30")
    await practice.patient.measures(92, "2026-09-03 06:45")
    assert await refused(practice, 20) == "dose-below-minimum"


async def test_a_dose_above_the_patients_maximum(monitoring: Api) -> None:
    assert await refused(await on_glargine(monitoring), 46) == "dose-above-maximum"


async def test_a_dose_that_is_not_the_step(monitoring: Api) -> None:
    assert await refused(await on_glargine(monitoring), 25) == "dose-not-a-step"


async def test_too_far_from_the_prescribers_dose(monitoring: Api) -> None:
    assert await refused(await on_glargine(monitoring), 29) == "cumulative-change-exceeded"


async def test_a_second_step_within_72_hours(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await practice.taught(await practice.steps(26, NOW), NOW)
    answer = await practice.tries(28, "2026-09-05 06:59")
    assert answer.json()["reason_code"] == "interval-too-short"


async def test_a_required_reading_is_missing(monitoring: Api) -> None:
    practice = await on_glargine(monitoring, required=[{"metric": "egfr", "max_age_hours": 24}])
    assert await refused(practice) == "required-reading-missing"


async def test_a_required_reading_is_stale(monitoring: Api) -> None:
    practice = await on_glargine(monitoring, required=[{"metric": "body_weight", "max_age_hours": 24}])
    assert await refused(practice) == "required-reading-stale"


async def excluded(api: Api, circumstance: str, **more: Any) -> Practice:
    practice = await on_glargine(api)
    override = {"prescriber": DOCTOR, "reason": "Followed together"}
    more = {"circumstances": [circumstance], "override": override, **more}
    patient = await a_patient_with(api, "diabetes", BEGUN, **more)
    practice.patient = patient
    practice.plan = await starts(api, patient.id, GLARGINE)
    assert (await signs_for(api, practice.order, patient.id)).status_code == 201
    await patient.sends("body_weight", 90, "kg", "2026-08-31 09:00")
    for day, value in (("01", 162), ("02", 158), ("03", 165)):
        await patient.sends("glucose_fasting", value, "mg/dL", f"2026-09-{day} 07:00")
    return practice


async def test_pregnancy(monitoring: Api) -> None:
    assert await refused(await excluded(monitoring, "pregnancy")) == "pregnancy"


async def test_type_1_diabetes(monitoring: Api) -> None:
    assert await refused(await excluded(monitoring, "type-1-diabetes")) == "type-1-diabetes"


async def test_a_circumstance_that_the_order_excludes(monitoring: Api) -> None:
    assert await refused(await excluded(monitoring, "dialysis")) == "excluded-by-order"


async def test_a_child_under_an_adult_order(monitoring: Api) -> None:
    child = {"version": 1, **identity(born="2012-03-03")}
    assert await refused(await excluded(monitoring, "frail", patient=child)) == "child"


async def test_acute_illness(monitoring: Api) -> None:
    assert await refused(await on_glargine(monitoring), acute_illness=True) == "acute-illness"


async def test_vomiting_that_the_patient_reported_and_the_nurse_did_not(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    said: dict[str, Any] = {"context": {"symptoms": ["vomiting-over-4-h"]}}
    await practice.patient.sends("symptoms", 1, "{count}", "2026-09-02 20:00", **said)
    assert await refused(practice) == "vomiting"


async def test_vomiting(monitoring: Api) -> None:
    assert await refused(await on_glargine(monitoring), vomiting=True) == "vomiting"


async def test_a_steroid_started(monitoring: Api) -> None:
    assert await refused(await on_glargine(monitoring), steroid_change=True) == "steroid-change"


async def test_an_egfr_that_fell(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await practice.patient.sends("egfr", 60, "mL/min/{1.73_m2}", "2026-08-02 09:00")
    await practice.patient.sends("egfr", 47, "mL/min/{1.73_m2}", "2026-09-02 09:00")
    assert await refused(practice) == "egfr-fall"


async def test_an_open_critical_alert(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await practice.patient.measures(52, "2026-09-03 06:30")
    await practice.time_passes("2026-09-03 07:00")
    (alert,) = [each for each in await practice.patient.alerts(NOW) if each["severity"] == "critical"]
    assert alert["state"] == "open"
    assert await refused(practice, 20) == "critical-alert-open"


async def test_a_hypoglycaemia_lock_names_its_end(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await practice.patient.measures(66, "2026-09-02 03:10")
    answer = await practice.tries(26, NOW)
    assert answer.json()["reason_code"] == "hypoglycaemia-lock"
    assert answer.json()["refusals"][0]["until"] == "2026-09-09T07:10:00Z"


async def test_a_controlled_substance(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    patient = await a_patient_with(monitoring, "diabetes", BEGUN)
    oxycodone = {**GLARGINE, "rxnorm": "7804", "name": "oxycodone", "form": "tablet", "route": "oral", "unit": "mg"}
    practice.plan = await starts(monitoring, patient.id, oxycodone)
    answer = await practice.tries(26, NOW, name="oxycodone")
    assert answer.json()["reason_code"] == "controlled-substance"


async def test_a_step_beside_an_open_proposal(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    assert (await practice.proposes(NOW)).status_code == 201
    assert await refused(practice) == "proposal-open"


async def test_a_second_open_proposal_for_the_same_drug(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    assert (await practice.proposes(NOW)).status_code == 201
    assert problem(await practice.proposes(NOW, dose=30)) == (409, "plan-change.duplicate")


async def test_of_two_proposals_at_once_one_stands(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    both = await asyncio.gather(practice.proposes(NOW), practice.proposes(NOW, dose=30))
    assert sorted(each.status_code for each in both) == [201, 409]


async def test_self_approval(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    change = (await practice.proposes(NOW, by=DOCTOR)).json()
    answer = await practice.act(change, "approve", NOW, role=Role.PRESCRIBER)
    assert problem(answer) == (403, "plan-change.self-approval")


async def test_an_approver_without_authority_for_the_drug(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await entitles(monitoring, OTHER_DOCTOR, classes=["loop-diuretic"])
    change = (await practice.proposes(NOW)).json()
    answer = await practice.act(change, "approve", NOW, role=Role.PRESCRIBER, by=OTHER_DOCTOR)
    assert problem(answer) == (403, "plan-change.no-authority")


async def test_an_approver_whose_authority_ended(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await entitles(monitoring, OTHER_DOCTOR, until="2026-09-02")
    change = (await practice.proposes(NOW)).json()
    answer = await practice.act(change, "approve", NOW, role=Role.PRESCRIBER, by=OTHER_DOCTOR)
    assert problem(answer) == (403, "plan-change.no-authority")


async def test_a_back_dated_decision(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    change = (await practice.proposes(NOW)).json()
    body = {"decided_at": "2026-09-03T09:00:00Z"}
    answer = await practice.act(change, "approve", NOW, body, role=Role.PRESCRIBER)
    assert problem(answer) == (422, "plan-change.back-dated")


async def test_approval_of_a_withdrawn_proposal(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    change = (await practice.proposes(NOW)).json()
    await practice.done(change, "withdraw", NOW, body={"reason": "In goal again"})
    answer = await practice.act(change, "approve", NOW, role=Role.PRESCRIBER)
    assert problem(answer) == (409, "plan-change.withdrawn")
