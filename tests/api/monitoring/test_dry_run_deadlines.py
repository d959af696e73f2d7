"""A dry run shows by when each alert would be answered under either version, and when the first would be told."""

from datetime import datetime
from typing import Any

from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, a_patient_with, local
from tests.support.revising import PERIOD, Desk


def sooner(content: dict[str, Any]) -> dict[str, Any]:
    """A high alert is acknowledged within 45 minutes, and the lead nurse is told after half an hour."""
    high = content["ladder"]["high"]
    wait = {"clock": "PT0S", "hours": "PT30M", "days": 0}
    steps = [{**high["steps"][0], "wait": wait}, *high["steps"][1:]]
    own = {**high, "acknowledge": {**wait, "hours": "PT45M"}, "steps": steps}
    return {**content, "ladder": {**content["ladder"], "high": own}}


async def foretold(api: Api) -> list[dict[str, Any]]:
    desk = Desk(api)
    drafted = await desk.draft()
    revised = await desk.does(drafted, "content", content=sooner(drafted["content"]))
    valid = await desk.does(revised, "validate")
    report = await desk.does(valid, "dry-run", **PERIOD)
    assert "Deadlines" not in " ".join(report["left_out"])
    path = f"{desk.path}/{valid['name']}/dry-runs/{report['id']}/alerts"
    found: list[dict[str, Any]] = (await desk.client.get(path)).json()["items"]
    return found


def instants(row: dict[str, Any], which: str) -> list[datetime | None]:
    told = (row[f"{which}_{name}"] for name in ("raised_at", "ack_due_at", "escalate_at"))
    return [None if each is None else datetime.fromisoformat(each) for each in told]


async def low(api: Api, *values: tuple[int, str], received: str | None = None) -> Patient:
    patient = await a_patient_with(api, "diabetes", "2026-09-01 00:00")
    for value, at in values:
        await patient.sends("glucose_smbg", value, "mg/dL", at, received=received)
    return patient


async def test_each_version_has_the_deadlines_of_its_own_ladder(monitoring: Api) -> None:
    patient = await low(monitoring, (50, "2026-09-10 16:30"), (110, "2026-09-10 16:40"))
    (row,) = [each for each in await foretold(monitoring) if each["rule"] == "HYPO"]
    assert row["difference"] == "same"
    at = local("2026-09-10 16:30")
    assert instants(row, "old") == [at, local("2026-09-11 08:30"), local("2026-09-11 08:30")]
    assert instants(row, "new") == [at, local("2026-09-11 08:15"), local("2026-09-10 17:00")]
    (real,) = [each for each in await patient.alerts("2026-09-11 08:00") if each["rule"] == "HYPO"]
    assert (real["ack_due_at"], real["raised_at"]) == (row["old_ack_due_at"], row["old_raised_at"])


async def test_the_clock_begins_anew_when_it_becomes_worse(monitoring: Api) -> None:
    patient = await low(monitoring, (66, "2026-09-10 09:00"), (50, "2026-09-10 09:10"), (110, "2026-09-10 09:25"))
    (row,) = [each for each in await foretold(monitoring) if each["rule"] == "HYPO"]
    assert instants(row, "old") == [local("2026-09-10 09:10"), *[local("2026-09-10 10:10")] * 2]
    (real,) = [each for each in await patient.alerts("2026-09-10 10:20") if each["rule"] == "HYPO"]
    assert (real["ack_due_at"], real["raised_at"]) == (row["old_ack_due_at"], row["old_raised_at"])


async def test_of_what_came_late_nobody_is_told(monitoring: Api) -> None:
    await low(monitoring, (50, "2026-09-08 09:00"), received="2026-09-10 10:00")
    (row,) = [each for each in await foretold(monitoring) if each["rule"] == "HYPO"]
    assert row["old_severity"] == "low"
    assert instants(row, "old") == [local("2026-09-10 10:00"), local("2026-09-14 10:00"), None]
