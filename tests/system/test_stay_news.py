"""Who somebody is and when they are in hospital reaches monitoring: by the real relay, at the real other service."""

from typing import Any

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, Pair
from tests.support.makers_coordination import a_person, good, tag
from tests.support.makers_monitoring import agreed, local


def at(api: Api, time: str) -> Any:
    return api.as_(Role.COORDINATOR, Role.CASE_MANAGER, Role.SUPERVISOR, now=local(time))


async def deliver(api: Api, time: str) -> int:
    """The worker's round of a service; gives how many messages arrived."""
    done = await good(await at(api, time).post("/v1/ops/run-jobs", json={"now": local(time).isoformat()}))
    return int(done["done"]["delivered"])


@pytest.fixture
async def patient(pair: Pair) -> dict[str, Any]:
    """Followed after heart failure at tier stable since the first of September, as coordination has them."""
    desk = at(pair.coordination, "2026-09-01 09:00")
    registered = await good(await desk.post("/v1/patients", json=a_person()))
    need = {"patient_id": registered["id"], "kind": "telemonitoring", "reason": "Heart failure"}
    made = await good(await desk.post("/v1/needs", json=need))
    consents = [agreed(local("2026-09-01 08:00").isoformat())]
    ask = {"protocol": "heart-failure", "tier": "stable", "consents": consents}
    await good(await desk.post(f"/v1/needs/{made['id']}/enroll", json=ask, headers=tag(made)))
    assert await deliver(pair.coordination, "2026-09-01 09:05") == 1
    return await good(await desk.get(f"/v1/patients/{registered['id']}"))


async def enrollment(pair: Pair, time: str) -> dict[str, Any]:
    (found,) = (await good(await at(pair.monitoring, time).get("/v1/enrollments")))["items"]
    known: dict[str, Any] = found
    return known


async def silences(pair: Pair, time: str) -> list[str]:
    alerts = (await good(await at(pair.monitoring, time).get("/v1/alerts", params={"limit": 200})))["items"]
    return [alert["rule"] for alert in alerts if alert["rule"].startswith("SILENCE")]


async def test_a_changed_person_is_known_as_they_are_now(pair: Pair, patient: dict[str, Any]) -> None:
    desk, path = at(pair.coordination, "2026-09-02 09:00"), f"/v1/patients/{patient['id']}"
    for family, zone in (("Once", "America/Chicago"), ("Twice", "America/Denver")):
        now = await good(await desk.get(path))
        body = a_person(identifiers=now["identifiers"], family=family, time_zone=zone)
        await good(await desk.put(path, json=body, headers=tag(now)))
    assert await deliver(pair.coordination, "2026-09-02 09:05") == 2
    followed = await enrollment(pair, "2026-09-02 09:06")
    known = await good(await at(pair.monitoring, "2026-09-02 09:06").get(f"/v1/patients/{followed['patient_id']}"))
    assert (known["family"], known["time_zone"]) == ("Twice", "America/Denver")


async def test_silence_means_nothing_in_hospital_and_after_it_the_tier_is_high(
    pair: Pair, patient: dict[str, Any]
) -> None:
    admitted = {"patient_id": patient["id"], "started_at": local("2026-09-01 22:00").isoformat()}
    stay = await good(await at(pair.coordination, "2026-09-01 23:00").post("/v1/stays", json=admitted))
    assert await deliver(pair.coordination, "2026-09-01 23:05") == 1
    inside = await enrollment(pair, "2026-09-01 23:06")
    assert (inside["inpatient_since"], inside["tier"]) == ("2026-09-02T02:00:00Z", "stable")
    await deliver(pair.monitoring, "2026-09-12 09:00")
    assert await silences(pair, "2026-09-12 09:00") == []

    ended = {"ended_at": local("2026-09-12 10:00").isoformat()}
    ended["diagnoses"] = [{"system": "icd-10-cm", "code": "I50.23"}]  # type: ignore[assignment]
    path = f"/v1/stays/{stay['id']}/discharge"
    await good(await at(pair.coordination, "2026-09-12 10:30").post(path, json=ended, headers=tag(stay)))
    assert await deliver(pair.coordination, "2026-09-12 10:35") >= 1
    home = await enrollment(pair, "2026-09-12 10:36")
    assert (home["inpatient_since"], home["tier"]) == (None, "high")
    await deliver(pair.monitoring, "2026-09-20 09:00")
    assert await silences(pair, "2026-09-20 09:00") != [], "at home nobody heard of them for a week"


async def test_an_admission_that_was_a_mistake_is_undone_there_too(pair: Pair, patient: dict[str, Any]) -> None:
    admitted = {"patient_id": patient["id"], "started_at": local("2026-09-02 08:00").isoformat()}
    stay = await good(await at(pair.coordination, "2026-09-02 08:30").post("/v1/stays", json=admitted))
    await deliver(pair.coordination, "2026-09-02 08:35")
    assert (await enrollment(pair, "2026-09-02 08:36"))["inpatient_since"] is not None
    path = f"/v1/stays/{stay['id']}/cancel"
    await good(await at(pair.coordination, "2026-09-02 09:00").post(path, json={"reason": "Wrong"}, headers=tag(stay)))
    assert await deliver(pair.coordination, "2026-09-02 09:05") == 1
    undone = await enrollment(pair, "2026-09-02 09:06")
    assert (undone["inpatient_since"], undone["tier"]) == (None, "stable")
