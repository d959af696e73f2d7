"""What is kept of measures is never older than the request: each change that matters is in the next answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from services.coordination.domain.outcomes import CATALOGUE
from services.coordination.jobs import outcomes
from services.coordination.store.outcomes import OutcomeMarkRow
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    DISCHARGED,
    Json,
    a_discharge,
    a_patient,
    a_person,
    at,
    days,
    good,
    need_of,
    new_york,
    tag,
)
from tests.support.makers_directory import a_coordinator, a_referral, through
from tests.support.measured import LATER, a_call, in_hospital, is_met, judged, measure
from tests.support.practices import a_site, cared_for, closed

ALL_AT_WORK = [each.key for each in CATALOGUE]


async def everything(api: Api) -> dict[str, Any]:
    """Every figure with its whole list."""
    client = api.as_(Role.AUDITOR, now=LATER)
    asked: dict[str, str | int] = {"period": "2026", "limit": 200}
    return {key: await good(await client.get(f"/v1/measures/{key}", params=asked)) for key in ALL_AT_WORK}


async def judged_anew(api: Api) -> dict[str, Any]:
    """The same after all that is kept was thrown away and judged again."""
    async with transaction(api.sessions, api.organization) as tx:
        await tx.execute(text("DELETE FROM outcomes"))
        people = "INSERT INTO outcome_marks (organization_id, patient_id) SELECT organization_id, id FROM patients"
        await tx.execute(text(people))
    await judged(api)
    return await everything(api)


async def calls(api: Api, stay: Json) -> None:
    await a_call(api, stay["patient_id"], DISCHARGED + days(1))


async def visits(api: Api, stay: Json) -> None:
    await is_met(api, stay, "visit-face-to-face", "visit", DISCHARGED + days(3))


async def comes_back(api: Api, stay: Json) -> None:
    await in_hospital(api, {"id": stay["patient_id"]}, "2026-09-10 10:00", "2026-09-12 10:00")


async def is_cancelled(api: Api, stay: Json) -> None:
    body = {"reason": "The patient stays another night"}
    await good(await at(api).post(f"/v1/stays/{stay['id']}/discharge/cancel", json=body, headers=tag(stay)))


async def is_corrected(api: Api, stay: Json) -> None:
    body = {"reason": "It was a transfer", "disposition": "skilled-nursing"}
    await good(await at(api).post(f"/v1/stays/{stay['id']}/correct", json=body, headers=tag(stay)))


async def is_younger(api: Api, stay: Json) -> None:
    url = f"/v1/patients/{stay['patient_id']}"
    found = await good(await at(api).get(url))
    body = a_person(identifiers=found["identifiers"], birth_date="2015-03-03")
    await good(await at(api).put(url, json=body, headers=tag(found)))


async def is_waived(api: Api, stay: Json) -> None:
    need = await good(await at(api).get(f"/v1/needs/{need_of(stay, 'visit-face-to-face')['id']}"))
    body = {"code": "patient-declined"}
    await good(await at(api).post(f"/v1/needs/{need['id']}/waive", json=body, headers=tag(need)))


async def is_joined(api: Api, stay: Json) -> None:
    """The record with the stay ends in another one, whose site is far away."""
    other = await a_patient(api)
    await cared_for(api, other["id"], (await a_site(api))["id"])
    ending = await good(await at(api).get(f"/v1/patients/{stay['patient_id']}"))
    body = {"into": other["id"], "reason": "Twice"}
    await good(await at(api).post(f"/v1/patients/{ending['id']}/merge", json=body, headers=tag(ending)))


async def is_referred(api: Api, _: Json) -> None:
    await through(a_coordinator(api), await a_referral(api), "accept")


CHANGES = (
    calls, visits, comes_back, is_cancelled, is_corrected, is_younger, is_waived, is_joined, is_referred,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_in_the_next_answer_and_in_what_is_kept(
    coordination: Api, change: Callable[[Api, Json], Awaitable[None]]
) -> None:
    stay = await a_discharge(coordination)
    await judged(coordination)
    before = await everything(coordination)
    await change(coordination, stay)
    after = await everything(coordination)
    assert after != before
    await judged(coordination)
    assert await everything(coordination) == after
    assert await judged_anew(coordination) == after


async def test_the_days_of_the_site_that_cares_decide_about_business_days(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    # Thursday: the second business day in Bavaria was Tuesday, in the United States Wednesday after Labor Day.
    await a_call(coordination, stay["patient_id"], new_york("2026-09-09 15:00"))
    contact = (await measure(coordination, "contact-2-business-days"))["items"]
    assert [(each["met"], each["value"]) for each in contact] == [(True, "by 2026-09-09")]
    site = await a_site(coordination, time_zone="Europe/Berlin")
    await cared_for(coordination, stay["patient_id"], site["id"])
    contact = (await measure(coordination, "contact-2-business-days"))["items"]
    assert [(each["met"], each["value"]) for each in contact] == [(True, "by 2026-09-09")], "federal holidays"
    await closed(coordination, site, holidays="DE-BY")
    contact = (await measure(coordination, "contact-2-business-days"))["items"]
    assert [(each["met"], each["value"]) for each in contact] == [(False, "by 2026-09-08")]


async def test_the_holidays_of_the_organization_decide_where_there_is_no_site(coordination: Api) -> None:
    await a_discharge(coordination)
    await judged(coordination)
    admin = at(coordination, role=Role.CLINIC_ADMIN)
    await good(await admin.put("/v1/calendar", json={"holidays": "DE-BY"}, headers={"If-Match": '"0"'}))
    contact = (await measure(coordination, "contact-2-business-days"))["items"]
    assert [each["value"] for each in contact] == ["by 2026-09-08"]


async def test_so_many_changes_that_the_request_would_last_are_refused(
    coordination: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        await a_discharge(coordination)
    monkeypatch.setattr("services.coordination.usecases.measures._MOST_ANEW", 1)
    client = coordination.as_(Role.AUDITOR, now=LATER)
    refused = await client.get("/v1/measures", params={"period": "2026"})
    assert problem(refused) == (503, "measures.being-judged")
    await judged(coordination)
    assert (await client.get("/v1/measures", params={"period": "2026"})).status_code == 200


async def test_who_cannot_be_judged_keeps_nobody_else_waiting(coordination: Api) -> None:
    bad, fine = [await a_discharge(coordination) for _ in range(2)]
    async with transaction(coordination.sessions, coordination.organization) as tx:
        # No door lets such a zone in.
        broken = text("UPDATE stays SET time_zone = 'Nowhere/Land' WHERE id = :id")
        await tx.execute(broken, {"id": bad["id"]})
    assert await outcomes.run_once(coordination.sessions, [coordination.organization], LATER) == 1
    async with transaction(coordination.sessions, coordination.organization, read_only=True) as tx:
        waiting = await tx.scalars(select(OutcomeMarkRow.patient_id))
        assert {str(each) for each in waiting} == {bad["patient_id"]} != {fine["patient_id"]}
