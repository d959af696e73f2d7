"""Check-ins: saved in parts, red flags at once, completed, corrected; what was answered reaches the rules."""

from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from shared.db import kernel
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.conversations import BY_PHONE, does, held, opened, quiet, says, tries
from tests.support.makers_monitoring import a_patient_with, with_diabetes, with_heart_failure

CALL, LATER = "2026-09-09 10:12", "2026-09-09 10:25"


async def needs(api: Api) -> list[str]:
    """The needs coordination was asked for, in order."""
    async with transaction(api.sessions, api.organization) as tx:
        table = kernel.outbox
        rows = await tx.execute(select(table.c.body).where(table.c.kind == "NeedIdentified").order_by(table.c.seq))
        return [row.body["kind"] for row in rows]


def rules(saved: dict[str, Any]) -> dict[str, str]:
    return {alert["rule"]: alert["severity"] for alert in saved["alerts"]}


async def test_the_call_of_the_worked_example(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    await patient.sends("nyha", 2, "{rank}", "2026-09-04 15:30")
    check_in = await opened(patient, CALL)
    said = {
        "heart-failure.nyha": 3, "heart-failure.pillows": 2, "heart-failure.swelling": True, "heart-failure.spo2": 94,
        "heart-failure.systolic": 128, "heart-failure.diastolic": 74, "heart-failure.rate": 88,
    }  # fmt: skip
    saved = await says(patient, check_in, CALL, said)
    assert rules(saved) == {"NYHA-RISE": "moderate", "SYM-YELLOW": "moderate"}
    assert [each["severity"] for each in saved["concerns"]] == ["low"]
    rest = {key: value for key, value in quiet("heart-failure").items() if key not in said}
    done = await does(patient, saved, "complete", {"answers": rest, "contact": BY_PHONE}, "2026-09-09 10:31")
    assert done["state"] == "completed"
    assert done["open_questions"] == []
    assert await patient.standing("2026-09-09 10:31") == {"NYHA-RISE": "moderate", "SYM-YELLOW": "moderate"}


async def test_a_red_flag_raises_its_alert_with_the_save(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    saved = await says(patient, await opened(patient, CALL), CALL, {"heart-failure.chest-pain": True})
    assert rules(saved) == {"SYM-RED": "critical"}
    assert saved["state"] == "in-progress"
    evidence = saved["alerts"][0]["evidence"][0]
    assert evidence["source"] == f"check-in:{saved['id']}"


async def test_item_9_of_the_phq_is_critical_whatever_the_rest(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    saved = await says(patient, await opened(patient, CALL), CALL, {"phq.9": 1})
    assert rules(saved) == {"SUICIDE": "critical"}
    assert "phq.3" in saved["open_questions"]


async def test_answers_in_any_order_end_in_the_same_check_in_and_the_same_alerts(monitoring: Api) -> None:
    parts = [
        {"heart-failure.nyha": 4, "heart-failure.chest-pain": True},
        {"common.missed-doses": 3, "heart-failure.faint": True},
        {"phq.1": 2, "phq.2": 2},
    ]
    seen = []
    for order in permutations(parts):
        patient = await with_heart_failure(monitoring)
        check_in = await opened(patient, CALL)
        for number, part in enumerate(order):
            check_in = await says(patient, check_in, f"2026-09-09 10:{12 + number}", part)
        answers = {each["question"]: each["value"] for each in check_in["answers"]}
        alerts = await patient.alerts(LATER)
        seen.append(
            (
                answers,
                check_in["scores"],
                check_in["concerns"],
                [(alert["rule"], alert["severity"], alert["arithmetic"], alert["began_at"]) for alert in alerts],
            )
        )
    assert len(seen) == 6
    assert all(each == seen[0] for each in seen)
    assert {rule for rule, *_ in seen[0][3]} == {"ADHERENCE", "NYHA-IV", "PHQ-2", "SYM-RED"}


async def test_distress_of_3_asks_for_the_17_and_for_behavioural_help_once(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    saved = await says(patient, await opened(patient, CALL), CALL, {"dds2.1": 4, "dds2.2": 3})
    score = next(each for each in saved["scores"] if each["metric"] == "dds2")
    assert score["value"] == "3.50"
    assert "dds-17@1.0.0" in saved["asked"]
    assert "dds17.17" in saved["open_questions"]
    assert rules(saved) == {"DDS-2": "moderate"}
    await says(patient, saved, LATER, {"dds2.2": 4})
    assert await needs(monitoring) == ["behavioural-health"]


async def test_two_missed_doses_ask_for_support_and_one_does_not(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    saved = await says(patient, await opened(patient, CALL), CALL, {"common.missed-doses": 1})
    assert await needs(monitoring) == []
    await says(patient, saved, LATER, {"common.missed-doses": 2})
    assert await needs(monitoring) == ["adherence-support"]


@pytest.mark.parametrize("question", ["common.ed", "common.admission"])
async def test_a_stay_the_patient_tells_of_begins_its_transition(monitoring: Api, question: str) -> None:
    patient = await with_diabetes(monitoring)
    saved = await says(patient, await opened(patient, CALL), CALL, {question: True})
    assert rules(saved) == {"HOSPITAL": "high"}
    assert await needs(monitoring) == ["hospital-visit-follow-up"]


async def test_completion_needs_an_answer_or_a_reason_for_each_required_question(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    most = quiet("diabetes")
    del most["common.cost"], most["diabetes.lows"]
    saved = await says(patient, await opened(patient, CALL), CALL, most)
    refused = await tries(patient, saved, "complete", {"contact": BY_PHONE}, LATER)
    assert problem(refused) == (422, "check-in.incomplete")
    assert refused.json()["questions"] == ["common.cost", "diabetes.lows"]
    body = {"contact": BY_PHONE, "answers": {"diabetes.lows": 0}, "not_asked": {"common.cost": "out-of-time"}}
    done = await does(patient, saved, "complete", body, LATER)
    assert done["not_asked"] == {"common.cost": "out-of-time"}


async def test_a_reason_for_a_form_stands_for_its_questions(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    saved = await says(patient, await opened(patient, CALL), CALL, {**quiet("diabetes"), "phq.1": 3})
    body = {"contact": BY_PHONE, "not_asked": {"phq-9": "patient-declined"}}
    assert (await does(patient, saved, "complete", body, LATER))["state"] == "completed"


async def test_who_needs_an_interpreter_has_one(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 09:00", circumstances=["interpreter-needed"])
    saved = await says(patient, await opened(patient, CALL), CALL, quiet("diabetes"))
    refused = await tries(patient, saved, "complete", {"contact": BY_PHONE}, LATER)
    assert problem(refused) == (422, "check-in.interpreter-needed")
    with_one = {**BY_PHONE, "interpreter_used": True, "interpreter_language": "es"}
    done = await does(patient, saved, "complete", {"contact": with_one}, LATER)
    assert done["contact"]["interpreter_language"] == "es"


async def test_the_minutes_of_a_conversation_are_logged_once(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    saved = await says(patient, await opened(patient, CALL), CALL, quiet("diabetes"))
    spent = {"programme": "rpm", "credential": "rn", "minutes": 13}
    done = await does(patient, saved, "complete", {"contact": BY_PHONE, "time": spent}, LATER)
    entry = await patient.client(now=LATER).get(f"/v1/time-entries/{done['contact']['time_entry_id']}")
    found = {name: entry.json()[name] for name in ("started_at", "seconds", "activity", "contact")}
    assert found == {
        "started_at": "2026-09-09T14:12:00Z", "seconds": 780, "activity": "check-in", "contact": "interactive",
    }  # fmt: skip
    again = await says(patient, await opened(patient, CALL), CALL, quiet("diabetes"))
    twice = await tries(patient, again, "complete", {"contact": BY_PHONE, "time": spent}, LATER)
    assert twice.status_code in (409, 422)
    assert (await patient.client(now=LATER).get(f"/v1/check-ins/{again['id']}")).json()["state"] == "in-progress"


async def test_a_correction_corrects_the_reading_and_closes_the_alert(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    done = await held(patient, CALL, quiet("heart-failure", heart_failure__nyha=4))
    assert await patient.standing(LATER) == {"NYHA-IV": "high"}
    body = {"answers": {"heart-failure.nyha": 2}, "reason": "Typed 4 for 2"}
    corrected = await does(patient, done, "correct", body, LATER)
    assert [alert["disposition"] for alert in corrected["alerts"]] == ["source-corrected"]
    history = await patient.client(now=LATER).get(f"/v1/check-ins/{done['id']}/history")
    last = history.json()[-1]
    assert (last["act"], last["reason"], last["before"]) == ("correct", "Typed 4 for 2", {"heart-failure.nyha": "4"})


async def test_a_required_answer_is_not_taken_back_without_a_reason(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    done = await held(patient, CALL, quiet("heart-failure"))
    body: dict[str, Any] = {"answers": {"heart-failure.nyha": None}, "reason": "Was not asked"}
    assert problem(await tries(patient, done, "correct", body, LATER)) == (422, "check-in.incomplete")
    body["not_asked"] = {"heart-failure.nyha": "out-of-time"}
    corrected = await does(patient, done, "correct", body, LATER)
    readings = await patient.client(now=LATER).get(
        "/fhir/R4/Observation", params={"patient": patient.id, "code": "88020-3"}
    )
    assert [entry["resource"]["status"] for entry in readings.json()["entry"]] == ["entered-in-error"]
    assert "heart-failure.nyha" not in {each["question"] for each in corrected["answers"]}


async def test_a_check_in_without_symptoms_says_that_they_are_gone(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    await held(patient, CALL, quiet("heart-failure", heart_failure__chest_pain=True))
    await held(patient, "2026-09-10 10:00", quiet("heart-failure"))
    (alert,) = [each for each in await patient.alerts("2026-09-10 11:00") if each["rule"] == "SYM-RED"]
    assert alert["cleared_at"] == "2026-09-10T14:00:00Z"


async def test_answers_of_the_day_after_are_another_conversation(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    saved = await says(patient, await opened(patient, CALL), CALL, {"common.fall": False})
    refused = await tries(patient, saved, "answer", {"answers": {"heart-failure.faint": True}}, "2026-09-10 09:00")
    assert problem(refused) == (409, "check-in.conversation-over")


async def test_a_save_of_an_old_version_is_refused(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    check_in = await opened(patient, CALL)
    await says(patient, check_in, CALL, {"common.fall": False})
    refused = await tries(patient, check_in, "answer", {"answers": {"common.fall": True}}, LATER)
    assert problem(refused) == (412, "version.stale")


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"common.fall": "perhaps"}, "answer.wrong-kind"),
        ({"phq.1": 4}, "answer.out-of-range"),
        ({"heart-failure.spo2": 940}, "answer.implausible"),
        ({"heart-failure.systolic": 74, "heart-failure.diastolic": 128}, "answer.implausible"),
        ({"diabetes.lows": 1}, "answer.question-unknown"),
    ],
)
async def test_a_wrong_answer_is_refused_and_the_red_flag_beside_it_fires(
    monitoring: Api, answers: dict[str, Any], code: str
) -> None:
    patient = await with_heart_failure(monitoring)
    saved = await says(patient, await opened(patient, CALL), CALL, {**answers, "heart-failure.chest-pain": True})
    assert {each["question"]: each["code"] for each in saved["refused"]} == dict.fromkeys(answers, code)
    assert all(each["detail"] for each in saved["refused"])
    assert [each["question"] for each in saved["answers"]] == ["heart-failure.chest-pain"]
    assert rules(saved) == {"SYM-RED": "critical"}
    found = await patient.client(now=LATER).get(f"/v1/check-ins/{saved['id']}")
    assert (found.json()["state"], found.json()["answers"]) == ("in-progress", saved["answers"])
    assert await patient.standing(LATER) == {"SYM-RED": "critical"}


async def test_a_save_of_which_nothing_fits_is_refused(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    check_in = await opened(patient, CALL)
    refused = await tries(patient, check_in, "answer", {"answers": {"phq.1": 4, "heart-failure.spo2": 940}}, CALL)
    assert problem(refused) == (422, "answer.out-of-range")
    found = await patient.client(now=CALL).get(f"/v1/check-ins/{check_in['id']}")
    assert (found.json()["state"], found.json()["answers"]) == ("due", [])


async def test_a_pressure_that_does_not_fit_the_one_kept_before_leaves_that_one(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    kept = await says(patient, await opened(patient, CALL), CALL, {"heart-failure.diastolic": 80})
    saved = await says(patient, kept, LATER, {"heart-failure.systolic": 74, "common.fall": False})
    assert [each["question"] for each in saved["refused"]] == ["heart-failure.systolic"]
    assert [each["question"] for each in saved["answers"]] == ["common.fall", "heart-failure.diastolic"]


async def test_yes_and_no_are_what_the_form_says_and_null_takes_back(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    form = (await monitoring.as_(Role.CASE_MANAGER).get("/v1/forms/heart-failure/versions/1.0.0")).json()
    (faint,) = [each for each in form["questions"] if each["key"] == "heart-failure.faint"]
    assert (faint["taken"], faint["means"][0]["when"]) == ("yes or no, or true or false", "yes")
    said = {"heart-failure.faint": "yes", "common.fall": "No", "heart-failure.dizziness": True}
    saved = await says(patient, await opened(patient, CALL), CALL, said)
    values = {each["question"]: each["value"] for each in saved["answers"]}
    assert values == {"heart-failure.faint": True, "common.fall": False, "heart-failure.dizziness": True}
    assert rules(saved)["SYM-RED"] == "critical"
    after = await says(patient, saved, LATER, {"heart-failure.dizziness": None})
    assert [each["question"] for each in after["answers"]] == ["common.fall", "heart-failure.faint"]


async def test_a_red_flag_sent_with_a_completion_that_cannot_be_is_kept(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    most = quiet("heart-failure")
    del most["heart-failure.nyha"]
    saved = await says(patient, await opened(patient, CALL), CALL, most)
    flag = {"heart-failure.chest-pain": True}
    body = {"contact": BY_PHONE, "answers": {**flag, "heart-failure.nyha": 7}}
    first = await does(patient, saved, "complete", body, LATER)
    assert (first["state"], first["contact"]) == ("in-progress", None)
    assert [(each["question"], each["code"]) for each in first["refused"]] == [
        ("heart-failure.nyha", "answer.out-of-range")
    ]
    assert await patient.standing(LATER) == {"SYM-RED": "critical"}
    second = await does(
        patient, first, "complete", {"contact": BY_PHONE, "answers": {"heart-failure.faint": True}}, LATER
    )
    assert second["state"] == "in-progress"
    assert [(each["question"], each["code"]) for each in second["refused"]] == [(None, "check-in.incomplete")]
    done = await does(patient, second, "complete", {"contact": BY_PHONE, "answers": {"heart-failure.nyha": 2}}, LATER)
    assert (done["state"], done["refused"]) == ("completed", [])


async def test_a_correction_keeps_what_fits_and_says_what_does_not(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    done = await held(patient, CALL, quiet("heart-failure"))
    body = {"answers": {"heart-failure.faint": True, "heart-failure.nyha": "III"}, "reason": "Misheard"}
    corrected = await does(patient, done, "correct", body, LATER)
    assert [(each["question"], each["code"]) for each in corrected["refused"]] == [
        ("heart-failure.nyha", "answer.wrong-kind")
    ]
    assert await patient.standing(LATER) == {"SYM-RED": "critical"}


async def test_one_conversation_serves_two_conditions(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    second = await a_patient_with(monitoring, "diabetes", "2026-09-05 09:00", patient_id=patient.id)
    check_in = await opened(patient, CALL, patient.enrollment["id"], second.enrollment["id"])
    assert sum(form.startswith("common@") for form in check_in["forms"]) == 1
    saved = await says(patient, check_in, CALL, {"common.missed-doses": 2, "diabetes.low-helped": True})
    assert {alert["protocol"] for alert in saved["alerts"] if alert["rule"] == "ADHERENCE"} == {
        "heart-failure",
        "diabetes",
    }
    assert rules(saved)["HYPO-3"] == "critical"


async def test_a_check_in_is_for_one_patient_who_is_followed(monitoring: Api) -> None:
    one, other = await with_heart_failure(monitoring), await with_diabetes(monitoring)
    client = one.client(now=CALL)
    ids = [one.enrollment["id"], other.enrollment["id"]]
    answer = await client.post("/v1/check-ins", json={"enrollment_ids": ids, "reason": "Called"})
    assert problem(answer) == (422, "check-in.not-followed")
    nobody = await client.post("/v1/check-ins", json={"enrollment_ids": [str(uuid4())], "reason": "Called"})
    assert nobody.status_code == 404


async def test_one_entered_in_error_takes_its_readings_back(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    saved = await says(patient, await opened(patient, CALL), CALL, {"heart-failure.chest-pain": True})
    done = await does(patient, saved, "cancel", {"reason": "entered-in-error"}, LATER)
    assert done["state"] == "cancelled"
    assert await patient.standing(LATER) == {}


async def test_acts_are_listed_with_the_reason_for_each_that_is_not_possible(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    check_in = await opened(patient, CALL)
    assert {act["act"] for act in check_in["acts"] if act["allowed"]} == {"answer", "miss", "cancel"}
    auditor = await patient.client(Role.AUDITOR, now=CALL).get(f"/v1/check-ins/{check_in['id']}")
    assert [act["allowed"] for act in auditor.json()["acts"]] == [False] * 5


async def test_forms_say_what_an_answer_does(monitoring: Api) -> None:
    client = monitoring.as_(Role.CASE_MANAGER)
    listed = (await client.get("/v1/forms")).json()
    assert {"key": "act", "version": "1.0.0"}.items() <= next(each for each in listed if each["key"] == "act").items()
    form = (await client.get("/v1/forms/heart-failure/versions/1.0.0")).json()
    shocks = next(each for each in form["questions"] if each["key"] == "heart-failure.shocks")
    assert [(each["when"], each["severity"]) for each in shocks["means"]] == [("≥ 1", "high"), ("≥ 2", "critical")]
    assert (await client.get("/v1/forms/heart-failure/versions/9")).status_code == 404


async def test_what_a_patient_reports_is_not_confused_with_another(monitoring: Api) -> None:
    one, other = await with_heart_failure(monitoring), await with_heart_failure(monitoring)
    await held(one, CALL, quiet("heart-failure", heart_failure__faint=True))
    assert await other.standing(LATER) == {}
