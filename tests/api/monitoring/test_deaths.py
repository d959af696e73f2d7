"""A death ends what the patient is followed under; a death that is withdrawn brings it back as it stood."""

from typing import Any
from uuid import uuid4

from services.monitoring.jobs import looks, silence
from services.monitoring.store import patients as patient_store
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.conversations import check_ins, opened, plan, says, tries
from tests.support.escalated import told
from tests.support.makers_monitoring import Patient, a_patient_with, as_coordination, identity, local
from tests.support.messages import messages

SINCE, DIED, LIVES = "2026-09-07 09:00", "2026-09-10 09:00", "2026-09-11 09:00"


class Known:
    """Somebody coordination tells of, again and again."""

    def __init__(self, api: Api) -> None:
        self.api, self.said, self.id, self.version = api, identity(), uuid4(), 1

    async def follows(self, protocol: str, **more: Any) -> Patient:
        """Followed since Monday."""
        person = {"coordination_id": str(self.id), "version": self.version, **self.said}
        return await a_patient_with(self.api, protocol, SINCE, patient=person, case_manager="nurse-1", **more)

    async def tells(self, now: str, died: str | None) -> None:
        """Coordination says whether the person has died."""
        self.version += 1
        body = {"version": self.version, **self.said, "deceased_at": died and local(died).isoformat()}
        answer = await as_coordination(self.api, local(now)).put(f"/v1/patients/{self.id}", json=body)
        assert answer.status_code == 200, answer.text


async def of(patient: Patient, now: str) -> dict[str, Any]:
    answer = await patient.client(now=now).get(f"/v1/enrollments/{patient.enrollment['id']}")
    return dict(answer.raise_for_status().json())


async def on_panel(patient: Patient, now: str) -> list[str]:
    answer = await patient.client(now=now).get("/v1/panel", params={"patient_id": patient.id})
    return [reason["kind"] for entry in answer.raise_for_status().json()["items"] for reason in entry["reasons"]]


async def test_a_death_ends_what_is_followed_stops_the_clocks_and_cancels_check_ins(monitoring: Api) -> None:
    person = Known(monitoring)
    patient = await person.follows("diabetes")
    other = await person.follows("hypertension")
    await plan(monitoring, "2026-09-10 08:00")
    await patient.measures(50, "2026-09-10 08:50")
    await patient.measures(110, "2026-09-10 08:58")
    assert await check_ins(patient, "2026-09-10 08:59", state="due")
    assert "alert" in await on_panel(patient, "2026-09-10 08:59")

    await person.tells(DIED, "2026-09-10 08:59")
    for each in (patient, other):
        ended = await of(each, DIED)
        assert (ended["state"], ended["end_reason"]) == ("ended", "died")
    assert await check_ins(patient, DIED, state="due") == []
    assert await on_panel(patient, DIED) == []
    (low,) = await patient.alerts(DIED)
    assert (low["state"], low["disposition"], low["settled_at"] is None) == ("closed", "died", False)
    assert await told(patient, "2026-09-20 12:00") == [], "the ladder of the alert stops"
    news = await messages(monitoring, "EnrollmentChanged")
    assert [each["state"] for each in news[-2:]] == ["ended", "ended"]
    await silence.run_once(monitoring.sessions, [monitoring.organization], local("2026-09-30 12:00"))
    assert {each["rule"] for each in await patient.alerts("2026-09-30 12:00")} == {"HYPO"}, "nothing is missed"


async def test_a_conversation_that_has_begun_ends_with_what_was_answered(monitoring: Api) -> None:
    person = Known(monitoring)
    patient = await person.follows("heart-failure")
    begun = await says(patient, await opened(patient, "2026-09-10 08:00"), "2026-09-10 08:00", {"common.fall": False})
    waiting = await opened(patient, "2026-09-10 08:05")
    await person.tells(DIED, "2026-09-10 08:59")
    found = {each["id"]: each for each in await check_ins(patient, DIED)}
    for check_in in (begun, waiting):
        ended = found[check_in["id"]]
        assert (ended["state"], ended["settled_reason"], ended["settled_at"] is None) == ("cancelled", "died", False)
    assert [each["question"] for each in found[begun["id"]]["answers"]] == ["common.fall"]
    refused = await tries(patient, found[begun["id"]], "answer", {"answers": {"common.fall": True}}, DIED)
    assert problem(refused) == (409, "check-in.wrong-state")
    assert await check_ins(patient, DIED, state="in-progress") == []


async def test_a_reading_of_after_the_death_is_kept_and_waits_for_somebody_to_verify_it(monitoring: Api) -> None:
    person = Known(monitoring)
    patient = await person.follows("diabetes")
    await person.tells(DIED, "2026-09-10 08:59")
    late = await patient.measures(110, "2026-09-10 08:40")
    after = await patient.measures(115, "2026-09-10 09:30")
    assert (late["reading"]["flags"], after["reading"]["flags"]) == ([], ["verify-after-death"])
    kept = await patient.client(now="2026-09-10 10:00").get(f"/v1/readings/{after['reading']['id']}")
    assert (kept.json()["status"], kept.json()["flags"]) == ("final", ["verify-after-death"])


async def test_a_snooze_that_ends_after_the_death_tells_nobody(monitoring: Api) -> None:
    person = Known(monitoring)
    patient = await person.follows("diabetes")
    (low,) = (await patient.measures(66, "2026-09-10 08:10"))["alerts"]
    snooze = {"until": local("2026-09-10 12:00").isoformat(), "reason": "Eats now"}
    await patient.act(f"/v1/alerts/{low['id']}/snooze", snooze, version=low["version"], now="2026-09-10 08:20")
    await person.tells(DIED, "2026-09-10 08:59")
    assert "moderate-lead-nurse" not in await told(patient, "2026-09-20 12:00")


async def test_a_death_that_is_withdrawn_brings_it_back_and_judges_what_came_meanwhile(monitoring: Api) -> None:
    person = Known(monitoring)
    patient = await person.follows("diabetes")
    paused = await person.follows("hypertension")
    by_hand = await person.follows("heart-failure")
    await by_hand.weighs(81.0, "2026-09-07 10:00")
    await by_hand.weighs(83.0, "2026-09-08 07:00")
    away = f"/v1/enrollments/{paused.enrollment['id']}/pause"
    until = local("2026-09-20 09:00").isoformat()
    await paused.act(away, {"kind": "travel", "reason": "Travels", "until": until}, version=1, now="2026-09-08 09:00")
    end = f"/v1/enrollments/{by_hand.enrollment['id']}/end"
    await by_hand.act(end, {"reason": "Wishes so", "code": "patient-wish"}, version=1, now="2026-09-08 09:00")
    await patient.measures(66, "2026-09-10 08:10")
    await patient.measures(110, "2026-09-10 08:20")
    await person.tells(DIED, "2026-09-10 08:59")
    assert (await patient.measures(50, "2026-09-10 20:00"))["alerts"] == [], "nobody is followed"
    await patient.measures(110, "2026-09-10 20:10")

    await person.tells(LIVES, None)
    back, still = await of(patient, LIVES), await of(paused, LIVES)
    assert (back["state"], back["end_reason"], back["ended_at"]) == ("active", None, None)
    assert (still["state"], still["paused_until"]) == ("paused", "2026-09-20T13:00:00Z")
    assert (await of(by_hand, LIVES))["state"] == "ended", "what a nurse ended stays so"
    assert (await patient.standing(LIVES))["HYPO"] == "high", "measured while the record said dead"
    theirs = [each["raised_at"] for each in await by_hand.alerts(LIVES) if each["protocol"] == "heart-failure"]
    assert theirs
    assert all(each < "2026-09-11" for each in theirs), "no clock of what a nurse ended runs again"
    await plan(monitoring, LIVES)
    assert await check_ins(patient, LIVES, state="due")
    assert "high-lead-nurse" in await told(patient, "2026-09-14 12:00"), "clocks run again"
    await person.tells("2026-09-15 09:00", "2026-09-15 08:00")
    assert (await of(patient, "2026-09-15 09:00"))["end_reason"] == "died", "again"


async def test_what_the_family_revoked_meanwhile_does_not_come_back(monitoring: Api) -> None:
    person = Known(monitoring)
    patient, other = await person.follows("diabetes"), await person.follows("hypertension")
    await person.tells(DIED, "2026-09-10 08:59")
    body = {"purpose": "monitoring", "revoked_by": "representative", "mode": "verbal", "reason": "Wishes no more calls"}
    path, version = f"/v1/enrollments/{patient.enrollment['id']}/consents/revoke", (await of(patient, DIED))["version"]
    await patient.act(path, body, version=version, now="2026-09-10 12:00")
    await person.tells(LIVES, None)
    assert [(await of(each, LIVES))["state"] for each in (patient, other)] == ["ended", "active"]


async def test_whoever_died_before_this_release_is_no_longer_followed_within_a_day(monitoring: Api) -> None:
    person = Known(monitoring)
    patient = await person.follows("diabetes")
    async with transaction(monitoring.sessions, monitoring.organization) as tx:
        row = await patient_store.by_coordination_id(tx, person.id)
        assert row is not None
        row.deceased_at = local("2026-09-08 09:00")
    await looks.run_once(monitoring.sessions, [monitoring.organization], local("2026-09-09 09:00"))
    ended = await of(patient, "2026-09-09 10:00")
    assert (ended["state"], ended["end_reason"]) == ("ended", "died")
    history = await patient.client(Role.CASE_MANAGER, now="2026-09-09 10:00").get(
        f"/v1/enrollments/{patient.enrollment['id']}/summary"
    )
    assert history.json()["history"][-1]["act"] == "death"


async def test_alerts_come_back_with_the_patient_as_they_stood(monitoring: Api) -> None:
    person = Known(monitoring)
    patient = await person.follows("diabetes")
    (seen,) = (await patient.measures(66, "2026-09-08 08:10"))["alerts"]
    await patient.measures(110, "2026-09-08 08:20")
    path = f"/v1/alerts/{seen['id']}/acknowledge"
    await patient.act(path, {"note": "Calls"}, version=seen["version"] + 1, now="2026-09-08 08:30")
    high = await patient.measures(520, "2026-09-09 08:00")
    quiet = high["alerts"][0]
    before = {each["id"]: (each["state"], each["severity"]) for each in await patient.alerts("2026-09-09 09:00")}
    assert {state for state, _ in before.values()} == {"acknowledged", "open"}
    await person.tells(DIED, "2026-09-10 08:59")
    assert {each["state"] for each in await patient.alerts(DIED)} == {"closed"}
    await person.tells(LIVES, None)
    after = {each["id"]: (each["state"], each["severity"]) for each in await patient.alerts(LIVES)}
    assert {id_: after[id_] for id_ in before} == before
    shown = (await patient.client(now=LIVES).get(f"/v1/alerts/{quiet['id']}")).json()
    assert shown["disposition"] is None
    assert shown["settled_at"] is None


async def test_nobody_plans_for_whoever_has_died_and_what_was_planned_is_read(monitoring: Api) -> None:
    person = Known(monitoring)
    patient, other = await person.follows("diabetes"), Known(monitoring)
    bare = await other.follows("hypertension")
    client = patient.client(now="2026-09-08 09:00")
    plan_ = (await client.post("/v1/plans", json={"patient_id": patient.id, "medicines": []})).raise_for_status().json()
    for each in (person, other):
        await each.tells(DIED, "2026-09-10 08:59")
    client, path, tag = patient.client(now=DIED), f"/v1/plans/{plan_['id']}", {"If-Match": '"1"'}
    assert problem(await client.post("/v1/plans", json={"patient_id": bare.id})) == (409, "patient.deceased")
    goals = {"goals": [{"key": "fasting", "text": "80 to 130 mg/dL"}], "reason": "Agreed"}
    assert problem(await client.post(f"{path}/revise", json=goals, headers=tag)) == (409, "patient.deceased")
    assert problem(await client.post(f"{path}/replace", json=goals, headers=tag)) == (409, "patient.deceased")
    assert (await client.get(path)).status_code == 200
    end = {"reason": "entered-in-error", "note": "Another patient's"}
    assert (await client.post(f"{path}/end", json=end, headers=tag)).status_code == 200
