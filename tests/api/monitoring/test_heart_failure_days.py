"""The days after a heart-failure discharge (clinical §7a), reading by reading over HTTP."""

import pytest

from tests.support.apps import Api
from tests.support.makers_monitoring import closed, with_heart_failure

DAYS = [
    ("2026-09-05 07:05", 81.1),
    ("2026-09-06 07:10", 81.0),
    ("2026-09-07 07:00", 81.4),
    ("2026-09-08 07:02", 82.5),
    ("2026-09-09 07:01", 83.4),
]


async def test_the_weights_of_the_first_days_raise_a1_and_a2_where_they_should(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    for at, kilograms in DAYS[:3]:
        assert (await patient.weighs(kilograms, at))["alerts"] == []
    (a1,) = (await patient.weighs(82.5, "2026-09-08 07:02"))["alerts"]
    assert (a1["rule"], a1["severity"], a1["state"]) == ("W24", "moderate", "open")
    assert "1.1" in a1["arithmetic"]
    assert a1["citation"]
    changed = {alert["rule"]: alert for alert in (await patient.weighs(83.4, "2026-09-09 07:01"))["alerts"]}
    assert changed["W24"]["id"] == a1["id"], "0.9 kg exactly is appended to the open alert"
    (added,) = changed["W24"]["evidence"]
    whole = {alert["rule"]: alert["evidence"] for alert in await patient.alerts("2026-09-09 07:01")}
    assert whole["W24"] == [*a1["evidence"], added], "the answer to a reading shows what it added, the alert all of it"
    assert changed["W7"]["severity"] == "high"
    assert "2.4" in changed["W7"]["arithmetic"]


async def test_the_same_last_weight_in_pounds_does_not_meet_the_daily_pair(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    pounds = [("2026-09-05 07:05", 178.8), ("2026-09-07 07:00", 179.45), ("2026-09-08 07:02", 181.88)]
    for at, value in pounds:
        await patient.weighs(value, at, "[lb_av]")
    before = {alert["rule"]: len(alert["evidence"]) for alert in await patient.alerts("2026-09-08 08:00")}
    await patient.weighs(183.86, "2026-09-09 07:01", "[lb_av]")
    after = {alert["rule"]: len(alert["evidence"]) for alert in await patient.alerts("2026-09-09 08:00")}
    assert after["W24"] == before["W24"], "+1.98 lb is below 2 lb"
    assert after["W7"] == 1


async def test_back_at_dry_weight_both_are_over_and_a_nurse_closes_them(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    for at, kilograms in [*DAYS, ("2026-09-10 07:00", 82.8), ("2026-09-11 07:00", 82.0), ("2026-09-12 07:00", 81.3)]:
        await patient.weighs(kilograms, at)
    alerts = {alert["rule"]: alert for alert in await patient.alerts("2026-09-12 08:00")}
    for rule in ("W24", "W7"):
        assert alerts[rule]["cleared_at"] is not None, rule
        assert alerts[rule]["state"] == "open", "only a person closes it"
        done = await patient.act(
            f"/v1/alerts/{alerts[rule]['id']}/resolve",
            closed("2026-09-12 09:00", "protocol-step"),
            version=alerts[rule]["version"],
            now="2026-09-12 09:00",
        )
        assert (done["state"], done["disposition"]) == ("resolved", "protocol-step")
    assert not {"W24", "W7"} & (await patient.standing("2026-09-12 10:00")).keys()


@pytest.mark.parametrize("gap_hours", [11, 37])
async def test_a_day_is_never_stretched(monitoring: Api, gap_hours: int) -> None:
    patient = await with_heart_failure(monitoring)
    await patient.weighs(81.0, "2026-09-05 07:00")
    at = {11: "2026-09-05 18:00", 37: "2026-09-06 20:00"}[gap_hours]
    await patient.weighs(82.3, at)
    assert "W24" not in await patient.standing(at)
