"""A plan is seen before it counts, adjusted within limits, accepted; a correction re-plans by difference."""

from typing import Any

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    DISCHARGED,
    FAILING_HEART,
    Json,
    a_discharge,
    a_patient,
    a_stay,
    at,
    clock_of,
    discharge,
    good,
    local,
    need_of,
    new_york,
    tag,
)

FACTS: Json = {"lvef_percent": "30", "nyha": "II"}
BODY: Json = {"ended_at": DISCHARGED.isoformat(), "diagnoses": FAILING_HEART, "facts": FACTS}
LATER = new_york("2026-09-05 10:00")


async def needs_of(api: Api, stay: Json, **wanted: str) -> dict[str, Json]:
    """The patient's needs by kind."""
    query = "&".join(f"{name}={value}" for name, value in wanted.items())
    page = await good(
        await at(api, LATER).get(f"/v1/needs?patient_id={stay['patient_id']}&limit=200&{query}".replace(" ", ""))
    )
    return {need["kind"]: need for need in page["items"]}


async def work(api: Api, stay: Json) -> list[Json]:
    page = await good(await at(api, LATER).get(f"/v1/worklist?patient_id={stay['patient_id']}&limit=200"))
    found: list[Json] = page["items"]
    return found


async def proposed(api: Api, **changes: Any) -> Json:
    return await discharge(
        api, await a_stay(api, await a_patient(api)), **{"facts": FACTS, "plan": "propose", **changes}
    )


async def accept(api: Api, stay: Json, **adjust: object) -> Json:
    client = at(api, LATER)
    return await good(await client.post(f"/v1/stays/{stay['id']}/plan/accept", json=adjust, headers=tag(stay)))


async def test_a_preview_shows_what_the_discharge_then_does_and_keeps_nothing(coordination: Api) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    seen = await good(await at(coordination).post(f"/v1/stays/{stay['id']}/discharge/preview", json=BODY))
    assert await needs_of(coordination, stay) == {}
    assert (await good(await at(coordination).get(f"/v1/stays/{stay['id']}")))["state"] == "in-progress"
    done = await discharge(coordination, stay, facts=FACTS)
    assert {c["kind"]: (c["change"], c["due_after"], c["priority"]) for c in seen["changes"]} == {
        need["kind"]: ("opens", need["due_at"], need["priority"]) for need in done["plan"]["needs"]
    }
    assert [c["pathway"] for c in seen["chosen"]] == ["transition", "heart-failure"]


async def test_the_choice_names_the_facts_it_used_and_those_it_missed(coordination: Api) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    url = f"/v1/stays/{stay['id']}/discharge/preview"
    bare = await good(await at(coordination).post(url, json={**BODY, "facts": {}}))
    assert bare["missing"] == ["admissions_6_months", "lvef", "nyha"]
    full = await good(await at(coordination).post(url, json=BODY))
    facts = {fact["name"]: (fact["value"], fact["used_by"]) for fact in full["facts"]}
    assert full["missing"] == ["admissions_6_months"]
    assert facts["lvef"] == ("30", ["heart-failure"])
    assert facts["complexity"] == ("moderate", ["transition"])
    assert "I50.23 (secondary)" in facts["diagnoses"][0]


async def test_a_proposed_plan_opens_nothing_and_waits_on_the_worklist(coordination: Api) -> None:
    stay = await proposed(coordination)
    assert (stay["plan"]["state"], stay["plan"]["needs"]) == ("proposed", [])
    assert len(stay["plan"]["proposed"]) > 15
    [waits] = await work(coordination, stay)
    assert (waits["source"], waits["source_id"], local(waits["due_at"])) == (
        "stay",
        stay["id"],
        "Fri 2026-09-04 23:59",
    )
    accepted = await accept(coordination, stay)
    assert accepted["plan"]["state"] == "accepted"
    assert {n["kind"] for n in accepted["plan"]["needs"]} == {c["kind"] for c in stay["plan"]["proposed"]}
    assert local(need_of(accepted, "contact-interactive")["due_at"]) == "Mon 2026-09-07 15:20"
    assert all(one["source"] == "need" for one in await work(coordination, stay))
    again = await at(coordination, LATER).post(f"/v1/stays/{stay['id']}/plan/accept", json={}, headers=tag(accepted))
    assert problem(again) == (409, "plan.nothing-proposed")


async def test_a_coordinator_drops_changes_and_adds_before_accepting(coordination: Api) -> None:
    stay = await proposed(coordination)
    accepted = await accept(
        coordination,
        stay,
        drop=[{"kind": "caregiver-assessment", "code": "already-done-elsewhere", "note": "Daughter is a nurse"}],
        change=[
            {"kind": "nutrition-education", "owner": "dee", "clock": {"rule": "+10d", "because": "Dietitian is away"}}
        ],
        add=[{"kind": "falls-assessment", "reason": "Two falls this summer"}],
    )
    needs = {need["kind"]: need for need in accepted["plan"]["needs"]}
    assert "caregiver-assessment" not in needs
    [dropped] = accepted["plan"]["dropped"]
    assert (dropped["kind"], dropped["code"], dropped["by"]) == (
        "caregiver-assessment",
        "already-done-elsewhere",
        "coordinator-1",
    )
    nutrition = needs["nutrition-education"]
    assert (nutrition["owner"], local(nutrition["due_at"])) == ("dee", "Mon 2026-09-14 23:59")
    assert "moved by coordinator-1 on 2026-09-05: Dietitian is away" in nutrition["clocks"][0]["explanation"]
    [reason] = needs["falls-assessment"]["reasons"]
    assert (reason["text"], reason["recorded_by"]) == ("Two falls this summer", "coordinator-1")
    assert needs["cardiology-referral"]["reasons"][0]["pathway_version"] == "2026.1"
    assert "heart failure programme, Class 1" in needs["cardiology-referral"]["reasons"][0]["citation"].replace(
        "multidisciplinary programme", "heart failure programme"
    )


@pytest.mark.parametrize(
    ("adjust", "code"),
    [
        ({"drop": [{"kind": "retinal-exam", "code": "patient-declined"}]}, "plan.kind-not-in-plan"),
        (
            {
                "drop": [{"kind": "vaccines", "code": "patient-declined"}],
                "change": [{"kind": "vaccines", "owner": "jo"}],
            },
            "plan.adjusted-twice",
        ),
        (
            {"change": [{"kind": "nutrition-education", "clock": {"rule": "+22d", "because": "x"}}]},
            "plan.due-beyond-limit",
        ),
        (
            {
                "change": [
                    {"kind": "contact-interactive", "clock": {"key": "programme", "rule": "+3bd", "because": "x"}}
                ]
            },
            "plan.due-beyond-limit",
        ),
        (
            {"change": [{"kind": "contact-interactive", "clock": {"rule": "+6d", "because": "x"}}]},
            "plan.due-beyond-limit",
        ),
        (
            {"change": [{"kind": "vaccines", "clock": {"key": "odd", "rule": "+1d", "because": "x"}}]},
            "plan.due-beyond-limit",
        ),
    ],
)
async def test_what_goes_beyond_the_limits_is_refused_and_the_plan_still_waits(
    coordination: Api, adjust: Json, code: str
) -> None:
    stay = await proposed(coordination)
    client = at(coordination, LATER)
    answer = await client.post(f"/v1/stays/{stay['id']}/plan/accept", json=adjust, headers=tag(stay))
    assert problem(answer) == (422, code)
    assert await needs_of(coordination, stay) == {}
    assert len(await work(coordination, stay)) == 1


async def test_an_adjustment_goes_with_the_discharge_too(coordination: Api) -> None:
    stay = await a_discharge(coordination, adjust={"drop": [{"kind": "vaccines", "code": "patient-declined"}]})
    assert "vaccines" not in {need["kind"] for need in stay["plan"]["needs"]}


async def test_a_cancelled_discharge_takes_its_proposal_with_it(coordination: Api) -> None:
    stay = await proposed(coordination)
    client = at(coordination, LATER)
    url = f"/v1/stays/{stay['id']}/discharge/cancel"
    undone = await good(await client.post(url, json={"reason": "Still in"}, headers=tag(stay)))
    assert await work(coordination, stay) == []
    answer = await client.post(f"/v1/stays/{stay['id']}/plan/accept", json={}, headers=tag(undone))
    assert problem(answer) == (409, "plan.nothing-proposed")


async def corrected(api: Api, stay: Json, **body: object) -> tuple[Json, Json]:
    """A correction, looked at first and then applied."""
    client = at(api, LATER)
    said = {"reason": "The record says so", **body}
    seen = await good(await client.post(f"/v1/stays/{stay['id']}/correct/preview", json=said))
    done = await good(await client.post(f"/v1/stays/{stay['id']}/correct", json=said, headers=tag(stay)))
    assert [(c["kind"], c["change"], c["due_after"]) for c in seen["changes"]] == [
        (c["kind"], c["change"], c["due_after"]) for c in done["changes"]
    ]
    return seen, done


def changes(done: Json) -> dict[str, str]:
    return {c["kind"]: c["change"] for c in done["changes"] if c["change"] != "unchanged"}


async def test_a_discharge_that_was_a_transfer_withdraws_untouched_work_only(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    rehab = need_of(stay, "cardiac-rehab-referral")
    await at(coordination).post(f"/v1/needs/{rehab['id']}/assign", json={"owner": "jo"}, headers=tag(rehab))
    seen, done = await corrected(coordination, stay, disposition="short-term-hospital")
    assert done["disposition"] == "short-term-hospital"
    found = changes(seen)
    assert found.pop("cardiac-rehab-referral") == "kept"
    assert set(found.values()) == {"withdraws"}
    now = await needs_of(coordination, stay)
    assert (now["contact-interactive"]["state"], now["contact-interactive"]["closed_code"]) == (
        "withdrawn",
        "transferred",
    )
    assert (now["cardiac-rehab-referral"]["state"], now["cardiac-rehab-referral"]["owner"]) == ("identified", "jo")
    assert [one["title"] for one in await work(coordination, stay)] == ["Refer to cardiac rehabilitation"]


async def test_a_corrected_ejection_fraction_changes_one_need(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    _, done = await corrected(coordination, stay, facts={"lvef_percent": "55", "nyha": "II"})
    assert changes(done) == {"cardiac-rehab-referral": "withdraws"}
    again = await good(await at(coordination, LATER).get(f"/v1/stays/{stay['id']}"))
    _, back = await corrected(coordination, again, facts={"lvef_percent": "30", "nyha": "II"})
    assert changes(back) == {"cardiac-rehab-referral": "opens"}
    assert local((await needs_of(coordination, stay, open="true"))["cardiac-rehab-referral"]["due_at"]) == (
        "Fri 2026-09-11 23:59"
    )


async def test_a_corrected_discharge_day_moves_every_clock_of_open_work(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    body = {
        "patient_id": stay["patient_id"],
        "channel": "phone",
        "outcome": "reached",
        "started_at": new_york("2026-09-05 09:00").isoformat(),
    }
    assert (await at(coordination, LATER).post("/v1/contacts", json=body)).status_code == 201
    _, done = await corrected(coordination, stay, ended_at=new_york("2026-09-03 18:00").isoformat())
    found = changes(done)
    assert found.pop("contact-interactive") == "kept"
    assert set(found.values()) == {"moves"}
    now = await needs_of(coordination, stay)
    assert now["contact-interactive"]["state"] == "met"
    assert local(clock_of(now["visit-face-to-face"], "visit")["due_at"]) == "Thu 2026-09-10 23:59"
    assert now["cardiac-rehab-referral"]["earliest_start"] == "2026-10-15"


async def test_a_booked_visit_keeps_the_hard_stop_through_a_correction(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    visit = need_of(stay, "visit-face-to-face")
    booked = {"means": {"kind": "task"}, "scheduled_for": new_york("2026-09-10 13:30").isoformat()}
    await good(await at(coordination).post(f"/v1/needs/{visit['id']}/arrange", json=booked, headers=tag(visit)))
    _, done = await corrected(coordination, stay, facts={"lvef_percent": "55", "nyha": "II"})
    assert changes(done) == {"cardiac-rehab-referral": "withdraws"}
    reconciled = (await needs_of(coordination, stay))["med-reconciliation"]
    assert local(clock_of(reconciled, "hard-stop")["due_at"]) == "Thu 2026-09-10 23:59"


async def test_what_was_dropped_stays_dropped_and_what_was_added_stays(coordination: Api) -> None:
    stay = await a_discharge(
        coordination,
        adjust={
            "drop": [{"kind": "vaccines", "code": "patient-declined"}],
            "add": [{"kind": "falls-assessment", "reason": "Two falls"}],
        },
    )
    diabetes = [*FAILING_HEART[1:3], {"system": "icd-10-cm", "code": "E11.65", "role": "principal"}]
    _, done = await corrected(coordination, stay, diagnoses=diabetes)
    found = changes(done)
    assert "retinal-exam" in [kind for kind, change in found.items() if change == "opens"]
    assert "falls-assessment" not in found
    assert "vaccines" not in await needs_of(coordination, stay)


async def test_a_correction_shows_both_scores_and_overwrites_none(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    before = {score["id"] for score in stay["risk"]["scores"]}
    _, done = await corrected(coordination, stay, started_at=new_york("2026-08-20 11:00").isoformat())
    assert before.isdisjoint(score["id"] for score in done["risk"]["scores"])
    page = await good(await at(coordination, LATER).get(f"/v1/risk-scores?stay_id={stay['id']}&limit=50"))
    assert before <= {score["id"] for score in page["items"]}


async def test_a_correction_takes_the_version_that_was_seen(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    client, url = at(coordination, LATER), f"/v1/stays/{stay['id']}/correct"
    body = {"reason": "x", "disposition": "hospice"}
    assert (await client.post(url, json=body)).status_code == 428
    assert (await client.post(url, json=body, headers={"If-Match": '"1"'})).status_code == 412
    same = await client.post(url, json={"reason": "x", "disposition": "home"}, headers=tag(stay))
    assert problem(same) == (422, "stay.nothing-to-correct")
    running = await a_stay(coordination, await a_patient(coordination))
    early = await client.post(f"/v1/stays/{running['id']}/correct", json=body, headers=tag(running))
    assert problem(early) == (409, "stay.act-not-allowed")


async def test_a_discharge_without_a_plan_gets_none_by_a_correction(coordination: Api) -> None:
    stay = await a_discharge(coordination, plan="never")
    _, done = await corrected(coordination, stay, facts={"lvef_percent": "20", "nyha": "IV"})
    assert (done["changes"], done["plan"]["needs"]) == ([], [])


async def test_an_accepted_plan_is_a_coordinators_act(coordination: Api) -> None:
    stay = await proposed(coordination)
    client = at(coordination, LATER, role=Role.INTEGRATION)
    answer = await client.post(f"/v1/stays/{stay['id']}/plan/accept", json={}, headers=tag(stay))
    assert answer.status_code == 403


async def test_the_evidence_of_transitional_care_grows_with_the_work(coordination: Api) -> None:
    stay = await a_discharge(coordination, complexity="high")
    assert (stay["tcm"]["state"], stay["tcm"]["possible"]) == ("open", "99496")
    talk = {"patient_id": stay["patient_id"], "channel": "phone", "outcome": "reached"}
    when = new_york("2026-09-09 10:12")
    await good(await at(coordination, when).post("/v1/contacts", json={**talk, "started_at": when.isoformat()}))
    for kind, kind_of_evidence, done, role in (
        ("med-reconciliation", "reconciliation", "2026-09-11 11:00", Role.PHARMACIST),
        ("visit-face-to-face", "visit", "2026-09-11 13:30", Role.COORDINATOR),
    ):
        client = at(coordination, new_york(done), role)
        need = (await needs_of(coordination, stay))[kind]
        body = {"evidence": {"kind": kind_of_evidence}, "done_at": new_york(done).isoformat()}
        await good(await client.post(f"/v1/needs/{need['id']}/meet", json=body, headers=tag(need)))
    client = at(coordination, new_york("2026-09-11 14:10"))
    read = await good(await client.get(f"/v1/stays/{stay['id']}/tcm"))
    assert (read["state"], read["code"], read["first_day"], read["last_day"]) == (
        "met",
        "99496",
        "2026-09-04",
        "2026-10-03",
    )
    assert "no billing advice" in read["notes"][-1]
    assert (await good(await client.get(f"/v1/stays/{stay['id']}")))["tcm"] == read


async def test_there_is_no_evidence_where_no_transition_home_began(coordination: Api) -> None:
    stay = await a_discharge(coordination, disposition="skilled-nursing")
    assert stay["tcm"] is None
    running = await a_stay(coordination, await a_patient(coordination))
    assert (await at(coordination).get(f"/v1/stays/{running['id']}/tcm")).status_code == 404
