"""A visit that is called off or missed is no date of its need, and sets no hard stop for the reconciliation."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.apps import Api
from tests.support.makers_coordination import Json, a_discharge, at, clock_of, good, local, need_of, tag
from tests.support.makers_directory import FRIDAY, a_coordinator, a_specialist, refer, taken, through

BOOKED: dict[str, Any] = {
    "act": "schedule", "starts_at": "2026-09-08T17:30:00Z", "ends_at": "2026-09-08T18:00:00Z", "modality": "video"
}  # fmt: skip
AGAIN = BOOKED | {"starts_at": "2026-09-10T17:30:00Z", "ends_at": "2026-09-10T18:00:00Z"}
OWN, DAY = "Fri 2026-09-11 23:59", "Tue 2026-09-08 23:59"
AFTER = FRIDAY + timedelta(days=5)


async def both(api: Api, stay: Json) -> tuple[Json, str]:
    """The visit's need, and when medicines must be reconciled at the latest."""
    visit, med = (need_of(stay, kind) for kind in ("visit-face-to-face", "med-reconciliation"))
    found = [await good(await at(api).get(f"/v1/needs/{need['id']}")) for need in (visit, med)]
    return found[0], local(clock_of(found[1], "hard-stop")["due_at"])


async def booked(api: Api) -> tuple[Json, Json]:
    stay = await a_discharge(api)
    sent = taken(await refer(api, need_of(stay, "visit-face-to-face")["id"], await a_specialist(api)), 201)
    return stay, await through(a_coordinator(api), sent, "accept", BOOKED)


@pytest.mark.parametrize("off", [{"act": "cancel-visit", "by": "patient"}, {"act": "no-show"}])
async def test_a_visit_called_off_or_missed_and_booked_again(coordination: Api, off: dict[str, Any]) -> None:
    stay, referral = await booked(coordination)
    need, hard_stop = await both(coordination, stay)
    assert (need["scheduled_for"], hard_stop) == ("2026-09-08T17:30:00Z", DAY)
    client = a_coordinator(coordination, AFTER)
    gone = await through(client, referral, off)
    need, hard_stop = await both(coordination, stay)
    assert (need["state"], need["scheduled_for"], need["means"]["id"]) == ("arranged", None, referral["id"])
    assert hard_stop == OWN
    await through(client, gone, AGAIN)
    need, hard_stop = await both(coordination, stay)
    assert (need["scheduled_for"], hard_stop) == ("2026-09-10T17:30:00Z", "Thu 2026-09-10 23:59")


async def test_a_referral_that_ends_takes_its_visit_and_its_means_with_it(coordination: Api) -> None:
    stay, referral = await booked(coordination)
    await through(
        a_coordinator(coordination), referral, {"act": "patient-declines", "reason": "Prefers another clinic"}
    )
    need, hard_stop = await both(coordination, stay)
    assert (need["state"], need["scheduled_for"], need["means"], hard_stop) == ("identified", None, None, OWN)


async def test_a_visit_arranged_by_hand_and_released(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    need = need_of(stay, "visit-face-to-face")
    client = at(coordination)
    body = {"means": {"kind": "task"}, "scheduled_for": "2026-09-08T17:30:00Z"}
    need = await good(await client.post(f"/v1/needs/{need['id']}/arrange", json=body, headers=tag(need)))
    assert (await both(coordination, stay))[1] == DAY
    await good(await client.post(f"/v1/needs/{need['id']}/release", json={}, headers=tag(need)))
    need, hard_stop = await both(coordination, stay)
    assert (need["scheduled_for"], need["means"], hard_stop) == (None, None, OWN)
