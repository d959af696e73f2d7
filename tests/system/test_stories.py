"""The worked examples of clinical §7, the same rows as `make story`, against both real services in process."""

from datetime import datetime

import httpx
import pytest

from deploy.local.stories.clinic import Clinic, subject
from deploy.local.stories.engine import Mark, Missing, Row, later, play
from deploy.local.stories.words import at
from deploy.local.story import STORIES, Which
from shared.vocabulary import Role
from tests.support.apps import Api, Pair

# Rows may be added; one that was answered never waits again.
ANSWERED = {
    Which.HEART_FAILURE: 73,
    Which.DIABETES: 72,
    Which.ASTHMA: 42,
    Which.COPD: 34,
    Which.HYPERTENSION: 47,
    Which.CKD: 35,
    Which.INFARCTION: 10,
    Which.STROKE: 10,
    Which.EXACERBATION: 12,
    Which.CANCELLED: 7,
    Which.TRANSFER: 7,
    Which.MISSED_TWICE: 19,
    Which.OUT_OF_NETWORK: 15,
}


def clients(api: Api, role: Role) -> httpx.AsyncClient:
    return api.as_(role, subject=subject(role))


@pytest.mark.parametrize("which", Which)
async def test_no_row_of_the_story_differs(pair: Pair, which: Which) -> None:
    clinic = Clinic(lambda role: clients(pair.coordination, role), lambda role: clients(pair.monitoring, role))
    played = [each async for each in play(STORIES[which](clinic).rows())]
    differing = [
        f"{each.row.when:%a %m-%d %H:%M} {each.row.event}\n  expected: {each.row.expected}\n  came:     {each.came}"
        for each in played
        if each.mark is Mark.DIFFERS
    ]
    if differing:
        pytest.fail("\n".join(differing), pytrace=False)
    assert sum(each.mark is Mark.AGREES for each in played) >= ANSWERED[which]


async def test_a_row_is_judged_by_what_came() -> None:
    async def weight(_now: datetime) -> str:
        return "no alert"

    async def nothing(_now: datetime) -> str:
        raise Missing("no need contact-interactive")

    when = at("09-05 07:05")
    rows = (
        Row(when, "81.1 kg", "no alert", weight),
        Row(when, "83.4 kg", "W7 high", weight),
        Row(when, "call reached", "contact", nothing),
        later(when, "LACE", "13 high", waits_for="risk scores"),
    )
    played = [(each.came, each.mark) async for each in play(rows)]
    assert played == [
        ("no alert", Mark.AGREES),
        ("no alert", Mark.DIFFERS),
        ("no need contact-interactive", Mark.DIFFERS),
        ("risk scores", Mark.LATER),
    ]
