"""A specialist sees and does what is theirs, also when their token carries a second role that allows nothing more."""

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_directory import FRIDAY, a_referral, a_specialist

SECOND: list[tuple[Role, ...]] = [(), (Role.CLINIC_ADMIN,)]


@pytest.mark.parametrize("second", SECOND)
async def test_referrals_to_others_are_not_there(second: tuple[Role, ...], coordination: Api) -> None:
    referral = await a_referral(coordination, await a_specialist(coordination))
    stranger = coordination.as_(Role.SPECIALIST, *second, subject="dr-elsewhere", now=FRIDAY)
    assert (await stranger.get("/v1/referrals")).json()["items"] == []
    assert (await stranger.get(f"/v1/referrals/{referral['id']}")).status_code == 404
    tag = {"If-Match": f'"{referral["version"]}"'}
    acted = await stranger.post(f"/v1/referrals/{referral['id']}/acknowledge", json={}, headers=tag)
    assert acted.status_code == 404


async def test_a_role_that_may_read_all_reads_all(coordination: Api) -> None:
    referral = await a_referral(coordination, await a_specialist(coordination))
    both = coordination.as_(Role.SPECIALIST, Role.AUDITOR, subject="dr-auditor", now=FRIDAY)
    assert [found["id"] for found in (await both.get("/v1/referrals")).json()["items"]] == [referral["id"]]


async def test_capacity_of_others_is_not_theirs_to_tell(coordination: Api) -> None:
    specialist = await a_specialist(coordination)
    both = coordination.as_(Role.SPECIALIST, Role.AUDITOR, subject="dr-auditor", now=FRIDAY)
    told = {"free": 3, "as_of": FRIDAY.isoformat()}
    answer = await both.post(
        f"/v1/specialists/{specialist['id']}/capacity",
        json=told,
        headers={"If-Match": f'"{specialist["version"]}"'},
    )
    assert problem(answer) == (403, "specialist.not-your-record")
