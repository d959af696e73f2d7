"""A change is judged again at every act until it takes effect, and watched afterwards (clinical §6.4, L9)."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.between import (
    a_critical_alert,
    a_low,
    a_low_that_comes_late,
    a_newer_version,
    a_pause,
    a_revocation,
    an_end,
    consent_is_withdrawn,
    death,
    the_patients_order_ends,
    the_switch_is_turned_off,
)
from tests.support.makers_monitoring import local
from tests.support.makers_plans import DOCTOR, NURSE, Practice, on_glargine

NOW, NEXT = "2026-09-03 07:30", "2026-09-03 19:30"
MIDDAY = "2026-09-03 12:00"
SAID = {"said_back": "26 units tonight", "understood": True}
Between = Callable[[Practice, str], Awaitable[Any]]


REASONS: list[tuple[Between, str]] = [
    (a_low, "hypoglycaemia-lock"),
    (a_low_that_comes_late, "hypoglycaemia-lock"),
    (a_critical_alert, "critical-alert-open"),
    (a_revocation, "order-revoked"),
    (a_newer_version, "order-superseded"),
    (the_patients_order_ends, "no-patient-order"),
    (consent_is_withdrawn, "consent-withdrawn"),
    (a_pause, "no-active-enrollment"),
    (an_end, "no-active-enrollment"),
    (the_switch_is_turned_off, "protocol-path-off"),
    (death, "deceased"),
]


async def notices(practice: Practice, **query: Any) -> list[dict[str, Any]]:
    answer = await practice.as_(Role.PRESCRIBER, NEXT).get("/v1/notices", params={"limit": 200, **query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def stopped(practice: Practice, change: dict[str, Any], now: str) -> set[str]:
    """The codes by which a change was stopped; nothing of it is in the list, prescriber and nurse were told."""
    found = (await practice.as_(Role.CASE_MANAGER, now).get(f"/v1/plan-changes/{change['id']}")).json()
    assert (found["state"], found["effective_at"], found["plan_number"]) == ("stopped", None, None)
    assert (await practice.medicine(now))["dose"] == "24"
    told = await notices(practice, plan_change_id=change["id"], kind="change-stopped")
    assert {each["told"] for each in told} == {NURSE, DOCTOR}
    assert {each["reason_code"] for each in told} == {found["stopped"][0]["code"]}
    assert all(each["sbar"]["request"] for each in told)
    history = (await practice.as_(Role.CASE_MANAGER, now).get(f"/v1/plan-changes/{change['id']}/history")).json()
    assert history[-1]["act"] == "stop"
    return {each["code"] for each in found["stopped"]}


@pytest.mark.parametrize(("between", "code"), REASONS)
async def test_a_step_is_judged_again_when_the_patient_is_told(monitoring: Api, between: Between, code: str) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    await between(practice, MIDDAY)
    answer = await practice.act(step, "teach-back", NEXT, SAID)
    if answer.status_code == 409:  # the clock's jobs have seen it first
        assert problem(answer) == (409, "plan-change.wrong-state")
    else:
        assert (answer.status_code, answer.json()["state"]) == (200, "stopped"), answer.text
    assert code in await stopped(practice, step, NEXT)


@pytest.mark.parametrize(("between", "code"), REASONS)
async def test_a_step_is_judged_again_before_it_takes_effect(monitoring: Api, between: Between, code: str) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    body = {**SAID, "starts_at": local(NEXT).isoformat()}
    told = await practice.done(step, "teach-back", NOW, body=body)
    assert told["state"] == "communicated-to-patient"
    await between(practice, MIDDAY)
    for _ in range(2):
        await practice.time_passes(NEXT)
    assert code in await stopped(practice, step, NEXT)
    (_, mine) = await notices(practice, plan_change_id=step["id"], kind="change-stopped")
    assert "call them" in mine["text"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ({"expires": "2026-09-03"}, "order-expired"),
        ({"persons": [{"person": NURSE, "competent_until": "2026-09-03"}]}, "competency-lapsed"),
    ],
)
async def test_an_order_or_a_competency_may_end_between_telling_and_beginning(
    monitoring: Api, text: dict[str, Any], code: str
) -> None:
    practice = await on_glargine(monitoring, **text)
    step = await practice.steps(26, NOW)
    body = {**SAID, "starts_at": local("2026-09-04 00:30").isoformat()}
    await practice.done(step, "teach-back", "2026-09-03 20:00", body=body)
    await practice.time_passes("2026-09-04 00:30")
    assert code in await stopped(practice, step, "2026-09-04 01:00")


async def test_a_suspension_in_between_stops_the_next_step(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await practice.taught(await practice.steps(26, NOW), NOW)
    for day, value in (("06", 162), ("07", 158), ("08", 165)):
        await practice.patient.sends("glucose_fasting", value, "mg/dL", f"2026-09-{day} 07:00")
    step = await practice.steps(28, "2026-09-08 20:00")
    body = {**SAID, "starts_at": local("2026-09-09 08:00").isoformat()}
    await practice.done(step, "teach-back", "2026-09-08 20:00", body=body)
    # The co-signature of the first was due on Friday; two business days around Labor Day end on Tuesday night.
    await practice.time_passes("2026-09-09 00:00")
    await practice.time_passes("2026-09-09 08:00")
    found = (await practice.as_(Role.CASE_MANAGER, NEXT).get(f"/v1/plan-changes/{step['id']}")).json()
    assert (found["state"], found["stopped"][0]["code"]) == ("stopped", "order-suspended")
    assert (await practice.medicine("2026-09-09 08:01"))["dose"] == "26"


async def test_a_step_that_still_stands_takes_effect_and_no_act_became_stale_by_looking(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    for now in ("2026-09-03 09:00", "2026-09-03 11:00"):
        await practice.time_passes(now)
    client = practice.as_(Role.CASE_MANAGER, NEXT)
    answer = await client.post(f"/v1/plan-changes/{step['id']}/teach-back", json=SAID, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["state"]) == (200, "effective"), answer.text


async def test_what_is_told_begins_within_a_day_or_as_the_practice_says(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    late = {**SAID, "starts_at": local("2026-09-04 07:31").isoformat()}
    assert problem(await practice.act(step, "teach-back", NOW, late)) == (422, "plan-change.starts-too-late")
    admin = practice.as_(Role.CLINIC_ADMIN, NOW)
    said = {"time_zone": "America/New_York", "starts_within_hours": 48}
    put = await admin.put("/v1/practice", json=said, headers={"If-Match": '"0"'})
    assert put.json()["starts_within_hours"] == 48, put.text
    assert (await practice.done(step, "teach-back", NOW, body=late))["state"] == "communicated-to-patient"


async def test_a_stopped_step_waits_for_no_cosignature_and_blocks_no_proposal(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    await a_low(practice, MIDDAY)
    await practice.act(step, "teach-back", NEXT, SAID)
    refused = await practice.act(step, "cosign", NEXT, role=Role.PRESCRIBER)
    assert problem(refused) == (409, "plan-change.wrong-state")
    assert (await practice.proposes(NEXT, dose=22)).status_code == 201


# -- a prescriber's decision: stopped by what was not known when it was made


async def approved(practice: Practice, dose: int) -> dict[str, Any]:
    change: dict[str, Any] = (await practice.proposes(NOW, dose=dose)).json()
    return await practice.done(change, "approve", NOW, role=Role.PRESCRIBER)


@pytest.mark.parametrize("act", ["order", "teach-back"])
async def test_more_insulin_is_asked_anew_after_a_low_that_the_prescriber_did_not_know(
    monitoring: Api, act: str
) -> None:
    practice = await on_glargine(monitoring)
    change = await approved(practice, 32)
    if act == "teach-back":
        await practice.done(change, "order", NOW)
    await a_low(practice, MIDDAY)
    done = await practice.done(change, act, NEXT, body=SAID if act == "teach-back" else None)
    assert (done["state"], [each["code"] for each in done["stopped"]]) == ("stopped", ["hypoglycaemia-lock"])
    assert await stopped(practice, change, NEXT) == {"hypoglycaemia-lock"}


async def test_less_insulin_is_not_held_up_by_a_low(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    change = await approved(practice, 20)
    await practice.done(change, "order", NOW)
    await a_critical_alert(practice, MIDDAY)
    assert (await practice.taught(change, NEXT))["state"] == "effective"


async def test_a_low_that_was_known_when_it_was_decided_stops_nothing(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await practice.patient.measures(66, "2026-09-03 06:30")
    change = await approved(practice, 32)
    await practice.done(change, "order", NOW)
    assert (await practice.taught(change, NEXT))["state"] == "effective"


# -- after it took effect: prescriber and nurse are told, with an SBAR note


@pytest.mark.parametrize(
    ("between", "code"), [(a_low, "hypoglycaemia-lock"), (a_critical_alert, "critical-alert-open")]
)
async def test_what_comes_after_and_would_have_forbidden_it_raises_the_sbar_path_once(
    monitoring: Api, between: Between, code: str
) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    await practice.taught(step, NOW)
    await practice.time_passes("2026-09-03 09:30")
    assert await notices(practice, kind="step-contradicted") == []
    await between(practice, MIDDAY)
    for now in ("2026-09-03 12:01", "2026-09-03 14:00"):
        await practice.time_passes(now)
    told = [each for each in await notices(practice, kind="step-contradicted") if each["reason_code"] == code]
    assert {each["told"] for each in told} == {NURSE, DOCTOR}
    assert len(told) == 2
    assert "from 24 to 26 [iU]" in told[0]["sbar"]["situation"]
    assert told[0]["sbar"]["request"].startswith("Back to 24 [iU]")
    # The step itself stands until a prescriber answers: nobody unmakes it alone.
    assert (await practice.medicine(NEXT))["dose"] == "26"


async def test_a_notice_is_answered_once(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, NOW)
    (notice,) = await notices(practice, told=DOCTOR, unread=True)
    assert (notice["kind"], notice["plan_change_id"], notice["answer_by"]) == (
        "step-applied",
        step["id"],
        step["cosign_due"],
    )
    doctor, path = practice.as_(Role.PRESCRIBER, NEXT), f"/v1/notices/{notice['id']}/acknowledge"
    answered = await doctor.post(path, json={"answer": "Agreed"}, headers={"If-Match": '"1"'})
    assert (answered.json()["acknowledged_by"], answered.json()["answer"]) == (DOCTOR, "Agreed")
    assert problem(await doctor.post(path, json={"answer": "Agreed"}, headers={"If-Match": '"1"'}))[0] == 412
    again = await doctor.post(path, json={"answer": "Agreed"}, headers={"If-Match": '"2"'})
    assert problem(again) == (409, "notice.answered")
    assert await notices(practice, told=DOCTOR, unread=True) == []


# -- a dose held for safety


async def test_a_dose_is_held_once_and_the_prescriber_is_told_each_time(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)

    async def holds(now: str, until: str) -> Any:
        line = {"plan_id": practice.plan["id"], "medicine_id": practice.line()}
        body = {**line, "until": local(until).isoformat(), "reason": "Vomiting", "informed": "Dr. Example"}
        return await practice.as_(Role.CASE_MANAGER, now).post("/v1/plan-changes/hold-dose", json=body)

    first = await holds(NOW, NEXT)
    assert (first.status_code, first.json()["held_until"]) == (201, "2026-09-03T23:30:00Z")
    for now, until in (
        (MIDDAY, "2026-09-04 08:00"),
        (NEXT, "2026-09-04 08:00"),
        ("2026-09-04 19:29", "2026-09-05 08:00"),
    ):
        assert problem(await holds(now, until)) == (409, "plan-change.already-held"), now
    assert (await holds("2026-09-04 19:30", "2026-09-05 08:00")).status_code == 201
    told = await notices(practice, kind="dose-held")
    assert [each["told"] for each in told] == [DOCTOR, DOCTOR]
    assert "Vomiting" in told[0]["text"]
