"""A version's own missing-data rules, ladder and forms hold for whoever is pinned to it, and for nobody else (L6)."""

from typing import Any

import pytest

from services.monitoring.domain import pinned
from services.monitoring.jobs import silence
from tests.support.apps import Api, problem
from tests.support.conversations import opened
from tests.support.escalated import escalations, told
from tests.support.makers_monitoring import Patient, a_patient_with, local, path_of
from tests.support.makers_plans import entitles
from tests.support.moving import moved
from tests.support.revising import PERIOD, Desk

WEEK, EYE = "SILENCE-GLUCOSE-WEEK", "OVERDUE-EYE"


def stricter(content: dict[str, Any]) -> dict[str, Any]:
    """No glucose is low after three days, nobody's eyes wait, high alerts go to the lead nurse after half an hour."""
    expects = [
        {**each, "waits": {"low": "P3D", "moderate": "P5D"}} if each["key"] == WEEK else each
        for each in content["expects"]
        if each["key"] != EYE
    ]
    ladder = {**content["ladder"]}
    steps = [{**ladder["high"]["steps"][0], "wait": {"clock": "PT0S", "hours": "PT30M", "days": 0}}]
    ladder["high"] = {**ladder["high"], "steps": [*steps, *ladder["high"]["steps"][1:]]}
    forms = [each for each in content["forms"] if not each.startswith("dds-17@")]
    return {**content, "expects": expects, "ladder": ladder, "forms": [*forms, "hypertension@1.0.0"]}


async def own_version(api: Api) -> dict[str, Any]:
    desk, other = Desk(api), Desk(api, "publisher")
    drafted = await desk.draft()
    revised = await desk.does(drafted, "content", content=stricter(drafted["content"]))
    answer = await desk.tries(revised, "validate", {})
    assert problem(answer) == (422, "protocol-version.needs-prescriber")
    assert {each["path"] for each in answer.json()["troubles"]} == {"forms", f"expects.{EYE}"}
    valid = await desk.does(revised, "validate", prescriber=(await entitles(api))["person"])
    await desk.does(valid, "dry-run", **PERIOD)
    return await other.does(valid, "publish", reason="Agreed")


async def missing(patient: Patient, now: str) -> dict[str, str]:
    await silence.run_once(patient.api.sessions, [patient.api.organization], local(now))
    return {rule: each for rule, each in (await patient.standing(now)).items() if rule in (WEEK, EYE)}


async def keys(patient: Patient, now: str) -> set[str]:
    path = f"/v1/enrollments/{patient.enrollment['id']}/expectations"
    return {each["key"] for each in (await patient.client(now=now).get(path)).raise_for_status().json()}


async def test_who_is_pinned_to_the_catalogue_waits_a_week_and_the_others_three_days(
    monitoring: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await a_patient_with(monitoring, "diabetes", "2026-09-21 08:00")
    own = await own_version(monitoring)
    after = await a_patient_with(monitoring, "diabetes", "2026-09-21 08:00")
    assert after.enrollment["protocol_version"] == own["name"]
    monkeypatch.setattr(pinned, "_OWN", {})  # the clock's process has never seen the version
    assert await missing(after, "2026-09-24 07:59") == {}
    assert await missing(after, "2026-09-24 08:00") == {WEEK: "low"}
    assert await missing(before, "2026-09-24 08:00") == {}
    assert (await keys(before, "2026-09-24 09:00")) - (await keys(after, "2026-09-24 09:00")) == {EYE}
    (alert,) = await after.alerts("2026-09-24 08:01")
    client = after.client(now="2026-09-24 08:02")
    explained = (await client.get(f"/v1/alerts/{alert['id']}/explanation")).json()
    assert (explained["protocol_version"], explained["recomputed"]["agrees"]) == (own["name"], True)
    assert await missing(after, "2026-09-26 08:00") == {WEEK: "moderate"}
    assert await missing(before, "2026-09-28 07:59") == {}
    assert await missing(before, "2026-09-28 08:00") == {WEEK: "low"}


async def test_what_a_version_does_not_expect_any_more_is_over_when_somebody_moves_to_it(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 08:00")
    own = await own_version(monitoring)
    await patient.measures(120, "2026-10-02 08:00")
    assert await missing(patient, "2026-10-02 09:00") == {EYE: "low"}
    path = f"{path_of(patient)}/migration"
    asked = await patient.client(now="2026-10-03 08:59").get(path, params={"to_version": own["name"]})
    parts = {(each["part"], each["name"]): (each["before"], each["after"]) for each in asked.json()["parts"]}
    assert set(parts) == {
        ("expects", WEEK), ("expects", EYE), ("ladder", "high"), ("forms", "dds-17"), ("forms", "hypertension"),
    }  # fmt: skip
    assert parts["expects", EYE][1] is None
    assert parts["forms", "hypertension"] == (None, "hypertension@1.0.0")
    assert "lead nurse after 30 min of clinic hours" in parts["ladder", "high"][1]
    await moved(patient, own["name"], now="2026-10-03 09:00")
    assert await missing(patient, "2026-10-03 10:00") == {}
    (eye,) = [each for each in await patient.alerts("2026-10-03 10:01") if each["rule"] == EYE]
    assert (eye["state"], eye["disposition"], eye["protocol_version"]) == ("closed", "not-expected", "1.0.0")
    assert await missing(patient, "2026-10-05 07:59") == {}
    assert await missing(patient, "2026-10-05 08:00") == {WEEK: "low"}, "three days since the last value"


async def test_alerts_climb_by_the_ladder_of_their_version(monitoring: Api) -> None:
    before = await a_patient_with(monitoring, "diabetes", "2026-09-01 08:00")
    await own_version(monitoring)
    after = await a_patient_with(monitoring, "diabetes", "2026-09-21 08:00")
    for patient in (before, after):
        await patient.measures(50, "2026-09-22 10:00")
        await patient.measures(110, "2026-09-22 10:10")
    assert await told(after, "2026-09-22 10:29") == []
    assert await told(after, "2026-09-22 10:30") == ["high-lead-nurse"]
    assert await escalations(before, "2026-09-22 10:31") == []
    assert await told(before, "2026-09-22 11:00") == ["high-lead-nurse"]


async def test_a_check_in_asks_with_the_forms_of_the_version(monitoring: Api) -> None:
    before = await a_patient_with(monitoring, "diabetes", "2026-09-01 08:00")
    own = await own_version(monitoring)
    after = await a_patient_with(monitoring, "diabetes", "2026-09-21 08:00")
    asked = {(await opened(each, "2026-09-22 10:00"))["id"]: each for each in (before, after)}
    forms = [
        set((await each.client(now="2026-09-22 10:01").get(f"/v1/check-ins/{id_}")).json()["forms"])
        for id_, each in asked.items()
    ]
    assert forms[0] ^ forms[1] == {"dds-17@1.0.0", "hypertension@1.0.0"}
    assert "dds-17@1.0.0" in forms[0]
    shown = (await after.client(now="2026-09-22 10:02").get(f"/v1/protocols/diabetes/versions/{own['name']}")).json()
    assert "hypertension@1.0.0" in shown["forms"]
    steps = {each["severity"]: each["steps"] for each in shown["ladder"]}["high"]
    assert all("clinical §1.9" in each["source"] for each in shown["ladder"])
    assert [each["after"] for each in steps] == ["30 min of clinic hours", "4 h of clinic hours"]
    assert {each["key"]: each["criterion"] for each in shown["expects"]}[WEEK].startswith("low after 72 h")
