"""The worked examples of clinical §7, the same rows as `make story`, against both real services in process."""

import httpx
import pytest

from deploy.local.stories.clinic import Clinic, subject
from deploy.local.stories.engine import Mark, play
from deploy.local.story import STORIES, Which
from shared.vocabulary import Role
from tests.support.apps import Api, Pair


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
    assert sum(each.mark is Mark.AGREES for each in played) >= _ROWS_BUILT[which]


_ROWS_BUILT = {Which.HEART_FAILURE: 60, Which.DIABETES: 38}
