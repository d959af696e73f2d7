"""Forms and filled-in forms under /fhir: the same check-ins by the same use cases."""

from typing import Any

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.conversations import check_ins, held, opened, quiet, says
from tests.support.makers_monitoring import Patient, a_patient_with, with_diabetes, with_heart_failure

CALL, LATER = "2026-09-09 10:12", "2026-09-09 10:25"


def response(patient: Patient, form: str, answers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A filled-in form as another system sends it."""
    kinds = {bool: "valueBoolean", int: "valueInteger", float: "valueDecimal", str: "valueString"}
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"urn:careweave:form:{form}|1.0.0",
        "status": "completed",
        "subject": {"reference": f"Patient/{patient.id}"},
        "item": [{"linkId": key, "answer": [{kinds[type(value)]: value}]} for key, value in answers.items()],
        **changes,
    }


async def send(patient: Patient, resource: dict[str, Any], now: str = LATER) -> Any:
    """It arrives from another system."""
    return await patient.client(Role.INTEGRATION, now=now).post("/fhir/R4/QuestionnaireResponse", json=resource)


def code(answer: Any) -> str:
    """The code of the first issue of an OperationOutcome."""
    assert answer.json()["resourceType"] == "OperationOutcome"
    found: str = answer.json()["issue"][0]["details"]["coding"][0]["code"]
    return found


async def test_the_capability_statement_offers_what_there_is(monitoring: Api) -> None:
    said = (await monitoring.anonymous().get("/fhir/R4/metadata")).json()
    offered = {each["type"]: [one["code"] for one in each["interaction"]] for each in said["rest"][0]["resource"]}
    assert offered["Questionnaire"] == ["read", "search-type"]
    assert offered["QuestionnaireResponse"] == ["create", "read", "search-type"]
    sent = {"resourceType": "Questionnaire", "status": "active"}
    assert (await monitoring.as_(Role.INTEGRATION).post("/fhir/R4/Questionnaire", json=sent)).status_code == 405


async def test_a_bundle_cannot_make_a_form_either(monitoring: Api) -> None:
    entry = {"resource": {"resourceType": "Questionnaire"}, "request": {"method": "POST", "url": "Questionnaire"}}
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [entry]}
    answer = await monitoring.as_(Role.INTEGRATION).post("/fhir/R4", json=bundle)
    assert answer.json()["entry"][0]["response"]["status"].startswith("4")


async def test_forms_are_found_page_by_page(monitoring: Api) -> None:
    client = monitoring.as_(Role.CASE_MANAGER)
    seen, path = [], "/fhir/R4/Questionnaire?_count=5"
    while path:
        bundle = (await client.get(path)).json()
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        path = next((each["url"] for each in bundle["link"] if each["relation"] == "next"), "")
    assert len(seen) == len(set(seen)) == 13
    act = (await client.get("/fhir/R4/Questionnaire/act-1.0.0")).json()
    assert [item["text"] for item in act["item"]] == [f"Item {n}: see the licensed form" for n in range(1, 6)]
    assert "permission" in act["copyright"]


async def test_what_was_asked_here_is_read_there_and_sent_back_the_same(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    said = quiet("heart-failure", heart_failure__nyha=3, heart_failure__swelling=True)
    done = await held(patient, CALL, said)
    client = patient.client(now=LATER)
    first = (await client.get(f"/fhir/R4/QuestionnaireResponse/{done['id']}.heart-failure")).json()
    assert (first["status"], first["authored"]) == ("completed", "2026-09-09T14:12:00Z")
    other = await with_heart_failure(monitoring)
    copy = {**first, "subject": {"reference": f"Patient/{other.id}"}}
    made = await send(other, copy)
    assert made.status_code == 201, made.text
    again = made.json()
    assert [again[name] for name in ("questionnaire", "status", "authored", "item")] == [
        first[name] for name in ("questionnaire", "status", "authored", "item")
    ]


async def test_a_red_flag_in_a_form_sent_in_raises_its_alert(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    sent = response(patient, "heart-failure", {"heart-failure.chest-pain": True}, status="in-progress")
    assert (await send(patient, sent)).status_code == 201
    assert await patient.standing(LATER) == {"SYM-RED": "critical"}


async def test_a_red_flag_beside_a_wrong_answer_fires_and_the_answer_says_so(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    answers: dict[str, Any] = {"heart-failure.nyha": 9, "heart-failure.chest-pain": "yes"}
    sent = await send(patient, response(patient, "heart-failure", answers))
    assert (sent.status_code, code(sent)) == (201, "answer.out-of-range")
    assert sent.json()["issue"][0]["expression"] == ["QuestionnaireResponse.item[0]"]
    assert await patient.standing(LATER) == {"SYM-RED": "critical"}
    (check_in,) = await check_ins(patient, LATER)
    assert check_in["state"] == "in-progress"


async def test_a_red_flag_in_a_form_sent_unfinished_as_completed_fires(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    sent = await send(patient, response(patient, "heart-failure", {"heart-failure.chest-pain": True}))
    assert (sent.status_code, code(sent)) == (201, "check-in.incomplete")
    assert await patient.standing(LATER) == {"SYM-RED": "critical"}
    quiet_one = response(patient, "heart-failure", {"heart-failure.chest-pain": False})
    refused = await send(patient, quiet_one)
    assert (refused.status_code, code(refused)) == (422, "check-in.incomplete")


async def test_a_form_sent_in_is_no_conversation(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "asthma", "2026-09-01 09:00", circumstances=["interpreter-needed"])
    sent = response(patient, "act", {f"act.{number}": 3 for number in range(1, 6)})
    assert (await send(patient, sent)).status_code == 201
    (check_in,) = await check_ins(patient, LATER)
    assert (check_in["state"], check_in["contact"]["interactive"]) == ("completed", False)
    assert await patient.standing(LATER) == {"ACT": "moderate"}


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"questionnaire": "http://example.org/Questionnaire/1"}, "questionnaire-response.form"),
        ({"questionnaire": "urn:careweave:form:diabetes|9.9.9"}, "form.unknown"),
        ({"questionnaire": "urn:careweave:form:heart-failure|1.0.0"}, "check-in.not-followed"),
        ({"status": "stopped"}, "questionnaire-response.status"),
        ({"authored": "2026-09-09"}, "time.not-an-instant"),
        ({"item": [{"linkId": "diabetes.lows"}]}, "questionnaire-response.answer"),
        ({"item": [{"linkId": "no.such", "answer": [{"valueBoolean": True}]}]}, "answer.question-unknown"),
        ({"item": [{"linkId": "diabetes.thirst", "answer": [{"valueInteger": 1}]}]}, "answer.wrong-kind"),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_its_code(
    monitoring: Api, changes: dict[str, Any], refused: str
) -> None:
    patient = await with_diabetes(monitoring)
    answer = await send(patient, response(patient, "diabetes", {"diabetes.thirst": True}, **changes))
    assert (answer.status_code, code(answer)) == (422, refused)
    assert await check_ins(patient, LATER) == []


async def test_filled_in_forms_are_found_newest_first_page_by_page(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    for day in ("09", "10"):
        now = f"2026-09-{day} 10:00"
        await says(patient, await opened(patient, now), now, {"common.fall": False, "heart-failure.nyha": 2})
    path, seen = f"/fhir/R4/QuestionnaireResponse?patient={patient.id}&_count=1", []
    while path:
        bundle = (await patient.client(now="2026-09-10 11:00").get(path)).json()
        seen += [(entry["resource"]["authored"][:10], entry["resource"]["questionnaire"]) for entry in bundle["entry"]]
        path = next((each["url"] for each in bundle["link"] if each["relation"] == "next"), "")
    forms = ["urn:careweave:form:common|1.0.0", "urn:careweave:form:heart-failure|1.0.0"]
    assert seen == [(f"2026-09-{day}", form) for day in ("10", "09") for form in forms]
