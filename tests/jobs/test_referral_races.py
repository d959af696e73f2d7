"""One winner on both sides of a referral, over real connections (S27)."""

import asyncio
from collections import Counter

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, Pair
from tests.support.makers_directory import FRIDAY, a_coordinator, a_referral, a_specialist, do, taken


@pytest.fixture
def coordination(pair: Pair) -> Api:
    return pair.coordination


async def test_a_hundred_parallel_accepts_are_one_accept(coordination: Api) -> None:
    sent, client = await a_referral(coordination), a_coordinator(coordination)
    answers = await asyncio.gather(*(do(client, sent, "accept") for _ in range(100)))
    counted = Counter(answer.status_code for answer in answers)
    # Ten connections serve a hundred: on a slow machine the last are told to come again, and did nothing.
    assert counted[200] == 1
    assert set(counted) <= {200, 412, 503}
    now = taken(await client.get(f"/v1/referrals/{sent['id']}"))
    assert [(one["sequence"], one["act"]) for one in now["history"]] == [(2, "send"), (3, "accept")]


async def test_an_accept_against_a_cancel_has_one_winner_whom_both_sides_see(coordination: Api) -> None:
    won: Counter[str] = Counter()
    for turn in range(12):
        ruths = await a_specialist(coordination, user_subject=f"dr-ruth-{turn}")
        sent = await a_referral(coordination, ruths)
        sender = a_coordinator(coordination)
        receiver = coordination.as_(Role.SPECIALIST, now=FRIDAY, subject=f"dr-ruth-{turn}")
        acts = [do(receiver, sent, "accept"), do(sender, sent, "cancel", reason="ordered-in-error")]
        answers = await asyncio.gather(*(acts if turn % 2 else reversed(acts)))
        assert sorted(answer.status_code for answer in answers) == [200, 412]
        seen = [taken(await side.get(f"/v1/referrals/{sent['id']}")) for side in (sender, receiver)]
        assert seen[0]["state"] == seen[1]["state"]
        assert seen[0]["history"] == seen[1]["history"]
        assert len(seen[0]["history"]) == 2
        won[seen[0]["state"]] += 1
    assert set(won) <= {"accepted", "cancelled"}


async def test_a_cancel_that_comes_second_is_asked_of_the_receiver_and_not_lost(coordination: Api) -> None:
    sent = await a_referral(coordination)
    client = a_coordinator(coordination)
    accepted = taken(await do(client, sent, "accept"))
    assert (await do(client, sent, "cancel", reason="ordered-in-error")).status_code == 412
    asked = taken(await do(client, accepted, "cancel", reason="ordered-in-error"))
    assert (asked["state"], asked["cancel_requested_at"] is not None) == ("accepted", True)
