"""What is too large, too deep, malformed or misspelt gets its own code and a sentence (S4, S14, S22)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.defects import breaks_on
from tests.support.letters import a_letter
from tests.support.makers_coordination import a_person
from tests.support.makers_directory import a_referral


async def post(api: Api, content: bytes, **headers: str) -> Any:
    nurse = api.as_(Role.COORDINATOR)
    return await nurse.post("/v1/patients", content=content, headers={"Content-Type": "application/json", **headers})


@pytest.mark.parametrize("body", [b"{", b"", b"[1,", b'{"a": NaN}', b"\xff\xfe"])
async def test_what_is_not_json_is_said_so(coordination: Api, body: bytes) -> None:
    answer = await post(coordination, body)
    assert answer.status_code == 422
    assert answer.json()["code"] in ("body.malformed-json", "body.invalid")
    assert answer.json()["detail"]


async def test_what_is_nested_without_end_is_said_so(coordination: Api) -> None:
    answer = await post(coordination, b"[" * 5000)
    assert problem(answer) == (400, "body.too-deep")
    assert "Send the body as" in answer.json()["detail"]


async def test_an_unknown_field_is_named(coordination: Api) -> None:
    answer = await coordination.as_(Role.COORDINATOR).post("/v1/patients", json=a_person(nickname="Rosie"))
    assert problem(answer) == (422, "body.invalid")
    assert answer.json()["errors"] == [
        {"pointer": "/body/nickname", "code": "field.unknown", "reason": "is not a field here; check the spelling"}
    ]


async def test_a_time_without_zone_is_said_so(coordination: Api) -> None:
    body = a_person(deceased_at="2026-01-01T00:00:00")
    answer = await coordination.as_(Role.COORDINATOR).post("/v1/patients", json=body)
    assert problem(answer) == (422, "time.without-zone")


async def test_an_unknown_code_lists_the_known_ones(coordination: Api) -> None:
    answer = await coordination.as_(Role.COORDINATOR).post("/v1/patients", json=a_person(sex="w"))
    assert problem(answer) == (422, "code.unknown")
    assert "'female'" in answer.json()["errors"][0]["reason"]


async def test_a_refusal_never_repeats_what_was_sent(coordination: Api) -> None:
    answer = await coordination.as_(Role.COORDINATOR).post("/v1/patients", json=a_person(birth_date="Rosa-secret"))
    assert answer.status_code == 422
    assert "Rosa-secret" not in answer.text


async def test_a_body_over_the_limit_is_refused(coordination: Api) -> None:
    assert problem(await post(coordination, b'{"a":"' + b"x" * (17 * 1024 * 1024) + b'"}')) == (413, "body.too-large")


async def test_a_compressed_body_is_refused(coordination: Api) -> None:
    assert problem(await post(coordination, b"\x1f\x8b", **{"Content-Encoding": "gzip"})) == (415, "body.encoding")


class Stalling:
    """A body that begins, and then waits for ever."""

    def __init__(self) -> None:
        self.waits = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"family":'
        self.waits.set()
        await asyncio.Event().wait()


@pytest.mark.parametrize("path", ["/v1/patients", "/fhir/R4/Patient"])
async def test_a_body_that_stalls_is_refused_and_holds_no_connection(
    coordination: Api, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A slow sender waits at the door, before a transaction begins (S14)."""
    monkeypatch.setattr("shared.web.route._BODY_SECONDS", 0.3)
    nurse, body = coordination.as_(Role.COORDINATOR), Stalling()
    pool = coordination.sessions.kw["bind"].pool
    asked = asyncio.create_task(nurse.post(path, content=body, headers={"Content-Type": "application/json"}))
    await body.waits.wait()
    assert pool.checkedout() == 0
    answer = await asyncio.wait_for(asked, 5)
    assert answer.status_code == 408
    assert "body.too-slow" in answer.text
    assert (await nurse.get("/v1/patients")).json()["items"] == []


async def test_a_guests_form_that_stalls_is_refused(coordination: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.web.guests._FORM_SECONDS", 0.1)
    letter = await a_letter(coordination, await a_referral(coordination))
    answer = await asyncio.wait_for(letter.client.post(letter.path, content=Stalling()), 5)
    assert answer.status_code == 408
    assert (await letter.unlock()).status_code == 200


async def test_a_long_address_and_long_headers_are_refused(coordination: Api) -> None:
    nurse = coordination.as_(Role.COORDINATOR)
    assert problem(await nurse.get("/v1/patients", params={"family": "x" * 9000})) == (431, "request.too-large")
    assert problem(await nurse.get("/v1/patients", headers={"X-Long": "x" * 40000})) == (431, "request.too-large")


async def test_an_unknown_query_parameter_is_refused_with_the_known_ones(coordination: Api) -> None:
    nurse = coordination.as_(Role.COORDINATOR)
    answer = await nurse.get("/v1/patients", params={"famly": "Rosa-secret"})
    assert problem(answer) == (422, "query.unknown-parameter")
    assert answer.json()["known"] == ["birth_date", "cursor", "family", "given", "identifier", "limit", "name"]
    assert "Rosa-secret" not in answer.text
    assert (await nurse.get("/v1/patients", params={"family": "Rosa"})).status_code == 200


async def test_a_filter_that_comes_twice_is_refused_but_a_list_may(coordination: Api) -> None:
    nurse = coordination.as_(Role.COORDINATOR)
    answer = await nurse.get("/v1/patients?family=Rosa-secret&family=Lee&limit=5")
    assert problem(answer) == (422, "query.repeated-parameter")
    assert answer.json()["repeated"] == ["family"]
    assert "Rosa-secret" not in answer.text
    assert (await nurse.get("/v1/worklist?team=cardiology-east&team=cardiology-west")).status_code == 200


async def test_a_body_that_is_not_json_is_told_what_to_send(coordination: Api) -> None:
    nurse, body = coordination.as_(Role.COORDINATOR), orjson.dumps(a_person())
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        answer = await nurse.post("/v1/patients", content=body, headers={"Content-Type": kind})
        assert problem(answer) == (415, "body.not-json")
        assert "Content-Type: application/json" in answer.json()["detail"]
    assert problem(await nurse.post("/v1/patients", content=body)) == (415, "body.not-json")
    kind = "application/json; charset=utf-8"
    assert (await nurse.post("/v1/patients", content=body, headers={"Content-Type": kind})).status_code == 201


async def test_a_refusal_is_a_sentence_of_ours(monitoring: Api, coordination: Api) -> None:
    worded = await coordination.as_(Role.COORDINATOR).post("/v1/patients", json=a_person() | {"family": "A\u0000B"})
    assert worded.status_code == 422
    code = await monitoring.as_(Role.CASE_MANAGER).get("/v1/eligibility?protocol=diabetes&circumstance=%20x%20%20y")
    assert code.status_code == 422
    for answer in (worded, code):
        assert "Value error" not in answer.text
        assert "pattern" not in answer.text


async def test_a_write_with_an_unknown_query_parameter_leaves_nothing(coordination: Api) -> None:
    nurse, body = coordination.as_(Role.COORDINATOR), a_person()
    headers = {"Idempotency-Key": "misspelt"}
    answer = await nurse.post("/v1/patients?dry_run=true", json=body, headers=headers)
    assert problem(answer) == (422, "query.unknown-parameter")
    assert answer.json()["detail"].endswith("It takes none.")
    assert (await nurse.get("/v1/patients")).json()["items"] == []
    assert (await nurse.post("/v1/patients", json=body, headers=headers)).status_code == 201


async def test_who_asks_is_looked_at_before_what_is_asked(coordination: Api) -> None:
    anonymous = await coordination.anonymous().get("/v1/patients", params={"famly": "x"})
    assert problem(anonymous) == (401, "token.invalid")


async def test_under_fhir_too_long_an_address_is_an_outcome(coordination: Api) -> None:
    answer = await coordination.as_(Role.COORDINATOR).get("/fhir/R4/Patient", params={"name": "x" * 9000})
    assert answer.status_code == 431
    assert answer.headers["content-type"] == "application/fhir+json"
    (issue,) = answer.json()["issue"]
    assert (issue["code"], issue["details"]["coding"][0]["code"]) == ("too-long", "request.too-large")


@pytest.mark.parametrize("path", ["/fhir/R4/Patient", "/v1/patients"])
async def test_a_defect_is_said_in_the_words_of_its_door(path: str) -> None:
    async with breaks_on("Rosa-secret") as client:
        answer = await client.get(path)
    assert answer.status_code == 500
    assert "Rosa-secret" not in answer.text
    if path.startswith("/fhir"):
        (issue,) = answer.json()["issue"]
        assert (answer.json()["resourceType"], issue["details"]["coding"][0]["code"]) == (
            "OperationOutcome",
            "internal",
        )
    else:
        assert (answer.json()["code"], bool(answer.json()["request_id"])) == ("internal", True)


@pytest.mark.parametrize("limit", ["0", "-1", "201", "many"])
async def test_a_page_has_bounds(coordination: Api, limit: str) -> None:
    answer = await coordination.as_(Role.COORDINATOR).get("/v1/patients", params={"limit": limit})
    assert answer.status_code == 422


async def test_a_foreign_cursor_is_refused(coordination: Api) -> None:
    answer = await coordination.as_(Role.COORDINATOR).get("/v1/patients", params={"cursor": "bm9uc2Vuc2U"})
    assert problem(answer) == (400, "cursor.invalid")


async def test_a_change_needs_the_version_it_saw(coordination: Api) -> None:
    nurse, body = coordination.as_(Role.COORDINATOR), a_person()
    patient = (await nurse.post("/v1/patients", json=body)).json()["id"]
    path, changed = f"/v1/patients/{patient}", {**body, "given": "Rosalia"}
    assert problem(await nurse.put(path, json=changed)) == (428, "version.missing")
    assert problem(await nurse.put(path, json=changed, headers={"If-Match": "three"})) == (400, "version.invalid")
    assert (await nurse.put(path, json=changed, headers={"If-Match": '"1"'})).headers["ETag"] == '"2"'
    assert problem(await nurse.put(path, json=changed, headers={"If-Match": '"1"'})) == (412, "version.stale")


async def test_simulated_time_needs_an_offset(coordination: Api) -> None:
    answer = await coordination.as_(Role.COORDINATOR, now="2026-09-04T15:20:00").get("/v1/patients")
    assert problem(answer) == (400, "simulated-time.invalid")


async def test_answers_carry_safe_headers_and_the_requests_id(coordination: Api) -> None:
    answer = await coordination.as_(Role.COORDINATOR).get("/v1/patients", headers={"X-Request-Id": "mine-1"})
    assert answer.headers["X-Request-Id"] == "mine-1"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_an_unknown_address_and_method_are_problems_too(coordination: Api) -> None:
    nurse = coordination.as_(Role.COORDINATOR)
    assert problem(await nurse.get("/v1/nothing")) == (404, "address.unknown")
    assert problem(await nurse.delete("/v1/patients")) == (405, "method.unknown")
