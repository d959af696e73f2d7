"""Needs: joined not doubled, moved by their table, met by evidence, late when their clocks run out."""

import asyncio
from uuid import UUID

import pytest

from services.coordination.jobs import breaches
from services.coordination.usecases import enrollments
from shared.db.session import transaction
from shared.kit.ids import new_id
from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    DISCHARGED,
    Json,
    a_discharge,
    a_patient,
    at,
    clock_of,
    days,
    good,
    local,
    need_of,
    new_york,
    tag,
)


async def a_need(api: Api, kind: str = "vaccines", **changes: object) -> Json:
    """A need of a new patient."""
    patient = await a_patient(api)
    body = {"patient_id": patient["id"], "kind": kind, "reason": "Asked for", **changes}
    return await good(await at(api).post("/v1/needs", json=body))


async def act(api: Api, need: Json, what: str, body: Json, *, now: str = "2026-09-04 15:30") -> Json:
    """An act on a need."""
    client = at(api, new_york(now))
    return await good(await client.post(f"/v1/needs/{need['id']}/{what}", json=body, headers=tag(need)))


async def read(api: Api, need: Json, now: str = "2026-09-04 15:30") -> Json:
    """A need as it stands at a moment."""
    return await good(await at(api, new_york(now)).get(f"/v1/needs/{need['id']}"))


async def test_the_same_need_is_joined_its_strictest_clock_wins_and_all_reasons_stay(coordination: Api) -> None:
    need = await a_need(coordination, clocks=[{"rule": "+10d"}])
    body = {"patient_id": need["patient_id"], "kind": "vaccines", "reason": "Travel", "clocks": [{"rule": "+2bd"}]}
    answer = await at(coordination).post("/v1/needs", json={**body, "priority": "urgent"})
    joined = await good(answer)
    assert (answer.status_code, joined["id"]) == (200, need["id"])
    assert local(joined["due_at"]) == "Wed 2026-09-09 23:59"
    assert {reason["text"] for reason in joined["reasons"]} == {"Asked for", "Travel"}
    assert joined["priority"] == "urgent"
    work = await good(await at(coordination).get(f"/v1/worklist?patient_id={need['patient_id']}"))
    assert [(item["due_at"], item["priority"]) for item in work["items"]] == [(joined["due_at"], "urgent")]


async def test_saying_the_same_again_postpones_nothing(coordination: Api) -> None:
    need = await a_need(coordination, "alert-follow-up", source={"kind": "monitoring-alert", "id": "a-1"})
    body = {
        "patient_id": need["patient_id"],
        "kind": "alert-follow-up",
        "reason": "Asked for",
        "source": {"kind": "monitoring-alert", "id": "a-1"},
    }
    later = await good(await at(coordination, DISCHARGED + days(3), Role.INTEGRATION).post("/v1/needs", json=body))
    assert (later["due_at"], len(later["reasons"])) == (need["due_at"], 1)


async def test_at_once_from_many_sides_it_is_one_need(coordination: Api) -> None:
    patient = await a_patient(coordination)
    clients = [at(coordination) for _ in range(6)]
    body = {"patient_id": patient["id"], "kind": "supplies", "reason": "Strips for 3 days left"}
    answers = await asyncio.gather(*(client.post("/v1/needs", json=body) for client in clients))
    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]


async def test_a_need_moves_by_its_table_and_keeps_its_history(coordination: Api) -> None:
    need = await a_need(coordination)
    need = await act(coordination, need, "arrange", {"means": {"kind": "task", "note": "Pharmacy"}})
    need = await act(coordination, need, "progress", {})
    need = await act(coordination, need, "release", {"note": "Pharmacy closed"})
    assert need["state"] == "identified"
    refused = await at(coordination).post(f"/v1/needs/{need['id']}/release", json={}, headers=tag(need))
    assert problem(refused) == (409, "need.act-not-allowed")
    body = {"evidence": {"kind": "task-done"}, "done_at": DISCHARGED.isoformat(), "cost": {"amount": "12.50"}}
    for currency in ("ZZZ", "XXX"):
        paid = {**body, "cost": {"amount": "12.50", "currency": currency}}
        refused = await at(coordination).post(f"/v1/needs/{need['id']}/meet", json=paid, headers=tag(need))
        assert problem(refused) == (422, "currency.unknown")
    need = await act(coordination, need, "meet", body)
    assert (need["state"], need["cost"]) == ("met", {"amount": "12.50", "currency": "USD"})
    need = await act(coordination, need, "reopen", {"note": "Recorded for the wrong patient"})
    assert clock_of(need, "clinical")["state"] == "open"
    past = (await read(coordination, need))["history"]
    assert [entry["act"] for entry in past] == [
        "identify", "arrange", "progress", "release", "meet", "reopen",
    ]  # fmt: skip
    assert all(entry["by"] == "coordinator-1" for entry in past)


async def test_acts_are_listed_with_the_reason_for_each_that_is_not_allowed(coordination: Api) -> None:
    need = await a_need(coordination)
    acts = {entry["act"]: entry for entry in need["acts"]}
    assert acts["waive"] == {"act": "waive", "allowed": True, "reason": None}
    assert acts["reopen"]["reason"] == "the need is identified"
    assert "telemonitoring" in acts["enroll"]["reason"]
    seen = await good(await at(coordination, role=Role.PHARMACIST).get(f"/v1/needs/{need['id']}"))
    assert {entry["act"] for entry in seen["acts"] if entry["allowed"]} == {"arrange", "progress", "meet"}


@pytest.mark.parametrize(
    ("what", "body", "code"),
    [
        ("waive", {"code": "because"}, "need.code-unknown"),
        ("withdraw", {"code": "patient-declined"}, "need.code-unknown"),
        ("give-up", {"code": "unable-to-reach"}, "need.more-attempts-needed"),
        (
            "meet",
            {"evidence": {"kind": "first-reading"}, "done_at": DISCHARGED.isoformat()},
            "need.evidence-does-not-fit",
        ),
        ("meet", {"evidence": {"kind": "task-done"}, "done_at": "2031-01-01T00:00:00Z"}, "time.in-the-future"),
        ("enroll", {"protocol": "heart-failure"}, "need.not-telemonitoring"),
        (
            "pause",
            {"reason": "x", "since": "2026-09-04T00:00:00Z", "until": "2026-09-03T00:00:00Z"},
            "need.pause-impossible",
        ),
    ],
)
async def test_what_does_not_fit_is_refused_and_changes_nothing(
    coordination: Api, what: str, body: Json, code: str
) -> None:
    need = await a_need(coordination)
    answer = await at(coordination).post(f"/v1/needs/{need['id']}/{what}", json=body, headers=tag(need))
    assert answer.json()["code"] == code
    assert (await read(coordination, need))["version"] == need["version"]


async def test_reopening_never_makes_two_open_needs_of_one_kind(coordination: Api) -> None:
    need = await a_need(coordination)
    waived = await act(coordination, need, "waive", {"code": "patient-declined"})
    body = {"patient_id": need["patient_id"], "kind": "vaccines", "reason": "Asked again"}
    await good(await at(coordination).post("/v1/needs", json=body))
    answer = await at(coordination).post(f"/v1/needs/{need['id']}/reopen", json={}, headers=tag(waived))
    assert problem(answer) == (409, "need.already-open")


async def test_work_done_in_time_and_recorded_late_is_on_time(coordination: Api) -> None:
    need = await a_need(coordination, clocks=[{"rule": "+1bd"}])
    body = {"evidence": {"kind": "task-done"}, "done_at": new_york("2026-09-08 23:59").isoformat()}
    met = await act(coordination, need, "meet", body, now="2026-09-12 09:00")
    assert clock_of(met, "clinical")["state"] == "met"
    last = (await read(coordination, met, "2026-09-12 09:00"))["history"][-1]
    assert (local(last["done_at"]), local(last["recorded_at"])) == ("Tue 2026-09-08 23:59", "Sat 2026-09-12 09:00")


async def test_a_minute_too_late_is_late(coordination: Api) -> None:
    need = await a_need(coordination, clocks=[{"rule": "+1bd"}])
    body = {"evidence": {"kind": "task-done"}, "done_at": new_york("2026-09-09 00:00").isoformat()}
    met = await act(coordination, need, "meet", body, now="2026-09-12 09:00")
    assert clock_of(met, "clinical")["state"] == "met-late"


async def test_a_pause_stops_the_clocks_and_resuming_lets_them_run_on(coordination: Api) -> None:
    need = await a_need(coordination, clocks=[{"rule": "+48h"}])
    held = await act(coordination, need, "pause", {"reason": "Travelling"}, now="2026-09-05 15:20")
    assert (held["due_at"], clock_of(held, "clinical")["state"]) == (None, "paused")
    on = await act(coordination, held, "resume", {}, now="2026-09-10 15:20")
    assert local(on["due_at"]) == "Fri 2026-09-11 15:20"


async def test_a_booked_visit_sets_the_day_by_which_medicines_are_reconciled(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    visit = need_of(stay, "visit-face-to-face")
    booked = {"means": {"kind": "task"}, "scheduled_for": new_york("2026-09-10 13:30").isoformat()}
    visit = await act(coordination, visit, "arrange", booked)
    reconciliation = await read(coordination, need_of(stay, "med-reconciliation"))
    assert local(clock_of(reconciliation, "hard-stop")["due_at"]) == "Thu 2026-09-10 23:59"
    done = {"evidence": {"kind": "visit"}, "done_at": new_york("2026-09-09 10:00").isoformat()}
    await act(coordination, visit, "meet", done, now="2026-09-09 18:00")
    reconciliation = await read(coordination, reconciliation)
    assert local(clock_of(reconciliation, "hard-stop")["due_at"]) == "Wed 2026-09-09 23:59"


async def test_sending_the_request_stops_its_clock_and_the_next_one_drives(coordination: Api) -> None:
    cardiology = need_of(await a_discharge(coordination), "cardiology-referral")
    assert local(cardiology["due_at"]) == "Fri 2026-09-04 23:59"
    sent = await act(coordination, cardiology, "arrange", {"means": {"kind": "referral", "id": "r-1"}})
    assert local(sent["due_at"]) == "Fri 2026-09-18 23:59"
    assert clock_of(sent, "request")["state"] == "met"


async def evidence(api: Api, patient_id: str, now: str, **body: object) -> Json:
    """Evidence as monitoring sends it."""
    told = {"patient_id": patient_id, "source": {"kind": "reading", "id": "r-1"}, **body}
    return await good(await at(api, new_york(now), Role.INTEGRATION).post("/v1/need-evidence", json=told))


async def test_the_first_reading_meets_telemonitoring_and_both_its_clocks(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    need = need_of(stay, "telemonitoring")
    at_seven = new_york("2026-09-05 07:05").isoformat()
    done = await evidence(
        coordination, stay["patient_id"], "2026-09-05 07:06", evidence="first-reading", occurred_at=at_seven
    )
    assert done["met"] == [need["id"]]
    met = await read(coordination, need, "2026-09-05 08:00")
    assert {clock["key"]: clock["state"] for clock in met["clocks"]} == {"set-up": "met", "first-reading": "met"}


async def test_both_results_are_needed_before_the_labs_are_met(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    labs, when = need_of(stay, "labs-potassium-creatinine"), new_york("2026-09-16 08:00").isoformat()
    told = {"evidence": "lab-result", "occurred_at": when}
    first = await evidence(coordination, stay["patient_id"], "2026-09-16 10:00", metric="potassium", **told)
    assert (first["met"], first["explanation"]) == ([], "labs-potassium-creatinine: still missing: creatinine")
    other = await evidence(coordination, stay["patient_id"], "2026-09-16 10:00", metric="sodium", **told)
    assert other["met"] == []
    second = await evidence(coordination, stay["patient_id"], "2026-09-16 10:00", metric="creatinine", **told)
    assert second["met"] == [labs["id"]]
    again = await evidence(coordination, stay["patient_id"], "2026-09-16 10:00", metric="creatinine", **told)
    assert again["explanation"] == "no open need of this patient is met by this"


async def test_a_result_from_before_the_discharge_meets_nothing(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    before = new_york("2026-09-03 08:00").isoformat()
    done = await evidence(
        coordination, stay["patient_id"], "2026-09-05 08:00", evidence="first-reading", occurred_at=before
    )
    assert done["met"] == []


async def sweep(api: Api, now: str) -> int:
    """One round of the breach job for this organization."""
    return await breaches.run_once(api.sessions, [api.organization], new_york(now))


async def test_a_breach_is_recorded_once_however_often_the_sweep_runs(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    contact = need_of(stay, "contact-interactive")
    assert await sweep(coordination, "2026-09-04 23:59") == 0
    # Red-flag plan, medication plan and the cardiology request were due on the day itself.
    assert await sweep(coordination, "2026-09-05 00:00") == 3
    # Set-up at 15:20; summary and home health at the end of Sunday; call, first reading and reconciliation at 15:20.
    assert [await sweep(coordination, "2026-09-07 15:21") for _ in range(3)] == [6, 0, 0]
    late = await read(coordination, contact, "2026-09-07 15:21")
    assert late["late"] == ["late-clinical"]
    assert [entry["act"] for entry in late["history"]] == ["identify", "breach"]
    await sweep(coordination, "2026-09-10 00:00")
    late = await read(coordination, contact, "2026-09-10 00:00")
    assert late["late"] == ["late-clinical", "late-programme"]


async def test_a_pause_that_begins_after_the_due_instant_excuses_nothing(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    contact = need_of(stay, "contact-interactive")
    pausing = {"reason": "on holiday", "until": new_york("2026-09-20 08:00").isoformat()}
    client = at(coordination, new_york("2026-09-07 16:00"))
    await good(await client.post(f"/v1/needs/{contact['id']}/pause", json=pausing, headers=tag(contact)))
    assert await asyncio.wait_for(sweep(coordination, "2026-09-07 16:01"), timeout=20) == 9
    late = await read(coordination, contact, "2026-09-07 16:01")
    assert (late["late"], clock_of(late, "clinical")["state"]) == (["late-clinical"], "breached")


async def test_two_sweeps_at_once_record_a_breach_once(coordination: Api) -> None:
    await a_discharge(coordination)
    found = await asyncio.gather(*(sweep(coordination, "2026-09-07 15:21") for _ in range(4)))
    assert sum(found) == 9


async def test_the_watch_ends_well_when_its_days_have_passed(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    await sweep(coordination, "2026-10-05 00:01")
    watch = await read(coordination, need_of(stay, "readmission-watch"), "2026-10-05 00:01")
    assert (watch["state"], clock_of(watch, "programme")["state"], watch["late"]) == ("met", "met", [])


async def test_the_enrollment_is_kept_on_the_need_and_an_exclusion_opens_it_again(coordination: Api) -> None:
    stay = await a_discharge(coordination, enroll={"protocol": "heart-failure"})
    need = need_of(stay, "telemonitoring")
    assert (need["state"], need["means"]["kind"]) == ("arranged", "enrollment")
    enrollment = new_id()
    async with transaction(coordination.sessions, coordination.organization) as tx:
        await enrollments.accepted(tx, UUID(need["id"]), enrollment, now=DISCHARGED)
    kept = await read(coordination, need)
    assert (kept["state"], kept["met_through"]["id"]) == ("in-progress", str(enrollment))
    async with transaction(coordination.sessions, coordination.organization) as tx:
        await enrollments.refused(tx, UUID(need["id"]), "Pregnant: needs an obstetric protocol", now=DISCHARGED)
    back = await read(coordination, need)
    assert (back["state"], back["history"][-1]["note"]) == ("identified", "Pregnant: needs an obstetric protocol")
