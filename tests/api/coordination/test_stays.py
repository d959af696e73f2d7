"""Stays: admitted, planned, begun, cancelled, entered in error; monitoring is told of those it follows."""

from uuid import uuid4

import pytest

from shared.db import outbox
from shared.db.session import transaction
from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    ADMITTED,
    DISCHARGED,
    MRN,
    Json,
    a_discharge,
    a_patient,
    a_person,
    a_stay,
    at,
    days,
    discharge,
    good,
    need_of,
    new_york,
    tag,
)


async def messages(api: Api) -> list[tuple[str, Json]]:
    """What waits for monitoring, in order."""
    async with transaction(api.sessions, api.organization) as tx:
        rows = await outbox.open_messages(tx, parked=False, limit=100)
    return [(row.kind, row.body) for row in rows]


async def test_a_planned_stay_begins_and_ends(coordination: Api) -> None:
    patient = await a_patient(coordination)
    client = at(coordination)
    planned = await good(await client.post("/v1/stays", json={"patient_id": patient["id"]}))
    assert (planned["state"], planned["planned"]) == ("planned", True)
    assert {a["act"] for a in planned["acts"] if a["allowed"]} == {"begin", "cancel", "enter-in-error"}
    body = {"started_at": DISCHARGED.isoformat()}
    begun = await good(await client.post(f"/v1/stays/{planned['id']}/begin", json=body, headers=tag(planned)))
    assert begun["state"] == "in-progress"
    again = await client.post(f"/v1/stays/{planned['id']}/begin", json=body, headers=tag(begun))
    assert problem(again) == (409, "stay.act-not-allowed")
    assert "discharge" in again.json()["detail"]


async def test_no_stay_is_planned_for_the_dead_or_before_the_birth(coordination: Api) -> None:
    died = await a_patient(coordination, deceased_at=new_york("2026-09-01 09:00").isoformat())
    client = at(coordination)
    for when in ({}, {"planned_for": new_york("2026-09-20 08:00").isoformat()}):
        refused = await client.post("/v1/stays", json={"patient_id": died["id"], **when})
        assert problem(refused) == (409, "stay.after-death")
    lives = await a_patient(coordination)
    early = {"patient_id": lives["id"], "planned_for": "1950-01-01T08:00:00Z"}
    assert problem(await client.post("/v1/stays", json=early)) == (422, "stay.before-birth")


async def test_a_stay_is_planned_for_the_next_two_years(coordination: Api) -> None:
    patient, client = await a_patient(coordination), at(coordination)
    for when, status in ((DISCHARGED + days(730), 201), (DISCHARGED + days(731), 422)):
        planned = await client.post("/v1/stays", json={"patient_id": patient["id"], "planned_for": when.isoformat()})
        assert planned.status_code == status
    assert problem(planned) == (422, "time.too-far-ahead")
    never = {"patient_id": patient["id"], "planned_for": "9999-12-31T00:00:00Z"}
    assert problem(await client.post("/v1/stays", json=never)) == (422, "time.too-far-ahead")


async def test_inpatient_stays_at_the_same_time_are_taken_and_named(coordination: Api) -> None:
    patient = await a_patient(coordination)
    first = await a_stay(coordination, patient, facility="North")
    assert first["overlaps"] == []
    second = await a_stay(coordination, patient, started=ADMITTED + days(1), facility="South")
    (found,) = second["overlaps"]
    assert (found["stay_id"], found["facility"], found["ended_at"]) == (first["id"], "North", None)
    assert "no end yet" in found["note"]
    visit = await a_stay(coordination, patient, started=ADMITTED + days(1), stay_class="emergency")
    assert visit["overlaps"] == []
    ended = await discharge(coordination, first, ended=ADMITTED + days(2), plan="never")
    assert [each["stay_id"] for each in ended["overlaps"]] == [second["id"]]
    apart = await good(await at(coordination).get(f"/v1/stays/{second['id']}"))
    assert [each["note"].partition(" ")[0] for each in apart["overlaps"]] == ["Correct"]


async def test_a_transfer_and_a_history_in_any_order_overlap_nothing(coordination: Api) -> None:
    patient = await a_patient(coordination)
    later = await a_stay(coordination, patient, started=ADMITTED + days(2))
    earlier = await a_stay(coordination, patient)
    assert (later["overlaps"], earlier["overlaps"]) == ([], [])
    ended = await discharge(coordination, earlier, ended=ADMITTED + days(2), plan="never")
    assert ended["overlaps"] == []


async def test_a_cancelled_stay_cannot_be_discharged(coordination: Api) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    client = at(coordination)
    gone = await good(await client.post(f"/v1/stays/{stay['id']}/cancel", json={"reason": "Wrong"}, headers=tag(stay)))
    body = {"ended_at": DISCHARGED.isoformat()}
    answer = await client.post(f"/v1/stays/{stay['id']}/discharge", json=body, headers=tag(gone))
    assert problem(answer) == (409, "stay.act-not-allowed")


async def test_a_stay_in_error_takes_its_untouched_work_with_it(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    url = f"/v1/stays/{stay['id']}/enter-in-error"
    done = await good(await at(coordination).post(url, json={"reason": "Other patient"}, headers=tag(stay)))
    assert (done["state"], len(done["withdrawn"]), done["kept"]) == (
        "entered-in-error",
        len(stay["plan"]["needs"]),
        [],
    )


@pytest.mark.parametrize(
    ("patient", "started", "code"),
    [
        ({}, "2026-09-05 10:00", "stay.in-the-future"),
        ({"birth_date": "1990-01-01"}, "1989-12-01 10:00", "stay.before-birth"),
        ({"deceased_at": "2026-01-01T00:00:00Z"}, "2026-08-30 10:00", "stay.after-death"),
    ],
)
async def test_an_admission_lies_in_the_patients_life(
    coordination: Api, patient: Json, started: str, code: str
) -> None:
    person = await a_patient(coordination, **patient)
    body = {"patient_id": person["id"], "started_at": new_york(started).isoformat()}
    answer = await at(coordination).post("/v1/stays", json=body)
    assert answer.json()["code"] == code
    assert (await good(await at(coordination).get("/v1/stays")))["items"] == []


async def test_a_stays_identifier_is_its_own(coordination: Api) -> None:
    patient = await a_patient(coordination)
    visit = {"system": "https://example.org/visit", "value": str(uuid4())}
    await a_stay(coordination, patient, identifier=visit)
    body = {"patient_id": patient["id"], "identifier": visit}
    assert problem(await at(coordination).post("/v1/stays", json=body)) == (409, "stay.identifier-taken")


async def test_an_unplanned_admission_within_thirty_days_ends_the_watch(coordination: Api) -> None:
    first = await a_discharge(coordination)
    back = new_york("2026-09-20 03:00")
    await a_stay(coordination, {"id": first["patient_id"]}, started=back)
    watch = need_of(first, "readmission-watch")
    now = await good(await at(coordination, back).get(f"/v1/needs/{watch['id']}"))
    assert (now["state"], now["closed_code"]) == ("not-met", "readmitted")


@pytest.mark.parametrize("how", [{"planned": True}, {"stay_class": "emergency"}])
async def test_planned_and_emergency_stays_are_no_readmission(coordination: Api, how: Json) -> None:
    first = await a_discharge(coordination)
    back = new_york("2026-09-20 03:00")
    await a_stay(coordination, {"id": first["patient_id"]}, started=back, **how)
    watch = need_of(first, "readmission-watch")
    assert (await good(await at(coordination, back).get(f"/v1/needs/{watch['id']}")))["state"] == "identified"


async def test_admissions_on_record_count_towards_the_palliative_prompt(coordination: Api) -> None:
    patient = await a_patient(coordination)
    for back in (90, 60):
        stay = await a_stay(coordination, patient, started=ADMITTED - days(back))
        await discharge(coordination, stay, ended=ADMITTED - days(back - 2), now=DISCHARGED, plan="never")
    stay = await a_stay(coordination, patient)
    assert need_of(await discharge(coordination, stay), "palliative-consult")["state"] == "identified"


async def test_monitoring_is_told_nothing_of_those_it_does_not_follow(coordination: Api) -> None:
    await a_discharge(coordination)
    assert await messages(coordination) == []


async def test_monitoring_is_told_of_the_stays_and_changes_of_those_it_follows(coordination: Api) -> None:
    stay = await a_discharge(coordination, enroll={"protocol": "heart-failure"})
    client = at(coordination, new_york("2026-09-10 10:00"))
    patient = await good(await client.get(f"/v1/patients/{stay['patient_id']}"))
    assert patient["monitored"]
    body = a_person(identifiers=patient["identifiers"], family="Renamed")
    await good(await client.put(f"/v1/patients/{patient['id']}", json=body, headers=tag(patient)))
    again = await a_stay(coordination, patient, started=new_york("2026-09-10 09:00"))
    await good(await client.post(f"/v1/stays/{again['id']}/cancel", json={"reason": "Wrong"}, headers=tag(again)))
    told = await messages(coordination)
    assert [kind for kind, _ in told] == [
        "EnrollmentRequested",
        "StayEnded",
        "PatientChanged",
        "StayStarted",
        "StayEnded",
    ]
    asked, ended, changed, *_ = (body for _, body in told)
    assert asked["request_id"] == need_of(stay, "telemonitoring")["id"]
    assert (asked["protocol"], asked["inpatient_since"]) == ("heart-failure", None)
    assert asked["patient"]["identifiers"][0]["system"] == MRN
    assert (ended["state"], ended["ended_at"]) == ("finished", "2026-09-04T19:20:00Z")
    assert (changed["family"], changed["version"]) == ("Renamed", 3)
    assert told[-1][1]["state"] == "cancelled"
