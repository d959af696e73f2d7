"""A review of self-management education is asked for at its critical times, and a recorded one meets it (§1.2)."""

from typing import Any

from services.monitoring.jobs import silence
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, local, stays, with_diabetes
from tests.support.messages import messages

RULE, REVIEW = "OVERDUE-DSMES", "dsmes_review"


async def missing(patient: Patient, now: str) -> str | None:
    await silence.run_once(patient.api.sessions, [patient.api.organization], local(now))
    return (await patient.standing(now)).get(RULE)


async def due_on(patient: Patient, now: str) -> str:
    await silence.run_once(patient.api.sessions, [patient.api.organization], local(now))
    path = f"/v1/enrollments/{patient.enrollment['id']}/expectations"
    found = (await patient.client(now=now).get(path)).raise_for_status().json()
    return str({each["key"]: each for each in found}[RULE]["due_on"])


async def becomes(patient: Patient, fact: str, now: str) -> None:
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    version = (await patient.client(now=now).get(path)).json()["version"]
    body: dict[str, Any] = {"circumstance": fact, "starts_at": local(now).isoformat(), "reason": "Said at the visit"}
    answer = await patient.client(now=now).post(
        f"{path}/circumstances", json=body, headers={"If-Match": f'"{version}"'}
    )
    assert answer.status_code == 201, answer.text


async def test_the_first_review_is_due_a_month_after_following_began(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring, since="2026-03-01 09:00")
    assert await due_on(patient, "2026-03-01 10:00") == "2026-03-31"
    assert await missing(patient, "2026-03-31 23:59") is None
    assert await missing(patient, "2026-04-01 00:00") == "low"
    assert await missing(patient, "2026-04-29 23:59") == "low"
    assert await missing(patient, "2026-04-30 00:00") == "moderate"
    kinds = [each["kind"] for each in await messages(monitoring, "NeedIdentified")]
    assert kinds.count("dsmes-mnt-referral") == 1
    (alert,) = [each for each in await patient.alerts("2026-04-30 00:01") if each["rule"] == RULE]
    assert "four critical times" in alert["citation"]
    await patient.sends(REVIEW, 1, "{rank}", "2026-05-02 10:00")
    assert await missing(patient, "2026-05-02 10:01") is None
    assert await due_on(patient, "2026-05-02 10:02") == "2027-05-02"


async def test_what_complicates_and_a_discharge_ask_for_it_again(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring, since="2026-03-01 09:00")
    await patient.sends(REVIEW, 0, "{rank}", "2026-03-10 10:00")
    assert await due_on(patient, "2026-03-10 11:00") == "2027-03-10"
    await becomes(patient, "interpreter-needed", "2026-04-01 09:00")
    assert await due_on(patient, "2026-04-01 10:00") == "2027-03-10", "no factor that complicates"
    await becomes(patient, "insulin-treated", "2026-04-05 09:00")
    assert await due_on(patient, "2026-04-05 10:00") == "2026-05-05"
    await patient.sends(REVIEW, 1, "{rank}", "2026-04-20 10:00")
    assert await due_on(patient, "2026-04-20 11:00") == "2027-04-20"
    await stays(patient, "2026-06-01 10:00", None)
    assert await due_on(patient, "2026-06-02 10:00") == "2027-04-20", "still in hospital"
    await stays(patient, "2026-06-01 10:00", "2026-06-05 10:00")
    assert await due_on(patient, "2026-06-05 11:00") == "2026-07-05"
    assert await missing(patient, "2026-07-05 23:59") is None
    assert await missing(patient, "2026-07-06 00:00") == "low"
    (alert,) = [each for each in await patient.alerts("2026-07-06 00:01") if each["rule"] == RULE]
    assert "(discharge of 2026-06-05), due 2026-07-05" in alert["arithmetic"]
