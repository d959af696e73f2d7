"""Treatment under /fhir: the plan as it is now, and changes of medicines as proposals and orders."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.monitoring.api.fhir.care_plan import ACTIVITY_STATUS
from services.monitoring.api.fhir.medication_words import ORDER, PROPOSAL, status_of
from shared.db.session import transaction
from shared.vocabulary import MedicineStatus, Role
from shared.vocabulary import PlanChangeState as S
from tests.support.apps import Api
from tests.support.between import a_low
from tests.support.diuretics import on_furosemide
from tests.support.makers_coordination import good
from tests.support.makers_fhir import refusal
from tests.support.makers_monitoring import local
from tests.support.makers_plans import DOCTOR, NURSE, Practice, on_glargine

R4 = "/fhir/R4"
NOW, MIDDAY, NEXT = "2026-09-03 07:30", "2026-09-03 12:00", "2026-09-04 07:00"
SENT_HOME, SWELLS = "2026-09-05 09:00", "2026-09-09 10:40"
STATUSES = {"active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"}
DETAIL = {"not-started", "scheduled", "in-progress", "on-hold", "completed", "cancelled", "stopped", "unknown"}
Json = dict[str, Any]


async def found(practice: Practice, kind: str, query: str, now: str = NOW) -> list[Json]:
    client = practice.as_(Role.INTEGRATION, now)
    return [one["resource"] for one in (await good(await client.get(f"{R4}/{kind}?{query}"))).get("entry", [])]


async def proposed(practice: Practice, **changes: Any) -> Json:
    answer = await practice.proposes(NOW, **changes)
    assert answer.status_code == 201, answer.text
    change: Json = answer.json()
    return change


async def decided(practice: Practice, *acts: str, dose: int | None = None) -> None:
    change = await proposed(practice)
    await practice.done(change, "approve", NOW, role=Role.PRESCRIBER, body={} if dose is None else {"dose": dose})
    for act in acts:
        if act == "teach-back":
            await practice.taught(change, NOW)
        else:
            await practice.done(change, act, NOW, body={} if act == "order" else {"note": "As agreed"})


async def drafted(practice: Practice) -> None:
    await proposed(practice, draft=True)


async def rejected(practice: Practice) -> None:
    change = await proposed(practice)
    await practice.done(change, "reject", NOW, role=Role.PRESCRIBER, body={"reason": "Too much at once"})


async def expired(practice: Practice) -> None:
    await proposed(practice)
    await practice.time_passes("2026-09-06 07:31")


async def withdrawn(practice: Practice) -> None:
    await practice.done(await proposed(practice), "withdraw", NOW, body={"reason": "Mistaken"})


async def communicated(practice: Practice) -> None:
    change = await proposed(practice)
    await practice.done(change, "approve", NOW, role=Role.PRESCRIBER)
    await practice.done(change, "order", NOW)
    body = {"said_back": "From tomorrow", "understood": True, "starts_at": local(NEXT).isoformat()}
    await practice.done(change, "teach-back", NOW, body=body)


async def stopped(practice: Practice) -> None:
    change = await proposed(practice)
    await practice.done(change, "approve", NOW, role=Role.PRESCRIBER)
    await a_low(practice, MIDDAY)
    await practice.done(change, "order", NEXT)


async def simply_proposed(practice: Practice) -> None:
    await proposed(practice)


def after(*acts: str, dose: int | None = None) -> Callable[[Practice], Awaitable[None]]:
    return lambda practice: decided(practice, *acts, dose=dose)


_TAUGHT = ("order", "teach-back")
EXPECTED: dict[S, tuple[Callable[[Practice], Awaitable[None]], str, str | None]] = {
    S.DRAFT: (drafted, "draft", None),
    S.PROPOSED: (simply_proposed, "draft", None),
    S.REJECTED: (rejected, "cancelled", None),
    S.EXPIRED: (expired, "cancelled", None),
    S.WITHDRAWN: (withdrawn, "cancelled", None),
    S.APPROVED: (after(), "completed", "draft"),
    S.APPROVED_MODIFIED: (after(dose=30), "completed", "draft"),
    S.ORDERED: (after("order"), "completed", "active"),
    S.COMMUNICATED: (communicated, "completed", "active"),
    S.EFFECTIVE: (after(*_TAUGHT), "completed", "active"),
    S.MONITORED: (after(*_TAUGHT, "monitor"), "completed", "active"),
    S.CLOSED: (after(*_TAUGHT, "monitor", "close"), "completed", "completed"),
    S.CANCELLED: (after("order", "cancel"), "completed", "cancelled"),
    S.STOPPED: (stopped, "completed", "cancelled"),
}
"""How a proposal comes to each state; the status of the proposal then, and of the order made of it."""


@pytest.mark.parametrize("state", S)
async def test_every_state_of_a_change_is_a_status_of_proposal_and_order(monitoring: Api, state: S) -> None:
    practice = await on_glargine(monitoring)
    reach, proposal, order = EXPECTED[state]
    await reach(practice)
    mine = f"patient={practice.patient.id}"
    requests = await found(practice, "MedicationRequest", mine, NEXT)
    assert {one["extension"][0]["valueCode"] for one in requests} == {state}
    said = {one["intent"]: one["status"] for one in requests}
    assert said == {PROPOSAL: proposal, **({} if order is None else {ORDER: order})}
    for one in requests:
        query = f"{mine}&intent={one['intent']}&status={one['status']}"
        assert await found(practice, "MedicationRequest", query, NEXT) == [one]
        others = ",".join(sorted(STATUSES - {one["status"]}))
        query = f"{mine}&intent={one['intent']}&status={others}"
        assert await found(practice, "MedicationRequest", query, NEXT) == []
        assert ("statusReason" in one) == (one["status"] == "cancelled")


def test_every_state_and_status_of_a_medicine_has_a_word_of_fhir() -> None:
    for state in S:
        for intent in (PROPOSAL, ORDER):
            assert {status_of(intent, state, over=over) for over in (False, True)} <= STATUSES
        assert status_of(ORDER, state, over=True) != "active"
    assert set(ACTIVITY_STATUS) == set(MedicineStatus)
    assert set(ACTIVITY_STATUS.values()) <= DETAIL


async def test_an_order_made_of_a_proposal_says_who_decided_what_and_on_what_it_rests(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await decided(practice, "order", dose=30)
    order, proposal = sorted(await found(practice, "MedicationRequest", ""), key=lambda one: str(one["intent"]))
    assert order["id"] == f"{proposal['id']}.order"
    assert order["basedOn"] == [{"reference": f"MedicationRequest/{proposal['id']}"}]
    assert (proposal["requester"]["display"], order["requester"]["display"]) == (NURSE, DOCTOR)
    coding = order["medicationCodeableConcept"]["coding"][0]
    assert (coding["code"], coding["system"]) == ("274783", "http://www.nlm.nih.gov/research/umls/rxnorm")
    dose = order["dosageInstruction"][0]
    quantity = {"value": 30, "unit": "[iU]", "system": "http://unitsofmeasure.org", "code": "[iU]"}
    assert (dose["text"], dose["doseAndRate"]) == ("30 [iU]", [{"doseQuantity": quantity}])
    assert "dosageInstruction" not in proposal  # 32 was proposed, and only 30 is kept
    assert "doNotPerform" not in order
    client = practice.as_(Role.INTEGRATION, NOW)
    for one in (order, proposal):
        assert await good(await client.get(f"{R4}/MedicationRequest/{one['id']}")) == one
        assert await found(practice, "MedicationRequest", f"_id={one['id']}") == [one]
    assert refusal(await client.get(f"{R4}/MedicationRequest/{proposal['id']}.other")) == (404, ["not-found"])


async def test_why_a_request_ended_is_told_in_the_words_it_ended_with(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await rejected(practice)
    (one,) = await found(practice, "MedicationRequest", "status=cancelled")
    assert one["statusReason"]["text"] == "Too much at once"
    assert one["statusReason"]["coding"][0]["code"] == "rejected"
    client = practice.as_(Role.INTEGRATION, NOW)
    assert refusal(await client.get(f"{R4}/MedicationRequest/{one['id']}.order")) == (404, ["not-found"])


async def test_a_nurses_step_is_an_order_under_the_standing_order_until_the_next_takes_its_place(
    monitoring: Api,
) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    await practice.taught(step, NOW)
    (first,) = await found(practice, "MedicationRequest", "status=active")
    assert (first["intent"], first["id"], first["requester"]["display"]) == ("order", step["id"], NURSE)
    assert first["instantiatesUri"] == [f"urn:uuid:{practice.order['id']}"]
    assert first["dosageInstruction"][0]["text"] == "26 [iU], 1 a day"
    assert first["dosageInstruction"][0]["timing"]["repeat"] == {"frequency": 1, "period": 1, "periodUnit": "d"}
    body = {"plan_id": practice.plan["id"], "medicine_id": practice.line(), "kind": "hold", "reason": "Ketones"}
    answer = await practice.as_(Role.PRESCRIBER, MIDDAY).post("/v1/plan-changes/order", json=body)
    assert answer.status_code == 201, answer.text
    assert len(await found(practice, "MedicationRequest", "status=active", MIDDAY)) == 2
    await practice.taught(answer.json(), MIDDAY)
    (hold,) = await found(practice, "MedicationRequest", "status=active&intent=order", MIDDAY)
    assert (hold["id"], hold["doNotPerform"]) == (answer.json()["id"], True)
    assert hold["dosageInstruction"] == [{"text": "Hold: not to be taken"}]
    (before,) = await found(practice, "MedicationRequest", "status=completed", MIDDAY)
    assert before["id"] == first["id"]


async def test_a_dose_held_for_safety_is_active_until_its_hours_have_passed(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    line = {"plan_id": practice.plan["id"], "medicine_id": practice.line(), "until": local(NEXT).isoformat()}
    body = {**line, "reason": "Glucose 61", "informed": DOCTOR}
    answer = await practice.as_(Role.CASE_MANAGER, NOW).post("/v1/plan-changes/hold-dose", json=body)
    assert answer.status_code == 201, answer.text
    (held,) = await found(practice, "MedicationRequest", "status=active", "2026-09-04 06:59")
    assert held["doNotPerform"] is True
    assert held["dosageInstruction"][0]["text"] == "Hold: not to be taken, until 2026-09-04T11:00:00Z"
    assert await found(practice, "MedicationRequest", "status=active", NEXT) == []
    (over,) = await found(practice, "MedicationRequest", "status=completed", NEXT)
    assert over["id"] == held["id"]


async def test_requests_are_found_page_by_page_and_by_when_they_were_authored(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    for _ in range(2):
        await decided(practice, "order", "cancel")
    await rejected(practice)
    client = practice.as_(Role.INTEGRATION, NOW)
    seen, path = [], f"{R4}/MedicationRequest?patient=Patient/{practice.patient.id}&_count=2"
    while path:
        bundle = await good(await client.get(path))
        assert len(bundle["entry"]) <= 2
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        path = next((each["url"] for each in bundle["link"] if each["relation"] == "next"), "")
    assert len(seen) == len(set(seen)) == 5
    assert len(await found(practice, "MedicationRequest", "authoredon=2026-09-03&_lastUpdated=ge2026-09-03")) == 5
    assert await found(practice, "MedicationRequest", "authoredon=lt2026-09-03") == []
    assert await found(practice, "MedicationRequest", f"patient={uuid4()}") == []
    assert await found(practice, "MedicationRequest", "_id=nothing,a.b") == []
    odd = await client.get(f"{R4}/MedicationRequest?_cursor=abc")
    assert refusal(odd) == (400, ["cursor.invalid"])


async def test_the_plan_is_read_as_it_is_now(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    client = practice.as_(Role.CASE_MANAGER, NOW)
    goals = [{"key": "fasting", "text": "Fasting <130 & no lows", "review_by": "2026-12-01"}]
    orders = [{"key": "a1c", "text": "A1C every three months"}]
    body = {"goals": goals, "orders": orders, "reason": "Agreed with the patient"}
    path = f"/v1/plans/{practice.plan['id']}"
    await good(await client.post(f"{path}/revise", json=body, headers={"If-Match": '"1"'}))
    plan = await good(await client.get(f"{R4}/CarePlan/{practice.plan['id']}"))
    assert (plan["status"], plan["intent"], plan["meta"]["versionId"]) == ("active", "plan", "2")
    assert plan["period"] == {"start": "2026-08-01T13:00:00Z"}
    assert plan["subject"]["reference"] == f"Patient/{practice.patient.id}"
    (goal,) = plan["contained"]
    assert plan["goal"] == [{"reference": f"#{goal['id']}"}]
    assert (goal["description"]["text"], goal["target"]) == ("Fasting <130 & no lows", [{"dueDate": "2026-12-01"}])
    assert "Fasting &lt;130 &amp; no lows" in plan["text"]["div"]
    glargine, _, a1c = [activity["detail"] for activity in plan["activity"]]
    assert (glargine["status"], glargine["quantity"]["value"], glargine["dailyAmount"]["value"]) == (
        "in-progress", 24, 24,
    )  # fmt: skip
    assert glargine["productCodeableConcept"]["coding"][0]["code"] == "274783"
    assert (a1c["code"]["text"], a1c["status"]) == ("A1C every three months", "unknown")


async def test_the_plan_follows_a_change_of_its_medicines(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await decided(practice, *_TAUGHT)
    (plan,) = await found(practice, "CarePlan", f"patient={practice.patient.id}")
    assert plan["meta"]["versionId"] == "2"
    assert plan["activity"][0]["detail"]["quantity"]["value"] == 32


async def test_plans_are_searched_as_patients_are(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    plan = practice.plan["id"]
    for query in ("", f"_id={plan}", "status=active", f"patient={practice.patient.id}&category=assess-plan"):
        assert [one["id"] for one in await found(practice, "CarePlan", query)] == [plan], query
    none = ("status=draft", "category=other", f"patient={uuid4()}", f"_id={uuid4()}", "_lastUpdated=lt2026-08-01")
    for query in none:
        assert await found(practice, "CarePlan", query) == [], query
    client = practice.as_(Role.INTEGRATION, NOW)
    assert refusal(await client.get(f"{R4}/CarePlan?colour=red")) == (400, ["search.not-understood"])
    assert (await client.post(f"{R4}/CarePlan", json={"resourceType": "CarePlan"})).status_code == 405
    assert (await client.post(f"{R4}/MedicationRequest", json={})).status_code == 405


async def test_what_another_organization_keeps_is_not_found(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await decided(practice, "order")
    order = (await found(practice, "MedicationRequest", "intent=order"))[0]["id"]
    stranger = monitoring.as_(Role.INTEGRATION, now=local(NOW), organization=uuid4())
    for kind, known in (("CarePlan", practice.plan["id"]), ("MedicationRequest", order)):
        assert (await practice.as_(Role.AUDITOR, NOW).get(f"{R4}/{kind}/{known}")).status_code == 200
        for name in (known, str(uuid4()), "nothing"):
            assert refusal(await stranger.get(f"{R4}/{kind}/{name}")) == (404, ["not-found"])
        assert "entry" not in await good(await stranger.get(f"{R4}/{kind}?_id={known}"))
        refused = await practice.as_(Role.SPECIALIST, NOW).get(f"{R4}/{kind}/{known}")
        assert refusal(refused) == (403, ["not-allowed"])


async def test_a_burst_is_completed_when_its_days_have_passed_and_the_order_before_it_holds_again(
    monitoring: Api,
) -> None:
    practice = await on_furosemide(monitoring)
    line = {"plan_id": practice.plan["id"], "medicine_id": practice.line("furosemide")}
    body = {**line, "kind": "dose", "dose": 38, "reason": "As at home"}
    ordered = await good(await practice.as_(Role.PRESCRIBER, SENT_HOME).post("/v1/plan-changes/order", json=body))
    await practice.taught(ordered, SENT_HOME)
    burst = await practice.steps(76, SWELLS, name="furosemide", signs=["swelling"])
    await practice.taught(burst, SWELLS)
    (active,) = await found(practice, "MedicationRequest", "status=active", SWELLS)
    assert (active["id"], active["dosageInstruction"][0]["text"]) == (burst["id"], "76 mg, 2 a day, for 3 days")
    await practice.time_passes("2026-09-12 08:00")
    (active,) = await found(practice, "MedicationRequest", "status=active", "2026-09-12 08:00")
    assert (active["id"], active["dosageInstruction"][0]["text"]) == (ordered["id"], "38 mg")
    (over,) = await found(practice, "MedicationRequest", "status=completed", "2026-09-12 08:00")
    assert over["id"] == burst["id"]


async def test_who_looked_at_whom_is_in_the_audit(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await decided(practice)
    for kind in ("CarePlan", "MedicationRequest"):
        for one in await found(practice, kind, ""):
            await good(await practice.as_(Role.INTEGRATION, NOW).get(f"{R4}/{kind}/{one['id']}"))
    seen = "SELECT DISTINCT action FROM audit WHERE action LIKE 'fhir.%' AND patients = ARRAY[:patient]::uuid[]"
    async with transaction(monitoring.sessions, monitoring.organization) as tx:
        rows = await tx.scalars(text(seen), {"patient": practice.patient.id})
        assert set(rows) == {
            f"fhir.{kind}.{act}" for kind in ("careplan", "medicationrequest") for act in ("read", "search")
        }
