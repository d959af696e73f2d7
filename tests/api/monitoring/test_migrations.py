"""Enrollments move to another version on purpose: looked at first, with what opens, changes and closes by it."""

from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, a_patient_with, local, path_of
from tests.support.makers_plans import entitles
from tests.support.moving import NOW, moved
from tests.support.revising import PERIOD, Desk, published, with_bounds


async def looked_at(patient: Patient, to: str, now: str = NOW) -> dict[str, Any]:
    answer = await patient.client(now=now).get(f"{path_of(patient)}/migration", params={"to_version": to})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def as_words(preview: dict[str, Any]) -> set[tuple[str, str, str | None, str | None]]:
    return {(each["change"], each["rule"], each["before"], each["after"]) for each in preview["alerts"]}


async def test_the_preview_is_what_happens_and_is_kept(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00")
    await patient.measures(270, "2026-09-18 07:00")
    await patient.measures(52, "2026-09-20 17:00")
    await patient.measures(100, "2026-09-20 17:15")
    await patient.measures(230, "2026-09-21 07:00")
    own = await published(monitoring, high=("280", "15.6"), very_low=("50", "2.8"), very_high=("320", "17.8"))
    before = await patient.alerts(NOW)
    preview = await looked_at(patient, own["name"])
    assert ("close", "H-L2", "low", None) in as_words(preview)
    assert ("change", "HYPO", "high", "moderate") in as_words(preview)
    assert await patient.alerts(NOW) == before, "looking changes nothing"
    done = await moved(patient, own["name"])
    assert done["protocol_version"] == own["name"]
    after = {alert["rule"]: alert for alert in await patient.alerts(NOW)}
    assert (after["H-L2"]["state"], after["H-L2"]["disposition"]) == ("closed", "protocol-changed")
    assert (after["HYPO"]["severity"], after["HYPO"]["protocol_version"]) == ("moderate", own["name"])
    line = (await patient.client(now=NOW).get(f"{path_of(patient)}/summary")).json()["history"][-1]
    assert (line["act"], line["before"], line["after"]) == ("migrate", "1.0.0", own["name"])
    assert line["inputs"]["alerts"] == preview["alerts"]
    assert (await patient.measures(270, "2026-09-21 10:00"))["alerts"] == []


async def test_what_the_last_day_would_have_opened_opens_and_nothing_older(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00")
    await patient.measures(240, "2026-09-05 07:00")
    await patient.measures(230, "2026-09-21 07:00")
    own = await published(monitoring, high=("220", "12.2"))
    assert as_words(await looked_at(patient, own["name"])) == {("open", "H-L2", None, "low")}
    await moved(patient, own["name"])
    (opened,) = await patient.alerts(NOW)
    assert (opened["rule"], opened["began_at"]) == ("H-L2", "2026-09-21T11:00:00Z")
    back = await looked_at(patient, "1.0.0")
    assert as_words(back) == {("close", "H-L2", "low", None)}


async def test_limits_that_no_longer_fit_are_named_and_dealt_with(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00")
    limit = {
        "bound": "glucose.high", "limit": 270, "unit": "mg/dL", "reason": "Lives alone", "review_by": "2026-12-01",
        "starts_at": local("2026-09-02 00:00").isoformat(), "prescriber": (await entitles(monitoring))["person"],
    }  # fmt: skip
    await patient.act(f"{path_of(patient)}/targets", limit, version=1, now="2026-09-02 08:00")
    desk = Desk(monitoring)
    drafted = await desk.draft()
    content = with_bounds(drafted["content"], {"high": ("250", "13.9")})
    renamed = _renamed(content, "glucose.high", "glucose.raised")
    revised = await desk.does(drafted, "content", content=renamed)
    valid = await desk.does(revised, "validate", prescriber=limit["prescriber"])
    await desk.does(valid, "dry-run", **PERIOD)
    own = await Desk(monitoring, "publisher").does(valid, "publish", reason="Agreed")
    preview = await looked_at(patient, own["name"])
    (misfit,) = preview["targets"]
    assert misfit["bound"] == "glucose.high"
    headers = {"If-Match": '"2"'}
    body = {"to_version": own["name"], "reason": "Own bounds"}
    answer = await patient.client(now=NOW).post(f"{path_of(patient)}/migrate", json=body, headers=headers)
    assert problem(answer) == (409, "enrollment.targets-unsettled")
    assert answer.json()["targets"] == [misfit]
    done = await moved(patient, own["name"], withdraw_targets=[misfit["target_id"]])
    assert done["targets"][0]["ends_at"] is not None


def _renamed(content: Any, old: str, new: str) -> Any:
    if isinstance(content, list):
        return [_renamed(each, old, new) for each in content]
    if isinstance(content, dict):
        return {name: _renamed(each, old, new) for name, each in content.items()}
    return new if content == old else content


async def test_many_are_moved_and_those_that_do_not_fit_are_left(monitoring: Api) -> None:
    patients = [await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00") for _ in range(3)]
    own = await published(monitoring, high=("220", "12.2"))
    limit = {
        "bound": "glucose.high", "limit": 270, "unit": "mg/dL", "reason": "Lives alone", "review_by": "2026-12-01",
        "starts_at": local("2026-09-02 00:00").isoformat(), "prescriber": (await entitles(monitoring))["person"],
    }  # fmt: skip
    await patients[0].act(f"{path_of(patients[0])}/targets", limit, version=1, now="2026-09-02 08:00")
    for patient in patients:
        await patient.measures(230, "2026-09-21 07:00")
    boss = Desk(monitoring, "publisher", NOW).client
    path = f"/v1/protocols/diabetes/versions/{own['name']}"
    page = (await boss.get(f"{path}/migration", params={"from_version": "1.0.0", "limit": 2})).json()
    assert (len(page["items"]), page["next_cursor"] is None) == (2, False)
    done = (await boss.post(f"{path}/migrate", json={"from_version": "1.0.0", "reason": "All", "limit": 2})).json()
    assert (done["migrated"], done["left"], done["remaining"]) == (2, [], 1)
    done = (await boss.post(f"{path}/migrate", json={"from_version": "1.0.0", "reason": "All"})).json()
    assert (done["migrated"], done["remaining"]) == (1, 0)
    for patient in patients[1:]:
        assert await patient.standing(NOW) == {"H-L2": "low"}
    assert await patients[0].standing(NOW) == {}, "their own limit holds under the new version too"


async def test_moving_is_refused_where_it_leads_nowhere(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00")
    drafted = await Desk(monitoring).draft()
    client = patient.client(now=NOW)
    path = f"{path_of(patient)}/migration"
    for to, answer in {
        "1.0.0": (422, "enrollment.cannot-migrate"),
        drafted["name"]: (422, "enrollment.cannot-migrate"),
        "own-9-00000000": (404, "not-found"),
    }.items():
        assert problem(await client.get(path, params={"to_version": to})) == answer
    assistant = monitoring.as_(Role.NURSE_ASSISTANT, now=local(NOW))
    assert (await assistant.get(path, params={"to_version": "1.0.0"})).status_code == 403
