"""The treatment plan: versions, any date, differences; reconciliation."""

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import local, with_diabetes
from tests.support.makers_plans import BEGUN, GLARGINE, on_glargine
from tests.support.messages import messages

NOW = "2026-09-03 07:30"


async def test_every_version_stays_as_it_was(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await practice.taught(await practice.steps(26, NOW), NOW)
    nurse, path = practice.as_(Role.CASE_MANAGER, "2026-09-04 09:00"), f"/v1/plans/{practice.plan['id']}"
    goal = {"goals": [{"key": "fasting", "text": "80 to 130 mg/dL"}], "reason": "Agreed"}
    assert problem(await nurse.post(f"{path}/revise", json=goal, headers={"If-Match": '"1"'})) == (412, "version.stale")
    revised = (await nurse.post(f"{path}/revise", json=goal, headers={"If-Match": '"2"'})).json()
    assert (revised["number"], revised["version"]) == (3, 3)
    for at, number, dose in ((BEGUN, 1, "24"), (NOW, 2, "26"), ("2026-09-04 09:00", 3, "26")):
        seen = (await nurse.get(path, params={"as_of": local(at).isoformat()})).json()
        assert (seen["number"], seen["medicines"][0]["dose"]) == (number, dose)
    before = await nurse.get(path, params={"as_of": local("2026-07-01 09:00").isoformat()})
    assert before.status_code == 404
    ahead = await nurse.get(path, params={"as_of": local("2026-09-05 09:00").isoformat()})
    assert problem(ahead) == (422, "as-of.future")


async def test_the_difference_of_two_versions(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await practice.taught(await practice.steps(26, NOW), NOW)
    path = f"/v1/plans/{practice.plan['id']}/difference"
    found = (await practice.as_(Role.AUDITOR, NOW).get(path, params={"earlier": 1, "later": 2})).json()
    (one,) = found["differences"]
    assert (one["section"], one["change"], one["key"]) == ("medicines", "changed", practice.line())
    assert (one["before"]["dose"], one["after"]["dose"]) == ("24", "26")


async def test_one_plan_for_a_patient(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    body = {"patient_id": practice.patient.id, "medicines": []}
    again = await practice.as_(Role.CASE_MANAGER, NOW).post("/v1/plans", json=body)
    assert problem(again) == (409, "plan.exists")
    found = (
        await practice.as_(Role.CASE_MANAGER, NOW).get("/v1/plans", params={"patient_id": practice.patient.id})
    ).json()
    assert [each["id"] for each in found["items"]] == [practice.plan["id"]]


async def test_a_prescriber_lists_what_they_may_prescribe(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    patient = await with_diabetes(monitoring)
    body = {"patient_id": patient.id, "medicines": [GLARGINE]}
    stranger = monitoring.as_(Role.PRESCRIBER, subject="prescriber-9", now=local(NOW))
    assert problem(await stranger.post("/v1/plans", json=body)) == (403, "plan-change.no-authority")
    assert (await practice.as_(Role.PRESCRIBER, NOW).post("/v1/plans", json=body)).status_code == 201


async def test_an_open_discrepancy_becomes_a_need_and_changes_no_therapy(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    path = f"/v1/plans/{practice.plan['id']}/reconciliations"
    agrees = {"drug": "insulin glargine", "decision": "continue", "reason": "On both lists"}
    unclear = {"drug": "ibuprofen", "decision": "clarify", "reason": "Bottle at home, on no list"}
    sources = ["discharge-list", "patients-bottles"]
    nurse = practice.as_(Role.CASE_MANAGER, NOW)
    plain = (await nurse.post(path, json={"sources": sources, "decisions": [agrees]})).json()
    assert plain["open"] == 0
    assert await messages(monitoring, "NeedIdentified") == []
    done = (await nurse.post(path, json={"sources": sources, "decisions": [agrees, unclear]})).json()
    (need,) = await messages(monitoring, "NeedIdentified")
    assert (done["open"], need["kind"], need["source"]["id"]) == (1, "medication-discrepancy", done["id"])
    assert [each["id"] for each in (await nurse.get(path)).json()] == [done["id"], plain["id"]]
    assert (await nurse.get(f"/v1/plans/{practice.plan['id']}")).json()["number"] == 1
