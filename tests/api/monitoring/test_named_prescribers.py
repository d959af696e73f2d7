"""A prescriber who is named for a looser limit, version or exclusion is one on that day, and not the author."""

from typing import Any

import httpx
import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import enrolls, local, with_diabetes
from tests.support.makers_plans import entitles
from tests.support.revising import Desk, with_bounds

NOW = "2026-09-10 22:30"  # the day after in UTC
DOCTOR, LEFT, NURSE = "prescriber-1", "prescriber-2", "case_manager-1"
NOT_ONE, THEMSELVES = (422, "prescriber.not-registered"), (422, "prescriber.is-author")
PREGNANT: dict[str, Any] = {"circumstances": ["pregnancy"]}


def said(person: str) -> dict[str, str]:
    return {"prescriber": person, "reason": "Followed with obstetrics"}


@pytest.fixture
async def clinic(monitoring: Api) -> Api:
    """One who prescribes until today, one who did until yesterday, and a nurse whose own record names nobody else."""
    await entitles(monitoring, DOCTOR, until="2026-09-10")
    await entitles(monitoring, LEFT, until="2026-09-09")
    await entitles(monitoring, NURSE)
    return monitoring


async def excluded(api: Api, person: str, **more: Any) -> httpx.Response:
    return await enrolls(api, "diabetes", NOW, **PREGNANT, override=said(person), **more)


async def test_who_takes_responsibility_for_an_enrollment(clinic: Api) -> None:
    assert problem(await excluded(clinic, "Dr. A. Example")) == NOT_ONE
    assert problem(await excluded(clinic, LEFT)) == NOT_ONE
    assert problem(await excluded(clinic, NURSE)) == THEMSELVES
    assert (await excluded(clinic, DOCTOR)).status_code == 201
    assert (await clinic.as_(Role.CASE_MANAGER, now=local(NOW)).get("/v1/enrollments")).json()["items"] != []


async def test_at_activation_and_for_what_becomes_true_later(clinic: Api) -> None:
    referred = (await enrolls(clinic, "diabetes", NOW, start="referred")).json()
    nurse = clinic.as_(Role.CASE_MANAGER, now=local(NOW))
    path, tag = f"/v1/enrollments/{referred['id']}", {"If-Match": '"1"'}
    for person, expected in ((LEFT, NOT_ONE), (NURSE, THEMSELVES)):
        body = {"reason": "Set up", **PREGNANT, "override": said(person)}
        assert problem(await nurse.post(f"{path}/activate", json=body, headers=tag)) == expected
    started = await nurse.post(f"{path}/activate", json={"reason": "Set up"}, headers=tag)
    assert started.status_code == 200, started.text
    tag = {"If-Match": f'"{started.json()["version"]}"'}
    fact = {"circumstance": "pregnancy", "starts_at": local(NOW).isoformat(), "holds": True, "reason": "Test positive"}
    for person, expected in ((LEFT, NOT_ONE), (NURSE, THEMSELVES)):
        answer = await nurse.post(f"{path}/circumstances", json={**fact, "override": said(person)}, headers=tag)
        assert problem(answer) == expected
    assert (await nurse.get(path)).json()["circumstances"] == [], "nothing half done"
    kept = await nurse.post(f"{path}/circumstances", json={**fact, "override": said(DOCTOR)}, headers=tag)
    assert kept.json()["override"] == said(DOCTOR), kept.text


async def test_a_looser_limit(clinic: Api) -> None:
    patient = await with_diabetes(clinic)
    target = {
        "bound": "glucose.high", "limit": 270, "unit": "mg/dL", "reason": "Lives alone",
        "starts_at": local(NOW).isoformat(), "review_by": "2026-12-10",
    }  # fmt: skip
    path, tag = f"/v1/enrollments/{patient.enrollment['id']}/targets", {"If-Match": '"1"'}
    nurse = patient.client(now=NOW)
    for person, expected in (("Dr. A. Example", NOT_ONE), (LEFT, NOT_ONE), (NURSE, THEMSELVES)):
        answer = await nurse.post(path, json={**target, "prescriber": person}, headers=tag)
        assert problem(answer) == expected
    kept = await nurse.post(path, json={**target, "prescriber": DOCTOR}, headers=tag)
    assert kept.json()["targets"][0]["prescriber"] == DOCTOR, kept.text
    tomorrow = patient.client(now="2026-09-11 08:00")
    again = await tomorrow.post(path, json={**target, "prescriber": DOCTOR}, headers={"If-Match": '"2"'})
    assert problem(again) == NOT_ONE


async def test_a_version_that_lets_more_pass(clinic: Api) -> None:
    await entitles(clinic, "author")
    await entitles(clinic, "colleague")
    desk = Desk(clinic)
    drafted = await desk.draft()
    lower = with_bounds(drafted["content"], {"very_low": ("50", "2.8")})
    revised = await desk.does(drafted, "content", content=lower)
    assert problem(await desk.tries(revised, "validate", {"prescriber": "Dr. A. Example"})) == NOT_ONE
    assert problem(await Desk(clinic, "colleague").tries(revised, "validate", {"prescriber": "author"})) == THEMSELVES
    assert (
        problem(await Desk(clinic, "colleague").tries(revised, "validate", {"prescriber": "colleague"})) == THEMSELVES
    )
    assert (await desk.does(revised, "validate", prescriber="colleague"))["prescriber"] == "colleague"
