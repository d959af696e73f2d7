"""A row that raises costs a clock's job that row and no other; it is shown, and tried again (L2)."""

from typing import Any
from uuid import UUID

import pytest

from services.monitoring.store import wire
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.clock_jobs import run_jobs
from tests.support.makers_monitoring import Patient, local, path_of, with_diabetes
from tests.support.makers_plans import on_glargine

NOW, MINUTE_ON, LATER = "2026-09-22 09:00", "2026-09-22 09:01", "2026-09-22 11:05"


async def sql(api: Api, statement: str, *values: Any) -> None:
    async with transaction(api.sessions, api.organization) as tx:
        await wire.fetch(tx, statement, *values)


async def breaks(api: Api, patient: Patient) -> None:
    """A target nobody can read, as a defect or a restore may leave it."""
    await sql(
        api, "UPDATE enrollments SET targets = '[{\"nonsense\": 1}]' WHERE id = $1", UUID(patient.enrollment["id"])
    )


async def mends(api: Api, patient: Patient) -> None:
    await sql(api, "UPDATE enrollments SET targets = '[]' WHERE id = $1", UUID(patient.enrollment["id"]))


async def failures(api: Api, now: str) -> list[dict[str, Any]]:
    answer = await api.as_(Role.AUDITOR, now=local(now)).get("/v1/ops/job-failures")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def attempts(api: Api, job: str, now: str) -> list[int]:
    return [each["attempts"] for each in await failures(api, now) if each["job"] == job]


async def three(api: Api, *, paused: bool) -> list[Patient]:
    """The second of three is broken."""
    patients = [await with_diabetes(api) for _ in range(3)]
    body = {"kind": "travel", "reason": "Visits her sister", "until": local("2026-09-20 08:00").isoformat()}
    for patient in patients if paused else ():
        await patient.act(f"{path_of(patient)}/pause", body, version=1, now="2026-09-05 10:00")
    await breaks(api, patients[1])
    return patients


@pytest.mark.parametrize(("job", "paused"), [("looks", False), ("resumes", True), ("check-ins", False)])
async def test_one_row_that_raises_is_put_aside_and_the_round_goes_on(
    monitoring: Api, capfd: pytest.CaptureFixture[str], job: str, paused: bool
) -> None:
    patients = await three(monitoring, paused=paused)
    broken = patients[1]
    assert (await run_jobs(monitoring, NOW))[job] == 2
    said = capfd.readouterr().out
    assert "job.row-failed" in said
    assert "nonsense" not in said
    (failure,) = [each for each in await failures(monitoring, NOW) if each["job"] == job]
    assert failure["subject_id"] == (broken.id if job == "check-ins" else broken.enrollment["id"])
    assert (failure["attempts"], failure["error"]) == (1, "KeyError")
    assert failure["retry_at"] == local(MINUTE_ON).astimezone().isoformat().replace("+00:00", "Z")
    assert (await run_jobs(monitoring, NOW))[job] == 0
    assert await attempts(monitoring, job, NOW) == [1], "not before its time"
    assert (await run_jobs(monitoring, MINUTE_ON))[job] == 0
    assert await attempts(monitoring, job, MINUTE_ON) == [2]
    await mends(monitoring, broken)
    assert (await run_jobs(monitoring, "2026-09-22 09:04"))[job] == 1
    assert await attempts(monitoring, job, NOW) == []


async def test_silence_of_everybody_else_is_found_beside_a_row_that_raises(monitoring: Api) -> None:
    patients = await three(monitoring, paused=False)
    await run_jobs(monitoring, NOW)
    assert [bool(await each.alerts(NOW)) for each in patients] == [True, False, True]
    assert await attempts(monitoring, "silence", NOW) == [1]
    await mends(monitoring, patients[1])
    await run_jobs(monitoring, "2026-09-22 09:02")
    rules = [sorted(alert["rule"] for alert in await each.alerts(LATER)) for each in patients]
    assert rules[0] == rules[1] == rules[2]
    assert await attempts(monitoring, "silence", LATER) == []


async def test_what_something_else_settled_is_forgotten(monitoring: Api) -> None:
    patients = await three(monitoring, paused=True)
    await run_jobs(monitoring, NOW)
    assert await attempts(monitoring, "resumes", NOW) == [1]
    body = {"code": "patient-wish", "reason": "Does not want to go on"}
    await mends(monitoring, patients[1])
    await patients[1].act(f"{path_of(patients[1])}/end", body, version=2, now=MINUTE_ON)
    await run_jobs(monitoring, LATER)
    assert await failures(monitoring, LATER) == []


async def test_a_change_of_plan_that_raises_leaves_the_others_their_clock(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    changes = [
        (await practice.proposes("2026-09-03 07:30", medicine_id=practice.line(name))).json()
        for name in ("insulin glargine", "empagliflozin")
    ]
    broken = "UPDATE plan_changes SET returns_at = expires_at, medicine_id = gen_random_uuid() WHERE id = $1"
    await sql(monitoring, broken, UUID(changes[0]["id"]))
    assert (await run_jobs(monitoring, NOW))["plan-changes"] == 1
    assert await attempts(monitoring, "plan-changes", NOW) == [1]
    nurse = practice.as_(Role.CASE_MANAGER, NOW)
    states = [(await nurse.get(f"/v1/plan-changes/{each['id']}")).json()["state"] for each in changes]
    assert states[1] == "expired"
    await sql(monitoring, "UPDATE plan_changes SET returns_at = NULL WHERE id = $1", UUID(changes[0]["id"]))
    assert (await run_jobs(monitoring, MINUTE_ON))["plan-changes"] == 1
    assert await failures(monitoring, MINUTE_ON) == []


async def test_another_organization_does_not_see_them(monitoring: Api) -> None:
    await three(monitoring, paused=False)
    await run_jobs(monitoring, NOW)
    stranger = monitoring.as_(Role.AUDITOR, organization=UUID(int=7), now=local(NOW))
    assert (await stranger.get("/v1/ops/job-failures")).json() == []
