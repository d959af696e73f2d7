"""A voicemail is an attempt, a conversation meets the need, judged by when it was made (clinical §2.5, §7a)."""

from itertools import permutations

import pytest

from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    Json,
    a_discharge,
    a_patient,
    a_stay,
    at,
    clock_of,
    discharge,
    good,
    need_of,
    new_york,
    tag,
)


async def call(api: Api, stay: Json, when: str, outcome: str, *, now: str | None = None, **more: object) -> Json:
    """A phone call about a discharge, recorded when it was made unless ``now`` says later."""
    body = {
        "patient_id": stay["patient_id"],
        "channel": "phone",
        "outcome": outcome,
        "started_at": new_york(when).isoformat(),
        **more,
    }
    return await good(await at(api, new_york(now or when)).post("/v1/contacts", json=body))


async def contact_need(api: Api, stay: Json, now: str) -> Json:
    """The contact need as it stands."""
    need = need_of(stay, "contact-interactive")
    return await good(await at(api, new_york(now)).get(f"/v1/needs/{need['id']}"))


async def test_voicemail_then_reached_on_the_second_business_day(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    attempt = await call(coordination, stay, "2026-09-08 16:05", "voicemail")
    assert (attempt["interactive"], attempt["met"]) == (False, [])
    assert (await contact_need(coordination, stay, "2026-09-08 16:06"))["state"] == "identified"
    ended = new_york("2026-09-09 10:31").isoformat()
    reached = await call(coordination, stay, "2026-09-09 10:12", "reached", now="2026-09-09 10:31", ended_at=ended)
    need = await contact_need(coordination, stay, "2026-09-09 10:40")
    assert (reached["minutes"], reached["met"]) == (19, [need["id"]])
    assert need["state"] == "met"
    assert {c["key"]: c["state"] for c in need["clocks"]} == {"clinical": "met-late", "programme": "met"}
    assert (need["met_through"]["kind"], need["met_through"]["id"]) == ("outreach", reached["id"])


async def test_two_separate_attempts_stop_the_programmes_clock_and_the_need_stays_open(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    await call(coordination, stay, "2026-09-08 09:00", "no-answer")
    soon = await call(coordination, stay, "2026-09-08 09:30", "no-answer")
    assert "two separate attempts" not in soon["effect"]
    second = await call(coordination, stay, "2026-09-09 09:00", "voicemail")
    assert "two separate attempts" in second["effect"]
    need = await contact_need(coordination, stay, "2026-09-12 10:00")
    assert need["state"] == "identified"
    assert clock_of(need, "programme")["state"] == "met"
    assert need["late"] == ["late-clinical"]


async def test_a_call_to_a_practice_is_no_attempt_to_reach_the_patient(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    await call(coordination, stay, "2026-09-08 09:00", "reached", contacted="practitioner")
    second = await call(coordination, stay, "2026-09-08 11:00", "voicemail")
    assert "two separate attempts" not in second["effect"]
    need = await contact_need(coordination, stay, "2026-09-10 09:00")
    assert (clock_of(need, "programme")["state"], need["evidence"]) == ("breached", [])
    await call(coordination, stay, "2026-09-09 09:00", "reached", channel="portal", contacted="service")
    await call(coordination, stay, "2026-09-10 09:00", "no-answer")
    url = f"/v1/needs/{need['id']}/give-up"
    early = await at(coordination, new_york("2026-09-10 10:00")).post(
        url, json={"code": "unable-to-reach"}, headers=tag(await contact_need(coordination, stay, "2026-09-10 10:00"))
    )
    assert problem(early) == (422, "need.more-attempts-needed")
    assert "so far 2 of 3 attempts, 1 of 2 channels" in early.json()["detail"]


async def test_a_call_recorded_late_counts_when_it_was_made(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    await call(coordination, stay, "2026-09-09 23:50", "reached", now="2026-09-11 08:00")
    need = await contact_need(coordination, stay, "2026-09-11 08:00")
    assert clock_of(need, "programme")["state"] == "met"


async def told(api: Api, order: tuple[str, ...]) -> Json:
    """The contact need after attempts and conversations, told in an order, all of them on the Friday after."""
    stay = await a_discharge(api)
    for one in order:
        when, outcome = one.rsplit(" ", 1)
        await call(api, stay, f"2026-09-{when}", outcome, now="2026-09-11 09:00")
    return await contact_need(api, stay, "2026-09-11 10:00")


def stands(need: Json) -> tuple[str, str, dict[str, tuple[str, str]]]:
    clocks = {clock["key"]: (clock["met_at"], clock["state"]) for clock in need["clocks"]}
    return need["state"], need["done_at"], clocks


@pytest.mark.parametrize(
    "events",
    [
        ("08 09:00 reached", "10 09:00 reached"),
        ("08 09:00 no-answer", "09 09:00 voicemail", "10 09:00 reached"),
        ("08 09:00 no-answer", "08 11:00 no-answer", "09 09:00 voicemail"),
    ],
)
async def test_what_is_told_late_counts_as_if_it_had_been_told_at_once(
    coordination: Api, events: tuple[str, ...]
) -> None:
    expected = await told(coordination, events)
    for order in set(permutations(events)) - {events}:
        found = await told(coordination, order)
        assert stands(found) == stands(expected), order
        if expected["state"] == "met":
            assert found["history"][-1]["done_at"] == expected["done_at"]
    assert clock_of(expected, "programme")["state"] == "met"


async def test_an_earlier_conversation_is_written_down_and_a_later_one_changes_nothing(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    later = await call(coordination, stay, "2026-09-10 09:00", "reached")
    need = need_of(stay, "contact-interactive")["id"]
    named = await call(coordination, stay, "2026-09-09 09:00", "reached", now="2026-09-11 09:00", need_id=need)
    earlier = await call(coordination, stay, "2026-09-08 09:00", "reached", now="2026-09-11 10:00")
    after = await call(coordination, stay, "2026-09-10 11:00", "reached", now="2026-09-11 10:00")
    assert [one["met"] for one in (later, named, earlier, after)] == [[need], [need], [need], []]
    found = await contact_need(coordination, stay, "2026-09-11 11:00")
    assert found["met_through"]["id"] == earlier["id"]
    assert [(e["act"], e["note"]) for e in found["history"]][-2:] == [
        ("evidence", "an earlier conversation was told: the need was met then")
    ] * 2
    before = await call(coordination, stay, "2026-09-04 12:00", "reached", now="2026-09-11 10:00")
    assert before["met"] == []


async def test_without_the_interpreter_the_contact_is_not_complete(coordination: Api) -> None:
    patient = await a_patient(coordination, language="es-US", interpreter_needed=True)
    stay = await discharge(coordination, await a_stay(coordination, patient))
    first = await call(coordination, stay, "2026-09-08 10:00", "reached")
    assert (first["met"], "interpreter" in first["effect"]) == ([], True)
    second = await call(
        coordination, stay, "2026-09-08 11:00", "reached", interpreter_used=True, interpreter_language="es"
    )
    assert second["met"] == [need_of(stay, "contact-interactive")["id"]]


@pytest.mark.parametrize(
    "how",
    [
        {"channel": "letter", "outcome": "reached"},
        {"channel": "text-message", "outcome": "reached"},
        {"outcome": "reached", "contacted": "practitioner"},
        {"outcome": "message-left"},
    ],
)
async def test_what_is_no_conversation_with_the_patient_meets_nothing(coordination: Api, how: Json) -> None:
    stay = await a_discharge(coordination)
    done = await call(coordination, stay, "2026-09-08 10:00", **{"outcome": "reached", **how})
    assert (done["interactive"], done["met"]) == (False, [])


async def test_a_call_before_the_discharge_meets_nothing(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    assert (await call(coordination, stay, "2026-09-04 10:00", "reached", now="2026-09-05 10:00"))["met"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"started_at": new_york("2026-09-08 12:00").isoformat()}, "time.in-the-future"),
        ({"ended_at": new_york("2026-09-08 09:00").isoformat()}, "contact.ends-before-start"),
        ({"interpreter_language": "es"}, "contact.interpreter-inconsistent"),
        ({"started_at": "2026-09-08T10:00:00"}, "time.without-zone"),
        ({"call_back_at": "9999-01-01T10:00:00Z"}, "time.too-far-ahead"),
    ],
)
async def test_impossible_contacts_are_refused(coordination: Api, body: Json, code: str) -> None:
    stay = await a_discharge(coordination)
    good_one = {"channel": "phone", "outcome": "reached", "started_at": new_york("2026-09-08 10:00").isoformat()}
    client = at(coordination, new_york("2026-09-08 10:00"))
    answer = await client.post("/v1/contacts", json={"patient_id": stay["patient_id"], **good_one, **body})
    assert problem(answer) == (422, code)
    assert (await good(await client.get("/v1/contacts")))["items"] == []


async def test_a_contact_is_not_before_the_need_it_names(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    need = need_of(stay, "contact-interactive")["id"]
    body = {"patient_id": stay["patient_id"], "channel": "phone", "outcome": "reached"}
    client = at(coordination, new_york("2026-09-08 10:00"))
    for when, refused in (("2001-09-08 10:00", True), ("2026-08-30 11:39", True), ("2026-08-30 11:40", False)):
        told = {**body, "started_at": new_york(when).isoformat()}
        named = await client.post("/v1/contacts", json={**told, "need_id": need})
        if refused:
            assert problem(named) == (422, "contact.before-need")
            assert "2026-08-30T15:40Z" in named.json()["detail"]
        else:
            assert (await good(named))["met"] == []
        assert (await good(await client.post("/v1/contacts", json=told)))["met"] == []


async def test_a_contact_lies_in_the_patients_life(coordination: Api) -> None:
    died, now = new_york("2026-09-08 09:00").isoformat(), new_york("2026-09-09 12:00")
    patient = await a_patient(coordination, now=now, deceased_at=died)
    client = at(coordination, now)

    async def tell(when: str, **more: object) -> tuple[int, str | None]:
        body = {"patient_id": patient["id"], "channel": "phone", "outcome": "reached", "started_at": when, **more}
        answer = await client.post("/v1/contacts", json=body)
        return (201, None) if answer.status_code == 201 else problem(answer)

    after, before = new_york("2026-09-08 09:01").isoformat(), new_york("2026-09-08 09:00").isoformat()
    assert await tell(after) == (409, "contact.after-death")
    assert await tell(before) == (201, None)
    assert await tell(after, contacted="caregiver") == (201, None), "who is left is spoken with"
    assert await tell("1952-03-01T23:59:00Z") == (422, "contact.before-birth")
    assert await tell("1952-03-02T00:00:00Z") == (201, None)


async def test_a_need_of_somebody_else_is_not_found(coordination: Api) -> None:
    stay, other = await a_discharge(coordination), await a_patient(coordination)
    body = {
        "patient_id": other["id"],
        "need_id": need_of(stay, "contact-interactive")["id"],
        "channel": "phone",
        "outcome": "reached",
        "started_at": new_york("2026-09-08 10:00").isoformat(),
    }
    answer = await at(coordination, new_york("2026-09-08 10:00")).post("/v1/contacts", json=body)
    assert problem(answer) == (404, "not-found")


async def test_unable_to_reach_is_accepted_after_enough_was_tried(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    await call(coordination, stay, "2026-09-08 09:00", "no-answer")
    await call(coordination, stay, "2026-09-08 15:00", "message-left", channel="portal")
    need = await contact_need(coordination, stay, "2026-09-09 10:00")
    client, url = at(coordination, new_york("2026-09-10 10:00")), f"/v1/needs/{need['id']}/give-up"
    early = await client.post(url, json={"code": "unable-to-reach"}, headers=tag(need))
    assert problem(early) == (422, "need.more-attempts-needed")
    await call(coordination, stay, "2026-09-10 09:00", "no-answer")
    need = await contact_need(coordination, stay, "2026-09-10 10:00")
    given_up = await good(await client.post(url, json={"code": "unable-to-reach"}, headers=tag(need)))
    assert (given_up["state"], given_up["closed_code"]) == ("not-met", "unable-to-reach")
