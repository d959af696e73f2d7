"""Circumstances that begin or end later: said once, shared, and what was measured since is judged again."""

from typing import Any

from services.monitoring.jobs import looks
from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, a_patient_with, enrolls, identity, local, with_diabetes
from tests.support.makers_plans import entitles

UNAWARE = "hypoglycaemia-unaware"


async def of(patient: Patient, now: str) -> dict[str, Any]:
    answer = await patient.client(now=now).get(f"/v1/enrollments/{patient.enrollment['id']}")
    return dict(answer.raise_for_status().json())


async def tries(patient: Patient, fact: str, since: str, now: str, **more: Any) -> Any:
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    client = patient.client(now=now)
    tag = {"If-Match": f'"{(await client.get(path)).json()["version"]}"'}
    body = {"circumstance": fact, "starts_at": local(since).isoformat(), "reason": "Said at the visit", **more}
    return await client.post(f"{path}/circumstances", json=body, headers=tag)


async def says(patient: Patient, fact: str, since: str, now: str, **more: Any) -> dict[str, Any]:
    answer = await tries(patient, fact, since, now, **more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def a_low(patient: Patient, at: str, received: str | None = None) -> None:
    await patient.sends("glucose_smbg", 66, "mg/dL", at, received=received)
    after = at[:-2] + f"{int(at[-2:]) + 10:02}"
    await patient.sends("glucose_smbg", 110, "mg/dL", after, received=received)


async def test_rules_read_what_held_when_it_was_measured(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    await a_low(patient, "2026-09-10 08:00")
    assert (await patient.standing("2026-09-10 09:00"))["HYPO"] == "moderate"
    said = await says(patient, UNAWARE, "2026-09-10 07:00", "2026-09-10 09:00")
    assert (said["circumstances"], said["version"]) == ([UNAWARE], 2)
    assert (await patient.standing("2026-09-10 09:00"))["HYPO"] == "high", "judged again from then on"
    over = await says(patient, UNAWARE, "2026-09-10 07:30", "2026-09-10 10:00", holds=False)
    assert over["circumstances"] == []
    assert over["circumstance_spans"] == [
        {"fact": UNAWARE, "start": "2026-09-10T11:00:00Z", "end": "2026-09-10T11:30:00Z"}
    ]
    assert (await patient.standing("2026-09-10 10:00"))["HYPO"] == "moderate"
    await a_low(patient, "2026-09-10 07:10", received="2026-09-10 10:30")
    assert (await patient.standing("2026-09-10 10:40"))["HYPO"] == "high", "late, and judged by what held then"
    path = f"/v1/enrollments/{patient.enrollment['id']}/summary"
    history = (await patient.client(now="2026-09-10 11:00").get(path)).json()["history"]
    assert [(each["act"], each["by"], each["reason"]) for each in history[-2:]] == [
        ("circumstance", "case_manager-1", "Said at the visit")
    ] * 2


async def test_what_is_said_of_the_patient_holds_in_every_enrollment_and_may_exclude(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-07 09:00")
    other = await a_patient_with(monitoring, "hypertension", "2026-09-07 09:00", patient_id=patient.id)
    said = await says(patient, "pregnancy", "2026-09-10 07:00", "2026-09-10 09:00")
    (review,) = said["reviews"]
    assert (review["kind"], review["subject"]) == ("exclusion", "pregnancy")
    assert review["sentence"].endswith("or name the prescriber who takes responsibility.")
    beside = await of(other, "2026-09-10 09:00")
    assert beside["circumstances"] == ["pregnancy"]
    assert [each["kind"] for each in beside["reviews"]] == ["exclusion"]
    over = await says(patient, "pregnancy", "2026-09-10 09:30", "2026-09-10 09:30", holds=False)
    assert over["reviews"] == []
    assert (await of(other, "2026-09-10 09:30"))["reviews"] == []


async def test_a_circumstance_ends_by_itself_and_who_comes_of_age_is_an_adult(monitoring: Api) -> None:
    child = {"version": 1, **identity("2008-09-09")}
    override = {"prescriber": (await entitles(monitoring))["person"], "reason": "Paediatric goals are set"}
    answer = await enrolls(monitoring, "diabetes", "2026-09-07 09:00", patient=child, override=override)
    assert answer.json()["circumstances"] == ["under-18"], answer.text
    patient = Patient(monitoring, answer.json()["patient_id"], answer.json())
    end = local("2026-09-09 12:00").isoformat()
    said = await says(patient, UNAWARE, "2026-09-08 07:00", "2026-09-08 09:00", ends_at=end)
    assert said["circumstances"] == [UNAWARE, "under-18"]
    await looks.run_once(monitoring.sessions, [monitoring.organization], local("2026-09-10 13:00"))
    grown = await of(patient, "2026-09-10 13:00")
    assert grown["circumstances"] == []
    ends = {each["fact"]: each["end"] for each in grown["circumstance_spans"]}
    assert ends["under-18"] == "2026-09-09T04:00:00Z", "the birthday, on the patient's clock"


async def test_what_holds_for_a_time_ends_also_where_it_was_taken_over(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    referred = await enrolls(monitoring, "hypertension", "2026-09-08 08:00", patient_id=patient.id, start="referred")
    ends_at = local("2026-09-12 09:00").isoformat()
    await says(patient, UNAWARE, "2026-09-08 09:00", "2026-09-08 09:00", ends_at=ends_at)
    other, now = Patient(monitoring, patient.id, referred.json()), "2026-09-09 09:00"
    version = (await of(other, now))["version"]
    path = f"/v1/enrollments/{other.enrollment['id']}/activate"
    body = {"reason": "Set up", "circumstances": ["frail"]}
    active = await other.act(path, body, version=version, now=now)
    assert active["circumstances"] == ["frail", UNAWARE]
    ends = {each["fact"]: each["end"] for each in active["circumstance_spans"]}
    assert ends == {"frail": None, UNAWARE: "2026-09-12T13:00:00Z"}
    await looks.run_once(monitoring.sessions, [monitoring.organization], local("2026-09-13 09:00"))
    assert (await of(other, "2026-09-13 09:01"))["circumstances"] == ["frail"]


async def test_what_cannot_be_said_is_refused(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    now = "2026-09-10 09:00"
    assert problem(await tries(patient, "pregnant", now, now)) == (422, "circumstance.unknown")
    assert problem(await tries(patient, "under-18", now, now)) == (422, "circumstance.refused")
    assert problem(await tries(patient, UNAWARE, "2026-09-11 09:00", now)) == (422, "circumstance.refused")
    backwards = {"ends_at": local("2026-09-09 09:00").isoformat()}
    assert problem(await tries(patient, UNAWARE, now, now, **backwards)) == (422, "circumstance.refused")
    path = f"/v1/enrollments/{patient.enrollment['id']}/circumstances"
    body = {"circumstance": UNAWARE, "starts_at": local(now).isoformat(), "reason": "Said"}
    stale = await patient.client(now=now).post(path, json=body, headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    assistant = patient.client(Role.NURSE_ASSISTANT, now=now)
    assert (await assistant.post(path, json=body, headers={"If-Match": '"1"'})).status_code == 403


async def test_nothing_began_before_the_patient_was_born(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    path = f"/v1/patients/{patient.id}"
    born = (await patient.client(now="2026-09-10 09:00").get(path)).json()["birth_date"]
    refused = await tries(patient, UNAWARE, f"{int(born[:4]) - 1}-06-01 07:00", "2026-09-10 09:00")
    assert problem(refused) == (422, "circumstance.refused")
    assert "before the patient was born" in refused.json()["detail"]
    await says(patient, UNAWARE, f"{born} 00:00", "2026-09-10 09:00")
