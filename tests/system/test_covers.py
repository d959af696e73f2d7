"""Who is away is told to coordination; from start to end what waits for them in monitoring reaches who covers."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.monitoring.jobs import escalation
from services.monitoring.store import covers
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api, Pair, problem
from tests.support.makers_coordination import good
from tests.support.makers_monitoring import a_patient_with, as_coordination, local
from tests.support.makers_plans import DOCTOR, on_glargine

STARTS, ENDS = "2026-09-07 00:00", "2026-09-19 00:00"
BEFORE, DURING, AFTER = "2026-09-06 23:59", "2026-09-10 09:00", "2026-09-19 00:00"


def somebody(api: Api, subject: str, now: str, *roles: Role) -> Any:
    return api.as_(*(roles or (Role.CASE_MANAGER,)), now=local(now), subject=subject)


async def deliver(pair: Pair, now: str) -> None:
    boss = somebody(pair.coordination, "boss", now, Role.SUPERVISOR)
    await good(await boss.post("/v1/ops/run-jobs", json={"now": local(now).isoformat()}))


async def away(pair: Pair, person: str, covered_by: str, now: str = "2026-09-05 09:00") -> Any:
    boss = somebody(pair.coordination, "boss", now, Role.SUPERVISOR)
    times = {"starts_at": local(STARTS).isoformat(), "ends_at": local(ENDS).isoformat()}
    # Whom the supervisor puts into a team is known from then on.
    team = {"key": f"with-{covered_by}", "name": "Cover", "members": [covered_by]}
    await boss.post("/v1/teams", json=team)
    said = await good(await boss.post("/v1/absences", json={"person": person, "covered_by": covered_by, **times}))
    await deliver(pair, now)
    return said


async def mine(api: Api, subject: str, now: str, **query: Any) -> list[str]:
    page = await good(await somebody(api, subject, now).get("/v1/panel", params=query or {"case_manager": "me"}))
    return [each["patient_id"] for each in page["items"]]


async def followed_by(api: Api, nurse: str) -> Any:
    patient = await a_patient_with(api, "diabetes", "2026-09-01 08:00")
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    client = patient.client(now="2026-09-01 09:00")
    body = {"case_manager": nurse, "reason": "Takes over"}
    moved = await client.post(f"{path}/case-manager", json=body, headers={"If-Match": '"1"'})
    assert moved.status_code == 200, moved.text
    return patient


async def test_the_panel_of_who_is_away_is_that_of_who_covers_from_start_to_end(pair: Pair) -> None:
    patient = await followed_by(pair.monitoring, "ana")
    await away(pair, "ana", "ben")
    assert await mine(pair.monitoring, "ben", BEFORE) == []
    for now in (STARTS, DURING, "2026-09-18 23:59"):
        assert await mine(pair.monitoring, "ben", now) == [patient.id], now
        assert await mine(pair.monitoring, "ana", now) == [patient.id], "it stays hers"
        assert await mine(pair.monitoring, "cleo", now) == []
    assert await mine(pair.monitoring, "ben", AFTER) == []
    (known,) = (await good(await somebody(pair.monitoring, "ben", DURING).get("/v1/covers?person=ana")))["items"]
    assert (known["person"], known["covered_by"], known["version"]) == ("ana", "ben", 1)


async def test_who_is_back_early_is_covered_no_longer(pair: Pair) -> None:
    patient = await followed_by(pair.monitoring, "ana")
    said = await away(pair, "ana", "ben")
    boss = somebody(pair.coordination, "boss", "2026-09-12 08:00", Role.SUPERVISOR)
    await good(await boss.post(f"/v1/absences/{said['id']}/end", headers={"If-Match": '"1"'}))
    await deliver(pair, "2026-09-12 08:01")
    assert await mine(pair.monitoring, "ben", "2026-09-12 07:59") == [patient.id]
    assert await mine(pair.monitoring, "ben", "2026-09-12 08:00") == []


async def test_a_prescribers_proposals_and_notices_reach_who_covers(pair: Pair) -> None:
    practice = await on_glargine(pair.monitoring)
    now = "2026-09-07 07:30"
    for day, value in (("05", 162), ("06", 158), ("07", 165)):
        await practice.patient.sends("glucose_fasting", value, "mg/dL", f"2026-09-{day} 07:00")
    await away(pair, DOCTOR, "prescriber-7")
    await practice.steps(26, now)
    cover = somebody(pair.monitoring, "prescriber-7", DURING, Role.PRESCRIBER)
    notices = (await good(await cover.get("/v1/notices", params={"told": "me"})))["items"]
    assert [(each["kind"], each["told"]) for each in notices] == [("step-applied", DOCTOR)]
    assert await mine(pair.monitoring, "prescriber-7", DURING, awaits="me") == [practice.patient.id], "to co-sign"
    later = somebody(pair.monitoring, "prescriber-7", AFTER, Role.PRESCRIBER)
    assert (await good(await later.get("/v1/notices", params={"told": "me"})))["items"] == []


async def test_an_escalation_says_who_covers_and_is_on_their_list(pair: Pair) -> None:
    patient = await followed_by(pair.monitoring, "ana")
    await away(pair, "ana", "ben")
    await patient.measures(50, "2026-09-10 08:00")
    await patient.measures(110, "2026-09-10 08:10")
    for _ in range(2):
        await escalation.run_once(pair.monitoring.sessions, [pair.monitoring.organization], local("2026-09-10 09:00"))
    ben = somebody(pair.monitoring, "ben", "2026-09-10 09:01")
    (taken,) = (await good(await ben.get("/v1/escalations", params={"case_manager": "me"})))["items"]
    assert (taken["tier"], taken["case_manager"], taken["covered_by"]) == ("high-lead-nurse", "ana", "ben")
    assert taken["text"].endswith("was not acknowledged; ben covers for ana")
    cleo = somebody(pair.monitoring, "cleo", "2026-09-10 09:01")
    assert (await good(await cleo.get("/v1/escalations", params={"case_manager": "me"})))["items"] == []


async def test_an_older_version_changes_nothing_and_only_the_service_may_say_it(pair: Pair) -> None:
    path, times = f"/v1/covers/{uuid4()}", {"starts_at": local(STARTS).isoformat(), "ends_at": local(ENDS).isoformat()}
    client = as_coordination(pair.monitoring, local(DURING))
    body = {"version": 2, "person": "ana", "covered_by": "ben", **times}
    await good(await client.put(path, json=body))
    kept = await good(await client.put(path, json={**body, "version": 1, "covered_by": "cleo"}))
    assert (kept["version"], kept["covered_by"]) == (2, "ben")
    wrong = await client.put(path, json={**body, "absence_id": str(uuid4())})
    assert problem(wrong)[0] == 422
    assert (await somebody(pair.monitoring, "ana", DURING).put(path, json=body)).status_code == 403


_HOURS = st.integers(min_value=0, max_value=40)
_AWAY = st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), _HOURS, _HOURS, st.none() | _HOURS)
_ZERO = local("2026-10-01 00:00")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(_AWAY, max_size=5), hour=_HOURS)
async def test_who_covers_is_whoever_the_intervals_say(
    monitoring: Api, told: list[tuple[str, str, int, int, int | None]], hour: int
) -> None:
    at = _ZERO + timedelta(hours=hour)
    client = as_coordination(monitoring, at)
    own = uuid4().hex
    for person, by, start, end, ended in told:
        body = {"version": 1, "person": f"{own}{person}", "covered_by": f"{own}{by}"}
        body |= {name: _hour(each) for name, each in (("starts_at", start), ("ends_at", end), ("ended_at", ended))}
        await good(await client.put(f"/v1/covers/{uuid4()}", json={k: v for k, v in body.items() if v is not None}))
    async with transaction(monitoring.sessions, monitoring.organization, read_only=True) as tx:
        for by in "xy":
            expected = sorted(
                person
                for person, other, start, end, ended in told
                if other == by and start <= hour < min(end, end if ended is None else ended)
            )
            assert list(await covers.covered(tx, f"{own}{by}", at)) == [f"{own}{person}" for person in expected]


def _hour(hour: int | None) -> str | None:
    return None if hour is None else (_ZERO + timedelta(hours=hour)).isoformat()
