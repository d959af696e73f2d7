"""Re-checks after an alert, reviews of tiers, and the weekly report of low alerts."""

from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.clock_jobs import run_jobs
from tests.support.makers_monitoring import Patient, a_patient_with, closed, local, with_diabetes

NOW, AGAIN = "2026-09-03 09:00", "2026-09-04 09:00"


async def reasons(api: Api, now: str, kind: str) -> list[dict[str, Any]]:
    page = (await api.as_(Role.CASE_MANAGER, now=local(now)).get("/v1/panel")).json()
    return [reason for entry in page["items"] for reason in entry["reasons"] if reason["kind"] == kind]


async def ended(patient: Patient) -> dict[str, Any]:
    """A low value at 7:00, dealt with at 9:00: looked at again a day later."""
    await patient.measures(66, "2026-09-03 07:00")
    await patient.measures(100, "2026-09-03 07:15")
    (alert,) = await patient.alerts(NOW)
    path = f"/v1/alerts/{alert['id']}/resolve"
    return dict(await patient.act(path, closed(NOW), version=alert["version"], now=NOW))


async def test_a_planned_recheck_waits_until_it_is_recorded(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = await ended(patient)
    (waits,) = await reasons(monitoring, NOW, "recheck")
    assert (waits["about"], waits["due_at"], waits["overdue"]) == (alert["id"], "2026-09-04T13:00:00Z", False)
    assert (await reasons(monitoring, "2026-09-04 10:00", "recheck"))[0]["overdue"]
    path = f"/v1/alerts/{alert['id']}/recheck"
    assert {"act": "recheck", "allowed": True, "reason": None} in alert["acts"]
    once_more = {"found": "Ate late, 92", "recheck_at": local("2026-09-05 09:00").isoformat()}
    done = await patient.act(path, once_more, version=alert["version"], now=AGAIN)
    assert [each["due_at"] for each in await reasons(monitoring, AGAIN, "recheck")] == ["2026-09-05T13:00:00Z"]
    client = patient.client(now=AGAIN)
    past = {"found": "x", "recheck_at": local(NOW).isoformat()}
    refused = await client.post(path, json=past, headers={"If-Match": f'"{done["version"]}"'})
    assert problem(refused) == (422, "alert.recheck-past")
    done = await patient.act(path, {"found": "No low since"}, version=done["version"], now="2026-09-05 09:00")
    assert (done["closure"]["rechecked_by"], done["closure"]["recheck_found"]) == ("case_manager-1", "No low since")
    assert await reasons(monitoring, "2026-09-05 10:00", "recheck") == []
    twice = await client.post(path, json={"found": "x"}, headers={"If-Match": f'"{done["version"]}"'})
    assert problem(twice) == (409, "alert.nothing-to-recheck")
    told = (await client.get(f"/v1/alerts/{alert['id']}/explanation")).json()
    assert [each["text"] for each in told["history"] if each["act"] == "recheck"] == ["Ate late, 92", "No low since"]


async def test_an_open_alert_has_no_recheck(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    await patient.measures(66, "2026-09-03 07:00")
    (alert,) = await patient.alerts(NOW)
    path, tag = f"/v1/alerts/{alert['id']}/recheck", {"If-Match": f'"{alert["version"]}"'}
    answer = await patient.client(now=NOW).post(path, json={"found": "x"}, headers=tag)
    assert problem(answer) == (409, "alert.nothing-to-recheck")


async def test_a_recheck_left_for_a_month_gives_way(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    await ended(patient)
    await run_jobs(monitoring, "2026-10-03 09:00")
    assert len(await reasons(monitoring, "2026-10-03 09:00", "recheck")) == 1
    await run_jobs(monitoring, "2026-10-05 09:00")
    assert await reasons(monitoring, "2026-10-05 09:00", "recheck") == []


async def test_a_tier_is_reviewed_at_its_cadence(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "hypertension", "2026-09-01 09:00", tier="rising")
    await run_jobs(monitoring, "2026-09-13 09:00")
    assert await reasons(monitoring, "2026-09-13 09:00", "tier-review") == []
    await run_jobs(monitoring, "2026-09-14 10:00")
    (waits,) = await reasons(monitoring, "2026-09-14 10:00", "tier-review")
    assert (waits["about"], waits["due_at"]) == (patient.enrollment["id"], "2026-09-15T13:00:00Z")
    enrollment = (await patient.client(now=NOW).get(f"/v1/enrollments/{patient.enrollment['id']}")).json()
    path, body = f"/v1/enrollments/{enrollment['id']}/tier", {"tier": "rising", "reason": "Reviewed"}
    await patient.act(path, body, version=enrollment["version"], now="2026-09-15 09:00")
    assert await reasons(monitoring, "2026-09-15 10:00", "tier-review") == []


async def test_the_weekly_report_counts_what_its_list_shows(monitoring: Api) -> None:
    client = monitoring.as_(Role.CASE_MANAGER, now=local("2026-09-25 12:00"))
    admin = monitoring.as_(Role.CLINIC_ADMIN, now=local(NOW))
    practice = {"time_zone": "America/New_York"}
    answer = await admin.put("/v1/practice", json=practice, headers={"If-Match": '"0"'})
    assert answer.status_code == 200, answer.text
    for day in ("2026-09-06", "2026-09-07", "2026-09-13"):  # a Sunday, a Monday, the Sunday after
        patient = await with_diabetes(monitoring)
        await patient.measures(268, f"{day} 23:30")
    answered = await with_diabetes(monitoring)
    await answered.measures(268, "2026-09-08 09:00")
    (alert,) = await answered.alerts("2026-09-08 10:00")
    await answered.act(f"/v1/alerts/{alert['id']}/acknowledge", {}, version=alert["version"], now="2026-09-08 10:00")
    waiting = await with_diabetes(monitoring)
    await waiting.measures(268, "2026-09-25 09:00")
    found = (await client.get("/v1/alerts/unanswered-low")).json()
    weeks = [(week["starts_at"], week["alerts"], week["patients"]) for week in found["weeks"]]
    assert weeks == [("2026-09-07T04:00:00Z", 2, 2), ("2026-08-31T04:00:00Z", 1, 1)]
    for week in found["weeks"]:
        asked: dict[str, Any] = {"unanswered": True, "severity": "low"}
        between = {"opened_from": week["starts_at"], "opened_before": week["ends_at"]}
        listed = (await client.get("/v1/alerts", params={**asked, **between})).json()["items"]
        assert len(listed) == week["alerts"]
