"""The directory as a table: each row for itself, a repeat changes nothing, a dry run keeps nothing."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.contracts.coordination.directory_imports import COLUMNS, EXAMPLE
from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_directory import FRIDAY, a_coordinator, a_need, a_specialist, slots_for, taken

HEADER, FIRST = EXAMPLE.splitlines()


async def send(api: Api, *lines: str, dry_run: bool = False) -> httpx.Response:
    body = "\n".join(lines) + "\n"
    client = api.as_(Role.INTEGRATION, now=FRIDAY)
    params = {"dry_run": str(dry_run).lower()}
    return await client.post(
        "/v1/directory-imports", content=body.encode(), params=params, headers={"Content-Type": "text/csv"}
    )


async def directory(api: Api) -> list[dict[str, Any]]:
    return list(taken(await a_coordinator(api).get("/v1/specialists"))["items"])


def counts(found: dict[str, Any]) -> tuple[int, int, int, int]:
    return found["created"], found["updated"], found["unchanged"], found["refused"]


async def test_a_table_becomes_entries_and_the_same_table_changes_nothing(coordination: Api) -> None:
    second = FIRST.replace("EX-CARDIO-1", "EX-CARDIO-2").replace("Ruth", "Rahel")
    assert counts(taken(await send(coordination, HEADER, FIRST, second, dry_run=True))) == (2, 0, 0, 0)
    assert await directory(coordination) == []
    assert counts(taken(await send(coordination, HEADER, FIRST, second))) == (2, 0, 0, 0)
    before = await directory(coordination)
    assert counts(taken(await send(coordination, HEADER, FIRST, second))) == (0, 0, 2, 0)
    assert await directory(coordination) == before
    ruth = next(one for one in before if one["name"] == "Dr. Ruth Example")
    assert ruth["coverages"][1] == {"payer": "Example Health", "plans": ["Silver", "Gold"]}
    assert ruth["prices"][0] == {
        "service": "visit", "amount": "40.00", "currency": "USD", "payer": "Medicare", "plan": None,
        "told_by": "fee schedule", "as_of": "2026-01-01",
    }  # fmt: skip
    assert (ruth["gender"], ruth["capacity"], ruth["sites"][0]["name"]) == ("female", 4, "Main Street")


async def test_a_change_updates_and_keeps_what_a_table_cannot_say(coordination: Api) -> None:
    made = taken(await send(coordination, HEADER, FIRST))["rows"][0]["specialist_id"]
    site = (await directory(coordination))[0]["sites"][0]["id"]
    dearer = FIRST.replace("visit=40.00 USD", "visit=45.00 USD").replace(",4,2026-09-04T12:00:00Z", ",,")
    assert counts(taken(await send(coordination, HEADER, dearer))) == (0, 1, 0, 0)
    (found,) = await directory(coordination)
    assert (found["id"], found["version"], found["sites"][0]["id"]) == (made, 2, site)
    assert (found["prices"][0]["amount"], found["capacity"]) == ("45.00", 4)
    await slots_for(coordination, found, 3)
    listed = taken(await a_coordinator(coordination).get(f"/v1/needs/{await a_need(coordination)}/candidates"))
    assert listed["candidates"][0]["patient_cost"] == "45.00"


async def test_a_bad_row_is_told_with_its_column_and_costs_no_other(coordination: Api) -> None:
    await a_specialist(coordination, npi="1234567893")
    bad = {
        "specialty": FIRST.replace("cardiology", "cardiologee"),
        "interpreter": FIRST.replace(",no,", ",perhaps,"),
        "prices": FIRST.replace("visit=180.00 USD", "180 dollars"),
        "site_time_zone": FIRST.replace("America/New_York", "Mars/North"),
        "capacity_as_of": FIRST.replace("2026-09-04T12:00:00Z", "yesterday"),
    }
    rows = [line.replace("EX-CARDIO-1", f"BAD-{column}") for column, line in bad.items()]
    taken_npi = FIRST.replace("EX-CARDIO-1", "NPI").replace("cardiology,,", "cardiology,1234567893,")
    found = taken(await send(coordination, HEADER, *rows, FIRST, FIRST, "short,row", taken_npi))
    assert counts(found) == (1, 0, 0, len(bad) + 3)
    told = [(row["outcome"], row["column"]) for row in found["rows"]]
    assert told[: len(bad)] == [("refused", column) for column in bad]
    assert told[len(bad) :] == [
        ("created", None), ("refused", "external_id"), ("refused", "external_id"), ("refused", None)
    ]  # fmt: skip
    assert found["rows"][-1]["code"] == "specialist.identifier-taken"
    assert [row["line"] for row in found["rows"]] == list(range(2, 2 + len(found["rows"])))


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"name,whatever\nx,y\n", b'external_id,"name\n'])
async def test_what_is_no_table_is_refused_whole(coordination: Api, body: bytes) -> None:
    client = coordination.as_(Role.INTEGRATION, now=FRIDAY)
    answer = await client.post("/v1/directory-imports", content=body, headers={"Content-Type": "text/csv"})
    assert problem(answer) == (400, "csv.not-a-table")
    other = await client.post("/v1/directory-imports", content=body, headers={"Content-Type": "text/plain"})
    assert problem(other) == (415, "csv.media-type")


async def test_another_organizations_names_are_not_ours(coordination: Api) -> None:
    taken(await send(coordination, HEADER, FIRST))
    stranger = coordination.as_(Role.INTEGRATION, organization=uuid4(), now=FRIDAY)
    answer = await stranger.post("/v1/directory-imports", content=EXAMPLE, headers={"Content-Type": "text/csv"})
    assert counts(taken(answer)) == (1, 0, 0, 0)
    assert len(COLUMNS) == len(HEADER.split(","))
