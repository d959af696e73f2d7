"""A merge taken back: what it moved goes back, what came since stays, and nothing is written to a merged record."""

import pytest

from tests.support.apps import Api, problem
from tests.support.makers_coordination import DISCHARGED, Json, a_patient, a_stay, at, discharge, good, need_of, tag
from tests.support.makers_directory import a_specialist
from tests.support.makers_fhir import an_encounter

WHY = {"reason": "Two people of one name"}


async def fresh(api: Api, patient: Json) -> Json:
    return await good(await at(api).get(f"/v1/patients/{patient['id']}"))


async def needs(api: Api, patient: Json) -> Json:
    return await good(await at(api).get(f"/v1/needs?patient_id={patient['id']}&open=true"))


async def a_need(api: Api, patient: Json, kind: str, reason: str = "asked for") -> Json:
    body = {"patient_id": patient["id"], "kind": kind, "reason": reason}
    return await good(await at(api).post("/v1/needs", json=body))


async def merged(api: Api, ending: Json, staying: Json) -> Json:
    url, body = f"/v1/patients/{ending['id']}/merge", {"into": staying["id"], "reason": "Twice"}
    return await good(await at(api).post(url, json=body, headers=tag(await fresh(api, ending))))


async def undone(api: Api, ending: Json) -> Json:
    url = f"/v1/patients/{ending['id']}/merge/undo"
    return await good(await at(api).post(url, json=WHY, headers=tag(await fresh(api, ending))))


def standing(listed: Json) -> list[tuple[str, list[str], str | None]]:
    return sorted((n["kind"], sorted(r["text"] for r in n["reasons"]), n["due_at"]) for n in listed["items"])


async def test_undoing_at_once_leaves_both_as_they_were(coordination: Api) -> None:
    first, second = await a_patient(coordination), await a_patient(coordination)
    for patient, kind, why in (
        (first, "vaccines", "A"), (first, "dental-exam", "A"), (second, "vaccines", "B"), (second, "supplies", "B")
    ):  # fmt: skip
        await a_need(coordination, patient, kind, why)
    stay = await a_stay(coordination, first)
    wishes = {"prefer": [], "avoid": [], "max_km": 12}
    said = await at(coordination).put(
        f"/v1/patients/{first['id']}/care-preferences", json=wishes, headers={"If-Match": '"0"'}
    )
    before = [standing(await needs(coordination, one)) for one in (first, second)]
    await merged(coordination, first, second)
    assert standing(await needs(coordination, second)) != before[1]
    preview = await good(await at(coordination).get(f"/v1/patients/{first['id']}/merge/undo"))
    done = await undone(coordination, first)
    assert (preview["refused"], preview["records"]) == (None, done["records"])
    assert [standing(await needs(coordination, one)) for one in (first, second)] == before
    assert (done["patient"]["merged_into"], done["out_of"]["id"]) == (None, second["id"])
    assert (await good(await at(coordination).get(f"/v1/stays/{stay['id']}")))["patient_id"] == first["id"]
    for patient, titles in ((first, ["Dental exam", "Review vaccines"]), (second, ["Review vaccines"])):
        work = await good(await at(coordination).get(f"/v1/worklist?patient_id={patient['id']}"))
        assert set(titles) <= {item["title"] for item in work["items"]}
    if said.is_success:
        held = await good(await at(coordination).get(f"/v1/patients/{first['id']}/care-preferences"))
        assert held["version"] == 1
    again = await at(coordination).post(
        f"/v1/patients/{first['id']}/merge/undo", json=WHY, headers=tag(done["patient"])
    )
    assert problem(again) == (409, "patient.not-merged")
    await merged(coordination, first, second)
    await undone(coordination, first)
    assert [standing(await needs(coordination, one)) for one in (first, second)] == before


async def test_what_was_added_to_the_survivor_stays_and_is_listed(coordination: Api) -> None:
    first, second = await a_patient(coordination), await a_patient(coordination)
    await a_need(coordination, first, "vaccines", "A")
    await merged(coordination, first, second)
    since = await a_need(coordination, second, "supplies", "since")
    await a_need(coordination, second, "vaccines", "since, too")
    called = {
        "patient_id": second["id"],
        "channel": "phone",
        "outcome": "voicemail",
        "started_at": DISCHARGED.isoformat(),
    }
    contact = await good(await at(coordination).post("/v1/contacts", json=called))
    done = await undone(coordination, first)
    stayed = {one["record_id"]: one["noun"] for one in done["records"] if one["how"] == "stays"}
    assert stayed == {since["id"]: "need", contact["id"]: "contact"}
    assert [n["kind"] for n in (await needs(coordination, second))["items"]] == ["supplies"]
    back = need_of(await needs(coordination, first), "vaccines")
    assert {reason["text"] for reason in back["reasons"]} == {"A", "since, too"}


async def test_a_stay_that_goes_back_takes_the_needs_of_its_discharge_along(coordination: Api) -> None:
    first, second = await a_patient(coordination), await a_patient(coordination)
    stay = await a_stay(coordination, first)
    await merged(coordination, first, second)
    plan = await discharge(coordination, await good(await at(coordination).get(f"/v1/stays/{stay['id']}")))
    assert plan["plan"]["needs"]
    await undone(coordination, first)
    assert (await needs(coordination, second))["items"] == []
    back = {need["id"] for need in (await needs(coordination, first))["items"]}
    assert back == {need["id"] for need in plan["plan"]["needs"]}


@pytest.mark.parametrize("worked_on_by_the_first", [True, False])
async def test_a_referral_goes_back_to_the_need_and_the_patient_it_was_for(
    coordination: Api, worked_on_by_the_first: bool
) -> None:
    first, second = await a_patient(coordination), await a_patient(coordination)
    worked, other = (first, second) if worked_on_by_the_first else (second, first)
    need = await a_need(coordination, worked, "cardiology-referral", "A")
    await a_need(coordination, other, "cardiology-referral", "B")
    specialist = await a_specialist(coordination)
    ordering = {"specialist_id": specialist["id"], "clinical_question": "Reduced LVEF: device?"}
    await good(await at(coordination).post(f"/v1/needs/{need['id']}/referrals", json=ordering))
    await merged(coordination, first, second)
    await undone(coordination, first)
    listed = await good(await at(coordination).get(f"/v1/referrals?patient_id={worked['id']}"))
    assert [item["need_id"] for item in listed["items"]] == [need["id"]]
    theirs = need_of(await needs(coordination, other), "cardiology-referral")
    assert [reason["text"] for reason in theirs["reasons"]] == ["B"]
    own = need_of(await needs(coordination, worked), "cardiology-referral")
    assert (own["id"], [reason["text"] for reason in own["reasons"]]) == (need["id"], ["A"])


async def test_merges_that_built_on_one_another_are_undone_the_last_first(coordination: Api) -> None:
    first, second, third, fourth = [await a_patient(coordination) for _ in range(4)]
    await merged(coordination, first, second)
    await merged(coordination, third, second)
    await merged(coordination, second, fourth)
    client = at(coordination)
    for early in (first, third):
        url = f"/v1/patients/{early['id']}/merge/undo"
        answer = await client.post(url, json=WHY, headers=tag(await fresh(coordination, early)))
        assert problem(answer) == (409, "patient.undo-later-merge-first")
        assert second["id"] in (await good(await client.get(url)))["refused"]
    await undone(coordination, second)
    assert {(await fresh(coordination, one))["merged_into"] for one in (first, third)} == {second["id"]}
    blocked = await client.post(
        f"/v1/patients/{first['id']}/merge/undo", json=WHY, headers=tag(await fresh(coordination, first))
    )
    assert problem(blocked) == (409, "patient.undo-later-merge-first")
    for one in (third, first):
        await undone(coordination, one)
        assert (await fresh(coordination, one))["merged_into"] is None


async def test_a_death_of_the_survivor_is_not_a_death_of_the_other(coordination: Api) -> None:
    first, second = await a_patient(coordination), await a_patient(coordination)
    await a_need(coordination, first, "vaccines")
    await merged(coordination, first, second)
    known = await fresh(coordination, second)
    names = ("identifiers", "family", "given", "birth_date", "sex", "time_zone", "coverage")
    body = {name: known[name] for name in names} | {"deceased_at": "2026-09-01T12:00:00Z"}
    await good(await at(coordination).put(f"/v1/patients/{second['id']}", json=body, headers=tag(known)))
    await undone(coordination, first)
    assert [need["kind"] for need in (await needs(coordination, first))["items"]] == ["vaccines"]
    assert (await fresh(coordination, first))["deceased_at"] is None


async def test_nothing_is_written_to_a_merged_record(coordination: Api) -> None:
    first, second = await a_patient(coordination), await a_patient(coordination)
    closed = await a_need(coordination, first, "vaccines")
    closed = await good(
        await at(coordination).post(
            f"/v1/needs/{closed['id']}/waive", json={"code": "patient-declined"}, headers=tag(closed)
        )
    )
    stay = await discharge(coordination, await a_stay(coordination, first))
    await merged(coordination, first, second)
    client = at(coordination)
    member = {"patient_id": first["id"], "role": "coordinator", "practitioner": "Ana", "starts_on": "2026-09-01"}
    condition = {
        "resourceType": "Condition", "subject": {"reference": f"Patient/{first['id']}"},
        "clinicalStatus": {"coding": [
            {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.23"}]},
    }  # fmt: skip
    seen = await good(await client.get(f"/v1/stays/{stay['id']}"))
    answers = [
        await client.post("/v1/care-teams", json=member),
        await client.put(f"/v1/patients/{first['id']}/care-preferences", json={}, headers={"If-Match": '"0"'}),
        await client.post(f"/v1/needs/{closed['id']}/reopen", json={}, headers=tag(closed)),
        await client.post(f"/v1/stays/{stay['id']}/discharge/cancel", json={"reason": "still in"}, headers=tag(seen)),
    ]
    assert [problem(answer) for answer in answers] == [(409, "patient.merged")] * 4
    for resource in (an_encounter(f"Patient/{first['id']}"), condition):
        refused = await client.post(f"/fhir/R4/{resource['resourceType']}", json=resource)
        assert (refused.status_code, "merged" in refused.text) == (409, True), refused.text
