"""The end of a treatment plan: what it leaves open, what nobody may do after it, what FHIR says of it."""

from typing import Any

import pytest

from services.monitoring.domain.plan_changes import OPEN
from services.monitoring.domain.plan_ends import left
from shared.vocabulary import NoticeKind, PlanChangeState, PlanEndReason, Role
from tests.support.apps import Api, problem
from tests.support.diuretics import SWOLLEN, on_furosemide
from tests.support.makers_coordination import good
from tests.support.makers_monitoring import local
from tests.support.makers_plans import DOCTOR, GLARGINE, NURSE, Practice, on_glargine

NOW, LATER = "2026-09-03 07:30", "2026-09-03 12:00"
ENDS = {"reason": "goals-reached", "note": "In goal for six months"}


async def ends(practice: Practice, now: str = LATER, act: str = "end", **body: Any) -> Any:
    """Somebody ends the plan as it is now, or another takes its place."""
    client, path = practice.as_(Role.CASE_MANAGER, now), f"/v1/plans/{practice.plan['id']}"
    version = (await client.get(path)).json()["version"]
    said = body or (ENDS if act == "end" else {"reason": "Goals set anew"})
    return await client.post(f"{path}/{act}", json=said, headers={"If-Match": f'"{version}"'})


async def state_of(practice: Practice, change: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (
        await practice.as_(Role.CASE_MANAGER, LATER).get(f"/v1/plan-changes/{change['id']}")
    ).json()
    return found


@pytest.mark.parametrize("state", PlanChangeState)
def test_what_waits_ends_with_the_plan_and_nothing_else_does(state: PlanChangeState) -> None:
    assert (left(state) is None) == (state not in OPEN)
    assert left(state) not in OPEN


async def test_who_ended_it_why_and_since_when_is_on_record(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    at = local("2026-09-03 08:00")
    ended = (await ends(practice, **ENDS, effective_at=at.isoformat())).json()
    assert (ended["end_reason"], ended["ended_by"], ended["number"]) == ("goals-reached", NURSE, 2)
    assert ended["reason"] == "Plan ends, goals-reached: In goal for six months"
    assert ended["ended_at"] == "2026-09-03T12:00:00Z" == ended["effective_at"]
    assert [each["name"] for each in ended["medicines"]] == [each["name"] for each in practice.plan["medicines"]]
    assert problem(await ends(practice)) == (409, "plan.ended")


@pytest.mark.parametrize(
    ("at", "code"), [("2026-09-03 12:06", "plan.end-misdated"), ("2026-09-03 07:29", "plan.end-misdated")]
)
async def test_it_ends_neither_ahead_nor_before_it_changed_last(monitoring: Api, at: str, code: str) -> None:
    practice = await on_glargine(monitoring)
    await practice.taught(await practice.steps(26, NOW), NOW)
    assert problem(await ends(practice, **ENDS, effective_at=local(at).isoformat())) == (422, code)
    assert (await practice.as_(Role.CASE_MANAGER, LATER).get(f"/v1/plans/{practice.plan['id']}")).json()[
        "ended_at"
    ] is None


async def test_a_proposal_is_cancelled_with_the_plan(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    change = (await practice.proposes(NOW)).json()
    assert (await ends(practice)).status_code == 200
    assert (await state_of(practice, change))["state"] == "cancelled"
    nurse = practice.as_(Role.CASE_MANAGER, LATER)
    history = (await nurse.get(f"/v1/plan-changes/{change['id']}/history")).json()
    assert (history[-1]["act"], history[-1]["by"]) == ("end-plan", NURSE)
    answer = await practice.act(change, "approve", LATER, {}, role=Role.PRESCRIBER)
    assert problem(answer) == (409, "plan-change.wrong-state")


async def test_a_step_the_patient_was_told_of_is_stopped_and_its_people_hear_of_it(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    change = await practice.steps(26, NOW)
    body = {"said_back": "From tomorrow", "understood": True, "starts_at": local("2026-09-04 07:00").isoformat()}
    await practice.done(change, "teach-back", NOW, body=body)
    assert (await ends(practice)).status_code == 200
    stopped = await state_of(practice, change)
    assert (stopped["state"], [each["code"] for each in stopped["stopped"]]) == ("stopped", ["plan-ended"])
    notices = (await practice.as_(Role.PRESCRIBER, LATER).get("/v1/notices", params={"unread": True})).json()["items"]
    found = [each for each in notices if each["kind"] == NoticeKind.STOPPED]
    assert {each["told"] for each in found} == {NURSE, DOCTOR}
    assert all("The patient was told of it already: call them." in each["text"] for each in found)
    await practice.time_passes("2026-09-04 08:00")
    assert (await practice.medicine("2026-09-04 08:01"))["dose"] == "24", "what was stopped takes no effect"


async def test_after_the_end_nobody_steps_proposes_orders_holds_revises_or_reconciles(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    assert (await ends(practice)).status_code == 200
    nurse, doctor = practice.as_(Role.CASE_MANAGER, LATER), practice.as_(Role.PRESCRIBER, LATER)
    path = f"/v1/plans/{practice.plan['id']}"
    hold = {"until": local("2026-09-03 20:00").isoformat(), "reason": "Low", "informed": DOCTOR}
    lists = {"sources": ["discharge-list", "patients-bottles"]}
    decided = [{"drug": "insulin glargine", "decision": "continue", "reason": "On both lists"}]
    named = {"plan_id": practice.plan["id"], "medicine_id": practice.line()}
    answers = [
        await practice.tries(26, LATER),
        await nurse.post("/v1/plan-changes/assess", json=practice.step(26)),
        await practice.proposes(LATER),
        await doctor.post("/v1/plan-changes/order", json={**named, "kind": "dose", "dose": 30, "reason": "High"}),
        await nurse.post("/v1/plan-changes/hold-dose", json={**named, **hold}),
        await nurse.post(f"{path}/revise", json={"goals": [], "reason": "None"}, headers={"If-Match": '"2"'}),
        await nurse.post(f"{path}/reconciliations", json={**lists, "decisions": decided}),
        await nurse.post(f"{path}/replace", json={"reason": "Another"}, headers={"If-Match": '"2"'}),
    ]
    assert [problem(each) for each in answers] == [(409, "plan.ended")] * len(answers)


async def test_signatures_for_the_patient_end_with_the_plan(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    path = f"/v1/standing-orders/{practice.order['id']}/patients"
    assert (await ends(practice)).status_code == 200
    (signed,) = (await practice.as_(Role.PRESCRIBER, LATER).get(path)).json()["items"]
    assert (signed["ended_by"], signed["ended_at"]) == (NURSE, "2026-09-03T16:00:00Z")


async def test_a_signature_that_is_owed_outlives_the_plan(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    change = await practice.taught(await practice.steps(26, NOW), NOW)
    assert change["cosign_due"] is not None
    assert (await ends(practice)).status_code == 200
    owed = await practice.done(change, "cosign", LATER, role=Role.PRESCRIBER, body={"note": "Agreed"})
    assert owed["cosigned_by"] == DOCTOR


async def test_a_temporary_dose_is_settled_before_the_plan_ends_but_for_a_death(monitoring: Api) -> None:
    practice = await on_furosemide(monitoring)
    change = await practice.taught(
        await practice.steps(80, "2026-09-09 10:40", name="furosemide", signs=SWOLLEN), "2026-09-09 10:40"
    )
    assert change["returns_at"] is not None
    assert problem(await ends(practice, "2026-09-09 12:00")) == (409, "plan.temporary-dose")
    died = {"reason": "deceased", "note": "The family called"}
    assert (await ends(practice, "2026-09-09 12:00", **died)).status_code == 200
    await practice.time_passes("2026-09-13 08:00")
    assert (await practice.medicine("2026-09-13 08:01", "furosemide"))["dose"] == "80", "nothing is given back"


async def test_another_plan_takes_its_place_with_the_medicines_as_they_are(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await practice.taught(await practice.steps(26, NOW), NOW)
    proposal = (await practice.proposes("2026-09-03 11:00", medicine_id=practice.line("empagliflozin"), dose=25)).json()
    goal = {"key": "a1c", "text": "A1C below 7.5 %", "review_by": None}
    answer = await ends(practice, act="replace", goals=[goal], reason="After the admission")
    after = good_plan(answer)
    assert (after["replaces_id"], after["number"], after["goals"]) == (practice.plan["id"], 1, [goal])
    assert {each["id"]: each["dose"] for each in after["medicines"]}[practice.line()] == "26"
    assert (await state_of(practice, proposal))["state"] == "cancelled"
    nurse = practice.as_(Role.CASE_MANAGER, LATER)
    before = (await nurse.get(f"/v1/plans/{practice.plan['id']}")).json()
    assert (before["end_reason"], before["replaced_by_id"]) == ("replaced", after["id"])
    known = {"patient_id": practice.patient.id}
    for lasting, ids in ((True, [after["id"]]), (False, [before["id"]])):
        found = (await nurse.get("/v1/plans", params={**known, "lasting": lasting})).json()["items"]
        assert [each["id"] for each in found] == ids
    practice.plan = after
    refusals = (await practice.asks("2026-09-07 08:00", 28))["refusals"]
    assert [each["code"] for each in refusals] == ["required-reading-missing"], "the order and its signature hold"


def good_plan(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    plan: dict[str, Any] = answer.json()
    return plan


async def test_a_plan_that_ended_makes_room_for_another(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    body = {"patient_id": practice.patient.id, "medicines": [GLARGINE]}
    again = practice.as_(Role.INTEGRATION, LATER)
    assert problem(await again.post("/v1/plans", json=body)) == (409, "plan.exists")
    assert problem(await ends(practice, reason="replaced", note="By none"))[0] == 422
    assert (await ends(practice)).status_code == 200
    assert (await again.post("/v1/plans", json=body)).status_code == 201


@pytest.mark.parametrize("reason", [each for each in PlanEndReason if each is not PlanEndReason.REPLACED])
async def test_fhir_says_how_it_ended_and_finds_it_by_that(monitoring: Api, reason: PlanEndReason) -> None:
    practice = await on_glargine(monitoring)
    client, path = practice.as_(Role.INTEGRATION, LATER), "/fhir/R4/CarePlan"
    assert (await ends(practice, reason=reason, note="As agreed")).status_code == 200
    read = await good(await client.get(f"{path}/{practice.plan['id']}"))
    status = {"goals-reached": "completed", "entered-in-error": "entered-in-error"}.get(reason, "revoked")
    assert (read["status"], read["period"]["end"]) == (status, "2026-09-03T16:00:00Z")
    for wanted in ("active", "completed", "revoked", "entered-in-error", "on-hold"):
        known = {"patient": practice.patient.id, "status": wanted}
        found = await good(await client.get(path, params=known))
        assert len(found.get("entry", [])) == (wanted == status), wanted
