"""Enrollments: who is followed, who is not, and what may be done with it."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import (
    a_patient_with,
    as_coordination,
    enrolls,
    identity,
    local,
    with_diabetes,
    with_heart_failure,
)
from tests.support.makers_plans import DOCTOR, entitles

AT = "2026-09-04 15:20"


async def test_the_answer_says_who_is_followed_under_which_version(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    enrollment = patient.enrollment
    assert enrollment["state"] == "active"
    assert enrollment["protocol_version"] == "1.0.0"
    assert enrollment["baselines"][0]["value"] == "81.0"
    assert enrollment["baselines"][0]["set_by"] == "case_manager-1"
    acts = {act["act"]: act["reason"] for act in enrollment["acts"]}
    assert acts["pause"] is None
    assert "paused" in acts["resume"], "why not"


async def test_the_same_request_gives_the_same_enrollment_and_a_second_is_refused(monitoring: Api) -> None:
    person = {"version": 1, **identity()}
    need = str(uuid4())
    first = await enrolls(monitoring, "diabetes", AT, patient=person, request_id=need)
    again = await enrolls(monitoring, "diabetes", AT, patient=person, request_id=need)
    assert again.json()["id"] == first.json()["id"]
    second = await enrolls(monitoring, "diabetes", AT, patient=person, request_id=str(uuid4()))
    assert problem(second) == (409, "enrollment.already-followed")
    assert second.json()["enrollment_id"] == first.json()["id"]
    other = await enrolls(monitoring, "heart-failure", AT, patient=person)
    assert other.status_code == 201, "another protocol is another enrollment"
    reused = await enrolls(monitoring, "heart-failure", AT, patient=person, request_id=need)
    assert problem(reused) == (409, "enrollment.request-reused")


@pytest.mark.parametrize(
    ("protocol", "circumstances", "born", "prescriber", "refused"),
    [
        ("diabetes", ["pregnancy"], "1990-05-05", None, "pregnancy"),
        ("diabetes", ["pregnancy"], "1990-05-05", DOCTOR, None),
        ("heart-failure", [], "2012-05-05", DOCTOR, "under-18"),
        ("diabetes", [], "2012-05-05", None, "under-18"),
        ("heart-failure", ["dialysis"], "1952-05-05", None, "dialysis"),
        ("diabetes", ["frail"], "1940-05-05", None, None),
    ],
)
async def test_whom_the_defaults_do_not_fit(
    monitoring: Api, protocol: str, circumstances: list[str], born: str, prescriber: str | None, refused: str | None
) -> None:
    more: dict[str, Any] = {"circumstances": circumstances, "patient": {"version": 1, **identity(born)}}
    if prescriber:
        await entitles(monitoring, prescriber)
        more["override"] = {"prescriber": prescriber, "reason": "Followed together with her own clinic"}
    answer = await enrolls(monitoring, protocol, AT, **more)
    if refused is None:
        assert answer.status_code == 201, answer.text
    else:
        assert problem(answer) == (422, "enrollment.excluded")
        assert [reason["fact"] for reason in answer.json()["reasons"]] == [refused]


async def test_the_dead_are_not_enrolled(monitoring: Api) -> None:
    person = {"version": 1, **identity(), "deceased_at": "2026-08-01T00:00:00Z"}
    answer = await enrolls(monitoring, "diabetes", AT, patient=person)
    assert problem(answer) == (422, "enrollment.excluded")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"protocol": "gout"}, (422, "protocol.unknown")),
        (
            {"baselines": [{"metric": "dry_weight", "value": 8.1, "unit": "kg", "set_at": "2026-09-04T15:00:00Z"}]},
            (422, "baseline.refused"),
        ),
        ({"patient_id": str(uuid4())}, (404, "not-found")),
    ],
)
async def test_a_request_that_cannot_be_met_says_why(
    monitoring: Api, more: dict[str, Any], expected: tuple[int, str]
) -> None:
    answer = await enrolls(monitoring, **{"protocol": "heart-failure", "at": AT, **more})
    assert problem(answer) == expected


async def test_only_what_is_measured_after_activation_raises_alerts(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring, since="2026-09-10 12:00")
    before = await patient.sends("glucose_smbg", 45, "mg/dL", "2026-09-10 11:00", received="2026-09-10 12:30")
    assert before["alerts"] == []
    after = await patient.measures(45, "2026-09-10 13:00")
    assert after["alerts"]


async def test_a_paused_patient_is_still_evaluated_and_an_ended_one_is_not(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    now = "2026-09-05 10:00"
    paused = await patient.act(
        f"{path}/pause", {"reason": "Travelling", "until": "2026-09-20T00:00:00Z"}, version=1, now=now
    )
    assert (paused["state"], paused["paused_until"]) == ("paused", "2026-09-20T00:00:00Z")
    assert (await patient.measures(45, "2026-09-06 07:00"))["alerts"]
    client = patient.client(now=now)
    moved = {"code": "moved-away", "reason": "Moved"}
    stale = await client.post(f"{path}/end", json=moved, headers={"If-Match": '"1"'})
    assert problem(stale) == (412, "version.stale")
    await patient.act(f"{path}/end", moved, version=2, now=now)
    assert (await patient.measures(44, "2026-09-07 07:00"))["alerts"] == []
    twice = await client.post(f"{path}/pause", json={"reason": "x"}, headers={"If-Match": '"3"'})
    assert problem(twice) == (409, "enrollment.wrong-state")
    missing = await client.post(f"{path}/pause", json={"reason": "x"})
    assert problem(missing) == (428, "version.missing")


async def test_referred_then_activated(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00", start="referred")
    assert (await patient.measures(45, "2026-09-01 07:00"))["alerts"] == []
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    active = await patient.act(f"{path}/activate", {"reason": "Agreed"}, version=1, now="2026-09-02 09:00")
    assert active["activated_at"] == "2026-09-02T13:00:00Z"
    assert (await patient.measures(45, "2026-09-03 07:00"))["alerts"]


def target(**more: Any) -> dict[str, Any]:
    return {
        "bound": "glucose.high",
        "limit": 300,
        "unit": "mg/dL",
        "reason": "Lives alone",
        "starts_at": "2026-09-02T00:00:00Z",
        "review_by": "2026-12-01",
        **more,
    }


async def test_a_target_that_cannot_be_set_says_why(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    now = "2026-09-02 09:00"
    client = patient.client(now=now)
    tag = {"If-Match": '"1"'}
    nobody = await client.post(f"{path}/targets", json=target(), headers=tag)
    assert problem(nobody) == (422, "target.needs-prescriber")
    unknown = await client.post(f"{path}/targets", json=target(bound="glucose.sideways"), headers=tag)
    assert problem(unknown) == (422, "target.unknown-bound")
    early = await client.post(f"{path}/targets", json=target(review_by="2026-09-01"), headers=tag)
    assert problem(early) == (422, "target.refused")


async def test_a_looser_limit_with_a_prescriber_holds_until_it_is_withdrawn(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    body = target(prescriber=(await entitles(monitoring))["person"], limit=280)
    done = await patient.act(f"{path}/targets", body, version=1, now="2026-09-02 09:00")
    (kept,) = done["targets"]
    assert (kept["limits"]["mg/dL"], kept["author"], kept["prescriber"]) == ("280", "case_manager-1", DOCTOR)
    assert (await patient.measures(270, "2026-09-03 07:00"))["alerts"] == []
    gone = await patient.act(
        f"{path}/targets/{kept['id']}/withdraw", {"reason": "Reviewed"}, version=2, now="2026-09-04 09:00"
    )
    assert gone["targets"][0]["ends_at"] == "2026-09-04T13:00:00Z"
    (raised,) = (await patient.measures(270, "2026-09-05 07:00"))["alerts"]
    assert raised["rule"] == "H-L2"


async def test_the_summary_shows_what_a_nurse_needs(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    for at, value in (("2026-09-05 07:00", 81.0), ("2026-09-06 07:00", 82.5)):
        await patient.weighs(value, at)
    client = patient.client(now="2026-09-06 08:00")
    found = (await client.get(f"/v1/enrollments/{patient.enrollment['id']}/summary")).json()
    (latest,) = found["latest"]
    assert (latest["metric"], latest["value"], latest["count"]) == ("body_weight", "82.5", 2)
    assert [alert["rule"] for alert in found["open_alerts"]] == ["W24"]
    assert found["enrollment"]["first_reading_at"] is not None
    assert found["history"][0]["act"] == "request"


async def test_another_organization_finds_nothing(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    recorded = await patient.measures(45, "2026-09-03 07:00")
    stranger = monitoring.as_(Role.CASE_MANAGER, organization=uuid4(), now=local("2026-09-03 08:00"))
    paths = [
        f"/v1/patients/{patient.id}",
        f"/v1/enrollments/{patient.enrollment['id']}",
        f"/v1/enrollments/{patient.enrollment['id']}/summary",
        f"/v1/readings/{recorded['reading']['id']}",
        f"/v1/readings/{recorded['reading']['id']}/versions",
        f"/v1/alerts/{recorded['alerts'][0]['id']}",
    ]
    for path in paths:
        assert problem(await stranger.get(path)) == (404, "not-found"), path
    window = {
        "patient_id": patient.id,
        "metric": "glucose_smbg",
        "from": "2026-09-01T00:00:00Z",
        "to": AT[:10] + "T00:00:00Z",
    }
    assert problem(await stranger.get("/v1/readings/series", params=window)) == (404, "not-found")
    tag = {"If-Match": '"1"'}
    void = await stranger.post(f"{paths[3]}/void", json={"reason": "x"}, headers=tag)
    assert problem(void) == (404, "not-found")
    for path in ("/v1/alerts", "/v1/enrollments", "/v1/patients", "/v1/reading-issues"):
        assert (await stranger.get(path)).json()["items"] == [], path
    sent = await stranger.post(
        "/v1/readings/batch", json=[patient.item("glucose_smbg", 45, "mg/dL", "2026-09-03 07:00")]
    )
    assert sent.json()["items"][0]["code"] == "patient.unknown"


async def refers(api: Api, protocol: str = "diabetes", **more: Any) -> dict[str, Any]:
    answer = await enrolls(api, protocol, AT, start="referred", **more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def activates(api: Api, enrollment: dict[str, Any], **more: Any) -> httpx.Response:
    client = api.as_(Role.CASE_MANAGER, now=local("2026-09-08 09:00"))
    path, headers = f"/v1/enrollments/{enrollment['id']}/activate", {"If-Match": f'"{enrollment["version"]}"'}
    return await client.post(path, json={"reason": "Set up", **more}, headers=headers)


def excluded(answer: httpx.Response) -> list[str]:
    assert problem(answer) == (422, "enrollment.excluded"), answer.text
    return [reason["fact"] for reason in answer.json()["reasons"]]


async def test_what_was_found_since_the_referral_excludes_at_activation(monitoring: Api) -> None:
    enrollment = await refers(monitoring)
    assert excluded(await activates(monitoring, enrollment, circumstances=["pregnancy"])) == ["pregnancy"]
    override = {"prescriber": (await entitles(monitoring))["person"], "reason": "Followed with obstetrics"}
    active = await activates(monitoring, enrollment, circumstances=["pregnancy"], override=override)
    assert (active.status_code, active.json()["state"]) == (200, "active"), active.text
    assert (active.json()["circumstances"], active.json()["override"]) == (["pregnancy"], override)


async def test_what_another_enrollment_learned_excludes_at_activation(monitoring: Api) -> None:
    enrollment = await refers(monitoring, "hypertension")
    more: dict[str, Any] = {
        "circumstances": ["dialysis"],
        "override": {"prescriber": (await entitles(monitoring))["person"], "reason": "Nephrology"},
    }
    known = await enrolls(monitoring, "diabetes", AT, patient_id=enrollment["patient_id"], **more)
    assert known.status_code == 201, known.text
    assert excluded(await activates(monitoring, enrollment)) == ["dialysis"]


async def test_whoever_died_or_grew_up_meanwhile_is_judged_as_they_are(monitoring: Api) -> None:
    child = {"version": 1, **identity("2008-09-07")}
    override = {"prescriber": (await entitles(monitoring))["person"], "reason": "Paediatric goals are set"}
    young = await refers(monitoring, patient=child, override=override)
    grown = await activates(monitoring, young)
    assert (grown.status_code, grown.json()["circumstances"]) == (200, []), grown.text

    person = {"version": 1, **identity()}
    enrollment = await refers(monitoring, patient=person)
    paused = await a_patient_with(monitoring, "hypertension", AT, patient_id=enrollment["patient_id"])
    path = f"/v1/enrollments/{paused.enrollment['id']}"
    await paused.act(f"{path}/pause", {"reason": "Travels"}, version=1, now="2026-09-07 09:00")
    died = {**person, "version": 2, "deceased_at": local("2026-09-07 10:00").isoformat()}
    told = await as_coordination(monitoring, local("2026-09-07 11:00")).put(f"/v1/patients/{uuid4()}", json=died)
    assert told.status_code == 200, told.text
    assert excluded(await activates(monitoring, enrollment)) == ["deceased"]
    client = monitoring.as_(Role.CASE_MANAGER, now=local("2026-09-08 09:00"))
    resumed = await client.post(f"{path}/resume", json={"reason": "Back"}, headers={"If-Match": '"3"'})
    assert excluded(resumed) == ["deceased"]


async def test_a_circumstance_nobody_asks_about_is_refused_with_those_there_are(monitoring: Api) -> None:
    mistyped = await enrolls(monitoring, "diabetes", AT, circumstances=["pregnant"])
    assert problem(mistyped) == (422, "circumstance.unknown")
    assert mistyped.json()["unknown"] == ["pregnant"]
    assert {"pregnancy", "insulin-treated", "gold-e", "type-1-diabetes"} <= set(mistyped.json()["known"])
    assert "fasting" not in mistyped.json()["known"]  # true of a reading, never of a patient
    enrollment = await refers(monitoring)
    assert problem(await activates(monitoring, enrollment, circumstances=["pregnant"])) == (422, "circumstance.unknown")
    asked = {"patient_id": enrollment["patient_id"], "circumstance": "pregnant"}
    answer = await monitoring.as_(Role.CASE_MANAGER, now=local(AT)).get("/v1/eligibility", params=asked)
    assert problem(answer) == (422, "circumstance.unknown")


async def test_an_enrollment_that_begins_at_once_knows_what_the_others_know(monitoring: Api) -> None:
    known = await a_patient_with(monitoring, "hypertension", AT, circumstances=["insulin-treated"])
    again = await enrolls(monitoring, "diabetes", AT, patient_id=known.id)
    assert again.json()["circumstances"] == ["insulin-treated"], again.text
    doctor = (await entitles(monitoring))["person"]
    override = {"prescriber": doctor, "reason": "Nephrology"}
    more: dict[str, Any] = {"circumstances": ["dialysis"], "override": override}
    kidney = await enrolls(monitoring, "diabetes", AT, **more)
    assert kidney.status_code == 201, kidney.text
    assert excluded(await enrolls(monitoring, "hypertension", AT, patient_id=kidney.json()["patient_id"])) == [
        "dialysis"
    ]
