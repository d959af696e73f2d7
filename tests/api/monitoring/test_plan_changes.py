"""Changes of the list of medicines: a nurse's step, a proposal, an order; the list follows the teach-back."""

from datetime import UTC
from typing import Any

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import local
from tests.support.makers_plans import DOCTOR, NURSE, OTHER_DOCTOR, Practice, entitles, on_glargine
from tests.support.messages import messages

NOW = "2026-09-03 07:30"


def instant(text: str) -> str:
    return local(text).astimezone(UTC).isoformat().replace("+00:00", "Z")


async def test_a_step_is_ordered_with_the_allowed_doses_and_all_it_was_computed_from(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    asked = await practice.asks(NOW)
    assert (asked["decision"], asked["allowed_doses"]) == ("co-sign", ["26"])
    step = await practice.steps(26, NOW)
    assert (step["state"], step["path"], step["dose_before"], step["dose_after"]) == ("ordered", "protocol", "24", "26")
    assert step["rule_version"] == "basal-insulin 1.0.0"
    assert step["cosign_due"] == "2026-09-05T03:59:59.999999Z"
    assert {each["value"] for each in step["inputs"]["readings"]} == {"90", "162", "158", "165"}
    assert step["inputs"]["standing_order"]["number"] == 1
    assert step["informed"] == DOCTOR


async def test_a_co_signature_is_due_by_the_practices_holidays(monitoring: Api) -> None:
    practice, friday = await on_glargine(monitoring), "2026-09-04 07:30"
    assert (await practice.asks(friday))["cosign_due"] == instant("2026-09-08 23:59:59.999999"), "after Labor Day"
    admin = monitoring.as_(Role.CLINIC_ADMIN, now=local(friday))
    done = await admin.put("/v1/rota", json={"holidays": "GB"}, headers={"If-Match": '"0"'})
    assert done.status_code == 200, done.text
    assert (await practice.asks(friday))["cosign_due"] == instant("2026-09-07 23:59:59.999999")
    step = await practice.steps(26, friday)
    assert step["cosign_due"] == instant("2026-09-07 23:59:59.999999")


async def test_the_list_changes_when_the_patient_has_said_it_back_and_not_before(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    assert (await practice.medicine(NOW))["dose"] == "24"
    unsure = {"said_back": "Not sure", "understood": False}
    assert problem(await practice.act(step, "teach-back", NOW, unsure)) == (422, "plan-change.not-understood")
    done = await practice.taught(step, NOW)
    assert (done["state"], done["plan_number"]) == ("effective", 2)
    medicine = await practice.medicine(NOW)
    assert (medicine["dose"], medicine["prescribed_dose"], medicine["prescriber"]) == ("26", "24", "Dr. Example")


async def test_a_step_that_nobody_told_the_patient_within_a_day_is_gone(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    late = {"said_back": "26", "understood": True}
    assert problem(await practice.act(step, "teach-back", "2026-09-04 07:31", late)) == (409, "plan-change.expired")
    await practice.time_passes("2026-09-04 07:31")
    found = (await practice.as_(Role.CASE_MANAGER, NOW).get(f"/v1/plan-changes/{step['id']}")).json()
    assert found["state"] == "expired"
    assert (await practice.medicine("2026-09-05 09:00"))["dose"] == "24"


async def test_what_was_told_for_tomorrow_begins_tomorrow_by_itself(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    body = {"said_back": "From tomorrow", "understood": True, "starts_at": local("2026-09-04 07:00").isoformat()}
    told = await practice.done(step, "teach-back", NOW, body=body)
    assert told["state"] == "communicated-to-patient"
    assert (await practice.medicine("2026-09-04 06:59"))["dose"] == "24"
    for _ in range(2):
        await practice.time_passes("2026-09-04 07:00")
    assert (await practice.medicine("2026-09-04 07:01"))["dose"] == "26"
    versions = (await practice.as_(Role.CASE_MANAGER, NOW).get(f"/v1/plans/{practice.plan['id']}/versions")).json()
    assert [each["number"] for each in versions] == [1, 2]


# -- co-signature: due in a business day, then a task, then the order is suspended


async def test_a_missing_cosignature_becomes_a_task_and_then_suspends_the_order_for_that_nurse(
    monitoring: Api,
) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    await practice.taught(step, NOW)
    await practice.time_passes("2026-09-04 23:59")
    assert await messages(monitoring, "NeedIdentified") == []
    for _ in range(2):
        await practice.time_passes("2026-09-05 00:00")
    (need,) = await messages(monitoring, "NeedIdentified")
    assert (need["kind"], need["priority"], need["source"]["id"]) == ("co-signature", "urgent", step["id"])
    # Two business days after Thursday, around Labor Day: the end of Tuesday 09-08.
    await practice.time_passes("2026-09-08 23:59")
    assert "order-suspended" not in await reasons(practice, "2026-09-09 08:00")
    await practice.time_passes("2026-09-09 00:00")
    assert "order-suspended" in await reasons(practice, "2026-09-09 08:00")
    await practice.done(step, "cosign", "2026-09-09 08:30", role=Role.PRESCRIBER)
    assert "order-suspended" not in await reasons(practice, "2026-09-09 09:00")


async def test_a_step_that_never_took_effect_waits_for_no_cosignature(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await practice.steps(26, NOW)
    await practice.time_passes("2026-09-04 07:31")
    await practice.time_passes("2026-09-10 00:00")
    assert "co-signature" not in {each["kind"] for each in await messages(monitoring, "NeedIdentified")}
    assert "order-suspended" not in await reasons(practice, "2026-09-10 08:00")


async def test_a_verbal_order_is_to_be_signed_also_when_it_was_cancelled(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    change = (await practice.proposes(NOW)).json()
    await practice.done(change, "verbal-order", NOW, body={"prescriber": DOCTOR, "read_back": True})
    await practice.done(change, "cancel", NOW, body={"note": "The patient went to hospital"})
    for _ in range(2):
        await practice.time_passes("2026-09-10 00:00")
    (need,) = await messages(monitoring, "NeedIdentified")
    assert (need["kind"], need["source"]["id"]) == ("co-signature", change["id"])
    signed = await practice.done(change, "sign", "2026-09-10 09:00", role=Role.PRESCRIBER)
    assert (signed["state"], signed["signed_at"]) == ("cancelled", instant("2026-09-10 09:00"))


async def reasons(practice: Practice, now: str) -> set[str]:
    return {each["code"] for each in (await practice.asks(now))["refusals"]}


async def test_a_cosignature_in_time_leaves_no_task(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    signed = await practice.done(step, "cosign", "2026-09-04 09:15", role=Role.PRESCRIBER)
    assert (signed["cosigned_by"], signed["state"]) == (DOCTOR, "ordered")
    await practice.time_passes("2026-09-20 00:00")
    assert await messages(monitoring, "NeedIdentified") == []


async def test_who_cosigns_must_hold_authority(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    answer = await practice.act(step, "cosign", NOW, role=Role.PRESCRIBER, by=OTHER_DOCTOR)
    assert problem(answer) == (403, "plan-change.no-authority")


# -- the proposal path


async def test_a_proposal_is_approved_ordered_taught_monitored_and_closed(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    change = (await practice.proposes(NOW)).json()
    assert (change["state"], change["expires_at"]) == ("proposed", instant("2026-09-06 07:30"))
    approved = await practice.done(change, "approve", NOW, role=Role.PRESCRIBER)
    assert (approved["state"], approved["decided_by"], approved["expires_at"]) == ("approved", DOCTOR, None)
    assert (await practice.medicine(NOW))["dose"] == "24"
    await practice.done(change, "order", NOW)
    assert (await practice.medicine(NOW))["dose"] == "24"
    await practice.taught(change, NOW)
    medicine = await practice.medicine(NOW)
    assert (medicine["dose"], medicine["prescribed_dose"], medicine["prescriber"]) == ("32", "32", DOCTOR)
    await practice.done(change, "monitor", "2026-09-06 09:00", body={"note": "118, no lows"})
    closed = await practice.done(change, "close", "2026-09-10 09:00", body={"note": "In goal"})
    assert closed["state"] == "closed"
    path = f"/v1/plan-changes/{change['id']}/history"
    acts = [each["act"] for each in (await practice.as_(Role.AUDITOR, NOW).get(path)).json()]
    assert acts == ["propose", "approve", "order", "teach-back", "take-effect", "monitor", "close"]


async def test_a_prescriber_may_approve_another_dose(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    change = (await practice.proposes(NOW)).json()
    body = {"dose": 28, "note": "28 first"}
    approved = await practice.done(change, "approve", NOW, body=body, role=Role.PRESCRIBER)
    assert (approved["state"], approved["dose_after"]) == ("approved-modified", "28")
    await practice.done(change, "order", NOW)
    await practice.taught(change, NOW)
    assert (await practice.medicine(NOW))["dose"] == "28"


@pytest.mark.parametrize(("priority", "until"), [("urgent", "2026-09-04 07:30"), ("routine", "2026-09-06 07:30")])
async def test_a_proposal_without_an_answer_expires(monitoring: Api, priority: str, until: str) -> None:
    practice = await on_glargine(monitoring)
    change = (await practice.proposes(NOW, priority=priority)).json()
    assert change["expires_at"] == instant(until)
    answer = await practice.act(change, "approve", until, role=Role.PRESCRIBER)
    assert problem(answer) == (409, "plan-change.expired")
    await practice.time_passes(until)
    again = await practice.proposes(until)
    assert again.status_code == 201, again.text


async def test_a_refused_step_can_be_escalated_and_keeps_what_the_rule_said(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    assert (await practice.tries(32, NOW)).json()["reason_code"] == "cumulative-change-exceeded"
    change = (await practice.proposes(NOW, assessment=practice.step(32)["assessment"])).json()
    assert change["refusals"][0]["code"] == "cumulative-change-exceeded"
    assert change["allowed_doses"] == ["26"]
    assert change["sbar"]["request"] == "Glargine 32 units?"


async def test_a_draft_waits_for_its_proposer(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    change = (await practice.proposes(NOW, draft=True)).json()
    assert change["state"] == "draft"
    answer = await practice.act(change, "approve", NOW, role=Role.PRESCRIBER)
    assert problem(answer) == (409, "plan-change.wrong-state")
    sent = await practice.done(change, "propose", NOW)
    assert sent["state"] == "proposed"


async def test_rejected_says_why_and_changes_nothing(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    change = (await practice.proposes(NOW)).json()
    body = {"reason": "See the patient first"}
    rejected = await practice.done(change, "reject", NOW, body=body, role=Role.PRESCRIBER)
    assert (rejected["state"], rejected["decision_note"]) == ("rejected", "See the patient first")
    assert problem(await practice.act(change, "order", NOW)) == (409, "plan-change.wrong-state")


async def test_a_verbal_order_is_read_back_and_signed_by_who_gave_it(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await entitles(monitoring, OTHER_DOCTOR)
    change = (await practice.proposes(NOW)).json()
    said = {"prescriber": DOCTOR, "read_back": False}
    assert problem(await practice.act(change, "verbal-order", NOW, said)) == (422, "plan-change.not-read-back")
    nobody = {"prescriber": "prescriber-9", "read_back": True}
    assert problem(await practice.act(change, "verbal-order", NOW, nobody)) == (403, "plan-change.no-authority")
    mine = {"prescriber": NURSE, "read_back": True}
    assert problem(await practice.act(change, "verbal-order", NOW, mine)) == (403, "plan-change.self-approval")
    given = await practice.done(change, "verbal-order", NOW, body={"prescriber": DOCTOR, "read_back": True})
    assert (given["state"], given["decided_by"], given["verbal_recorded_by"]) == ("approved", DOCTOR, NURSE)
    assert given["sign_due"] == instant("2026-09-04 07:30")
    await practice.time_passes("2026-09-04 07:30")
    (need,) = await messages(monitoring, "NeedIdentified")
    assert need["kind"] == "co-signature"
    other = await practice.act(change, "sign", "2026-09-04 07:00", role=Role.PRESCRIBER, by=OTHER_DOCTOR)
    assert problem(other) == (403, "plan-change.not-yours")
    signed = await practice.done(change, "sign", "2026-09-04 07:00", role=Role.PRESCRIBER)
    assert signed["signed_at"] == instant("2026-09-04 07:00")


# -- a prescriber's own order, and a nurse's own licence


async def test_an_sglt2_inhibitor_is_held_by_a_prescriber_and_not_by_a_nurse(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    name = "empagliflozin"
    refused = await practice.tries(None, NOW, name=name, kind="hold")
    assert (problem(refused), refused.json()["reason_code"]) == ((422, "plan-change.refused"), "new-drug-or-stop")
    body = {"plan_id": practice.plan["id"], "medicine_id": practice.line(name), "kind": "hold", "reason": "Ketones"}
    nurse = practice.as_(Role.CASE_MANAGER, NOW)
    assert (await nurse.post("/v1/plan-changes/order", json=body)).status_code == 403
    ordered = (await practice.as_(Role.PRESCRIBER, NOW).post("/v1/plan-changes/order", json=body)).json()
    alone = {"said_back": "I stop it", "understood": True}
    answer = await practice.act(ordered, "teach-back", NOW, alone, role=Role.PRESCRIBER)
    assert problem(answer) == (403, "plan-change.self-approval")
    assert (await practice.medicine(NOW, name))["status"] == "active"
    await practice.taught(ordered, NOW)
    assert (await practice.medicine(NOW, name))["status"] == "on-hold"


async def test_a_nurse_holds_a_dose_and_calls(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    body: dict[str, Any] = {
        "plan_id": practice.plan["id"],
        "medicine_id": practice.line(),
        "until": local("2026-09-04 07:30").isoformat(),
        "reason": "Glucose 62, not eating",
        "informed": "Dr. Example, on call",
    }
    nurse = practice.as_(Role.CASE_MANAGER, NOW)
    held = (await nurse.post("/v1/plan-changes/hold-dose", json=body)).json()
    assert (held["path"], held["state"], held["informed"]) == ("safety-hold", "effective", "Dr. Example, on call")
    medicine = await practice.medicine(NOW)
    assert (medicine["dose"], medicine["status"]) == ("24", "active")
    longer = {**body, "until": local("2026-09-04 07:31").isoformat()}
    answer = await nurse.post("/v1/plan-changes/hold-dose", json=longer)
    assert problem(answer) == (422, "plan-change.hold-too-long")
    over = await nurse.post("/v1/plan-changes/hold-dose", json={**body, "until": "2001-01-01T00:00:00Z"})
    assert problem(over) == (422, "plan-change.hold-in-the-past")


async def test_acts_say_why_they_are_not_allowed(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    change = (await practice.proposes(NOW)).json()
    acts = {each["act"]: each for each in change["acts"]}
    assert acts["withdraw"]["allowed"]
    assert not acts["approve"]["allowed"]
    assert all(each["reason"] for each in acts.values() if not each["allowed"])
