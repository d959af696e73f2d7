"""A target or a baseline that began before it was written down: what was measured since is judged again."""

from typing import Any

from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, local, with_diabetes, with_heart_failure
from tests.support.makers_plans import entitles

NOW = "2026-09-10 12:00"


async def sets(patient: Patient, what: str, body: dict[str, Any]) -> None:
    path = f"/v1/enrollments/{patient.enrollment['id']}/{what}"
    answer = await patient.client(now=NOW).post(path, json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == 201, answer.text


async def explained(patient: Patient) -> list[bool]:
    """Whether every alert with findings is found again as it stands."""
    found = []
    for alert in await patient.alerts(NOW):
        path = f"/v1/alerts/{alert['id']}/explanation"
        if alert["state"] != "closed":
            found.append((await patient.client(now=NOW).get(path)).raise_for_status().json()["recomputed"]["agrees"])
    return found


async def test_a_target_that_began_yesterday_changes_the_alerts_of_since_yesterday(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    await patient.measures(280, "2026-09-08 15:00")
    await patient.measures(280, "2026-09-09 15:00")
    before = [(each["rule"], each["state"], len(each["evidence"])) for each in await patient.alerts(NOW)]
    assert before == [("H-L2", "open", 2), ("H-REP", "open", 1)]
    target = {
        "bound": "glucose.high",
        "limit": 300,
        "unit": "mg/dL",
        "reason": "Lives alone",
        "starts_at": local("2026-09-09 00:00").isoformat(),
        "review_by": "2026-12-10",
        "prescriber": (await entitles(monitoring))["person"],
    }
    await sets(patient, "targets", target)
    after = [(each["rule"], each["state"], len(each["evidence"])) for each in await patient.alerts(NOW)]
    assert after == [("H-L2", "open", 1), ("H-REP", "closed", 1)]
    assert await explained(patient) == [True]


async def test_a_dry_weight_of_two_days_ago_opens_the_alert_of_yesterdays_weight(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring, dry_weight=81.0)
    await patient.weighs(81.4, "2026-09-08 07:00")
    await patient.weighs(81.5, "2026-09-09 07:00")
    assert await patient.standing(NOW) == {}
    lower = {"metric": "dry_weight", "value": 78.5, "unit": "kg", "set_at": local("2026-09-07 12:00").isoformat()}
    await sets(patient, "baselines", lower)
    assert await patient.standing(NOW) == {"WDRY": "moderate"}
    assert await explained(patient) == [True]
