"""What operators see and do: a message that got lost, one the other service refused, and sending it again."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from shared.vocabulary import Role
from tests.support import postgres
from tests.support.apps import Api, Pair, problem
from tests.support.makers_coordination import a_person
from tests.support.makers_monitoring import agreed, identity, local

DAY = "2026-09-04 "


def at(api: Api, time: str, *roles: Role) -> httpx.AsyncClient:
    return api.as_(*(roles or (Role.COORDINATOR, Role.CASE_MANAGER, Role.SUPERVISOR)), now=local(DAY + time))


def good(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


async def deliver(api: Api, time: str) -> int:
    """The worker's round of one service; gives how many messages arrived."""
    body = {"now": local(DAY + time).isoformat()}
    return int(good(await at(api, time).post("/v1/ops/run-jobs", json=body))["done"]["delivered"])


async def ask_to_follow(pair: Pair, **known: Any) -> dict[str, Any]:
    """A coordinator asks for a patient to be followed, of whom this is ``known``; gives the need."""
    desk = at(pair.coordination, "09:00")
    patient = good(await desk.post("/v1/patients", json=a_person(**known)))
    need = {"patient_id": patient["id"], "kind": "telemonitoring", "reason": "Heart failure"}
    made = await desk.post("/v1/needs", json=need)
    body = {"protocol": "heart-failure", "consents": [agreed(local(DAY + "08:00").isoformat())]}
    path = f"/v1/needs/{good(made)['id']}/enroll"
    found: dict[str, Any] = good(await desk.post(path, json=body, headers={"If-Match": made.headers["ETag"]}))
    return found


async def ask_for_one_who_is_two_there(pair: Pair) -> dict[str, Any]:
    """Monitoring has two patients with the identifiers of one: no answer to the request, until people have looked."""
    identifiers = []
    for _ in range(2):
        stranger = await enroll_there(pair)
        identifiers += stranger["identifiers"]
    return await ask_to_follow(pair, identifiers=identifiers)


async def enroll_there(pair: Pair) -> dict[str, Any]:
    """A nurse follows somebody whom coordination does not know."""
    person = identity()
    body = {
        "patient": {"version": 1, **person},
        "protocol": "heart-failure",
        "tier": "stable",
        "reason": "From another clinic",
        "consents": [agreed("2026-09-02T08:00:00-04:00")],
    }
    nurse = pair.monitoring.as_(Role.CASE_MANAGER, now="2026-09-02T08:00:00-04:00")
    good(await nurse.post("/v1/enrollments", json=body))
    return person


async def drift(api: Api) -> dict[str, Any]:
    found: dict[str, Any] = good(await at(api, "09:30", Role.SUPERVISOR).get("/v1/ops/drift"))
    return found


async def parked(api: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = good(await at(api, "09:30", Role.SUPERVISOR).get("/v1/ops/messages"))
    return found


async def send_again(api: Api, message_id: str) -> httpx.Response:
    return await at(api, "09:30", Role.SUPERVISOR).post(f"/v1/ops/messages/{message_id}/resend")


async def lose(server: postgres.Server, url: str, key: str) -> None:
    """The receiver's database forgets a key, as after a restore to an older point."""
    owner = await asyncpg.connect(server.url(url.rsplit("/", 1)[1].split("?")[0]).replace("+asyncpg", ""))
    try:
        assert await owner.execute("DELETE FROM inbox WHERE key = $1", key) == "DELETE 1"
    finally:
        await owner.close()


async def messages_of(server: postgres.Server, url: str, organization: UUID) -> list[str]:
    """The ids of everything this organization's service told the other, oldest first."""
    owner = await asyncpg.connect(server.url(url.rsplit("/", 1)[1].split("?")[0]).replace("+asyncpg", ""))
    try:
        rows = await owner.fetch("SELECT id FROM outbox WHERE organization_id = $1 ORDER BY seq", organization)
    finally:
        await owner.close()
    return [str(row["id"]) for row in rows]


async def test_a_message_the_other_side_forgot_is_drift_until_it_is_sent_again(
    pair: Pair, server: postgres.Server, databases: dict[str, str]
) -> None:
    await ask_to_follow(pair)
    assert await deliver(pair.coordination, "09:10") >= 1
    assert await deliver(pair.monitoring, "09:11") >= 1
    for sender, receiver in (("coordination", "monitoring"), ("monitoring", "coordination")):
        api: Api = getattr(pair, sender)
        assert (await drift(api))["drift"] == 0
        told = await messages_of(server, databases[sender], api.organization)
        await lose(server, databases[receiver], told[0])
        found = await drift(api)
        assert (found["drift"], found["unknown_there"], found["undelivered"]) == (1, [told[0]], 0)
        assert f"{len(told)} messages" in found["explanation"]
        assert (await send_again(api, told[0])).status_code == 202
        assert (await drift(api))["undelivered"] == 1
        assert await deliver(api, "09:40") == 1
        found = await drift(api)
        assert (found["drift"], found["unknown_there"], found["undelivered"]) == (0, [], 0)
    followed = good(await at(pair.monitoring, "09:40").get("/v1/enrollments"))["items"]
    assert len(followed) == 1, "the repeat enrolled nobody twice"


async def test_a_message_that_cannot_be_right_is_shown_and_parked_again_after_a_resend(pair: Pair) -> None:
    need = await ask_for_one_who_is_two_there(pair)
    assert await deliver(pair.coordination, "09:10") == 0
    (message,) = await parked(pair.coordination)
    assert message["kind"] == "EnrollmentRequested"
    assert message["stream"] == f"patient:{need['patient_id']}"
    assert message["explanation"].startswith("409 patient.ambiguous")
    assert "merge the two patients" in message["explanation"]
    assert (message["attempts"], message["parked_at"] is not None) == (1, True)
    waiting = await drift(pair.coordination)
    assert (waiting["undelivered"], waiting["parked"]) == (1, 1)
    assert (await send_again(pair.coordination, message["id"])).status_code == 202
    assert await parked(pair.coordination) == []
    assert await deliver(pair.coordination, "09:40") == 0
    (again,) = await parked(pair.coordination)
    assert (again["id"], again["attempts"], again["explanation"]) == (message["id"], 2, message["explanation"])
    followed = good(await at(pair.monitoring, "09:40").get("/v1/enrollments"))["items"]
    assert len(followed) == 2, "the two strangers, and nobody else"


async def test_what_waits_behind_a_parked_message_is_shown_with_what_it_waits_for(pair: Pair) -> None:
    need = await ask_for_one_who_is_two_there(pair)
    assert await deliver(pair.coordination, "09:10") == 0
    desk, path = at(pair.coordination, "09:15"), f"/v1/patients/{need['patient_id']}"
    known = await desk.get(path)
    body = a_person(identifiers=known.json()["identifiers"], family="Changed")
    good(await desk.put(path, json=body, headers={"If-Match": known.headers["ETag"]}))
    assert await deliver(pair.coordination, "09:20") == 0
    first, *behind = await parked(pair.coordination)
    assert (first["parked_at"] is not None, first["waits_for"]) == (True, None)
    assert [each["kind"] for each in behind] == ["PatientChanged"]
    for each in behind:
        assert (each["parked_at"], each["waits_for"], each["attempts"]) == (None, first["id"], 0)
        assert each["explanation"].startswith(f"Waits in its stream for message {first['id']} (EnrollmentRequested)")
    supervisor = at(pair.coordination, "09:30", Role.SUPERVISOR)
    moving = good(await supervisor.get("/v1/ops/messages", params={"parked": "false"}))
    assert [each["id"] for each in moving] == [each["id"] for each in behind]


async def left_hospital(pair: Pair, enroll: dict[str, Any], **known: Any) -> str:
    """Somebody leaves the hospital and is to be followed; gives the id of the need."""
    desk = at(pair.coordination, "09:00")
    patient = good(await desk.post("/v1/patients", json=a_person(**known)))
    team = {
        "patient_id": patient["id"],
        "role": "primary-care",
        "practitioner": "Dr. Sample",
        "starts_on": "2026-09-01",
    }
    good(await desk.post("/v1/care-teams", json=team))
    admitted = {"patient_id": patient["id"], "started_at": local("2026-09-01 11:40").isoformat()}
    stay = await desk.post("/v1/stays", json=admitted)
    body = {"ended_at": local(DAY + "08:30").isoformat(), "enroll": {"protocol": "heart-failure", **enroll}}
    path, tag = f"/v1/stays/{good(stay)['id']}/discharge", {"If-Match": stay.headers["ETag"]}
    good(await desk.post(path, json=body, headers=tag))
    asked = {"patient_id": patient["id"], "kind": "telemonitoring"}
    (need,) = good(await desk.get("/v1/needs", params=asked))["items"]
    assert need["state"] == "arranged"
    return str(need["id"])


async def test_a_request_that_is_refused_and_told_is_agreed_on_by_both_sides(
    pair: Pair, server: postgres.Server, databases: dict[str, str]
) -> None:
    consent = [agreed(local(DAY + "08:00").isoformat())]
    refused = {
        await left_hospital(pair, {"consents": consent}, birth_date="2020-03-03"): "18",
        await left_hospital(pair, {"consents": consent, "circumstances": ["banana"]}): "banana",
        await left_hospital(pair, {"consents": consent * 2}): "in force already",
    }
    taken = await left_hospital(pair, {"consents": consent})
    assert await deliver(pair.coordination, "09:10") >= 4
    assert await deliver(pair.monitoring, "09:11") >= 1
    desk = at(pair.coordination, "09:12")
    for need_id, why in refused.items():
        need = good(await desk.get(f"/v1/needs/{need_id}"))
        assert (need["state"], need["history"][-1]["act"]) == ("identified", "release")
        assert why in need["history"][-1]["note"]
    assert good(await desk.get(f"/v1/needs/{taken}"))["state"] == "in-progress"
    assert await parked(pair.coordination) == []
    for api in (pair.coordination, pair.monitoring):
        found = await drift(api)
        assert (found["drift"], found["undelivered"], found["unknown_there"]) == (0, 0, []), found
    assert "3 refused there" in (await drift(pair.coordination))["explanation"]


async def a_slow_pulse(pair: Pair) -> dict[str, Any]:
    """Monitoring asks for a follow-up of a slow pulse of somebody whom coordination does not know yet."""
    person = await enroll_there(pair)
    reading = {"metric": "heart_rate", "value": 44, "unit": "/min", "source": "cuff-1"}
    reading |= {"patient_identifier": person["identifiers"][0], "observed_at": "2026-09-04T08:30:00-04:00"}
    good(await at(pair.monitoring, "09:00", Role.INTEGRATION).post("/v1/readings", json=reading))
    return person


@pytest.mark.parametrize("resent", [False, True])
async def test_a_need_of_somebody_unknown_arrives_once_they_are_registered(pair: Pair, resent: bool) -> None:
    person = await a_slow_pulse(pair)
    assert await deliver(pair.monitoring, "09:10") == 0
    (message,) = await parked(pair.monitoring)
    assert (message["kind"], message["parked_at"] is None) == ("NeedIdentified", False)
    assert message["explanation"].startswith("404 patient.unknown: Nobody"), message
    assert "Register the patient in coordination" in message["explanation"]
    patient = good(await at(pair.coordination, "09:15").post("/v1/patients", json=person))
    if resent:
        assert (await send_again(pair.monitoring, message["id"])).status_code == 202
    else:
        assert await deliver(pair.monitoring, "09:24") == 0
    assert await deliver(pair.monitoring, "09:40") == 1
    assert await parked(pair.monitoring) == []
    needs = good(await at(pair.coordination, "09:40").get("/v1/needs", params={"patient_id": patient["id"]}))["items"]
    assert len(needs) == 1
    found = await drift(pair.monitoring)
    assert (found["drift"], found["undelivered"], found["parked"]) == (0, 0, 0)


async def test_a_need_of_somebody_whom_nobody_registers_is_tried_for_three_days(pair: Pair) -> None:
    await a_slow_pulse(pair)
    assert await deliver(pair.monitoring, "09:10") == 0
    late = {"now": local("2026-09-07 09:11").isoformat()}
    supervisor = pair.monitoring.as_(Role.SUPERVISOR, now=local("2026-09-07 09:11"))
    good(await supervisor.post("/v1/ops/run-jobs", json=late))
    message, *_ = await parked(pair.monitoring)
    assert message["explanation"].startswith("404 patient.unknown"), message
    assert message["due_at"] < message["parked_at"] == "2026-09-07T13:11:00Z"


async def test_only_a_message_of_the_own_organization_can_be_sent_again(pair: Pair) -> None:
    assert problem(await send_again(pair.coordination, str(uuid4()))) == (404, "not-found")
    await ask_for_one_who_is_two_there(pair)
    await deliver(pair.coordination, "09:10")
    (message,) = await parked(pair.coordination)
    stranger = pair.coordination.as_(Role.SUPERVISOR, organization=uuid4())
    assert problem(await stranger.post(f"/v1/ops/messages/{message['id']}/resend")) == (404, "not-found")
    assert good(await stranger.get("/v1/ops/messages")) == []
    assert [each["id"] for each in await parked(pair.coordination)] == [message["id"]]
