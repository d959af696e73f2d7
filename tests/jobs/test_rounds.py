"""F19: a host whose clock is a day ahead. Every job of the clock judges as of the database's own."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.monitoring.jobs.rounds import WORK
from shared.kit.clock import utc_now
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_monitoring import agreed, identity

DAY = timedelta(days=1)


@pytest.mark.parametrize("name", sorted(WORK.jobs))
async def test_a_round_of_every_job_judges_as_of_the_database(monitoring: Api, name: str) -> None:
    await WORK.jobs[name](monitoring.sessions, [uuid4()], utc_now() + DAY)
    async with monitoring.sessions() as tx, tx.begin():
        ahead = await tx.scalar(
            text("SELECT judged_at > clock_timestamp() FROM rounds WHERE job = :job"), {"job": name}
        )
    assert ahead is False


async def test_a_pause_does_not_end_a_day_early_and_simulated_time_still_counts(monitoring: Api) -> None:
    now = utc_now()
    real = monitoring.as_(Role.CASE_MANAGER)
    body = {"patient": {"version": 1, **identity()}, "protocol": "diabetes", "tier": "rising", "reason": "Begins"}
    made = await real.post("/v1/enrollments", json={**body, "consents": [agreed((now - DAY).isoformat())]})
    assert made.status_code == 201, made.text
    path = f"/v1/enrollments/{made.json()['id']}"
    pause = {"kind": "travel", "reason": "Travels", "until": (now + DAY / 2).isoformat()}
    paused = await real.post(f"{path}/pause", json=pause, headers={"If-Match": '"1"'})
    assert paused.status_code == 200, paused.text

    async def state() -> Any:
        return (await real.get(path)).json()["state"]

    await WORK.jobs["resumes"](monitoring.sessions, [monitoring.organization], now + DAY)
    assert await state() == "paused"
    value = {"value": 110, "unit": "mg/dL", "observed_at": (now + DAY).isoformat(), "source": "home"}
    reading = {**value, "patient_id": made.json()["patient_id"], "metric": "glucose_smbg"}
    simulated = monitoring.as_(Role.INTEGRATION, now=now + DAY)
    assert (await simulated.post("/v1/readings", json=reading)).status_code == 201
    await WORK.jobs["resumes"](monitoring.sessions, [monitoring.organization], now + DAY)
    assert await state() == "active", "its time is simulated now"
