"""What the worklist is filtered by: each filter right, each combination served by an index, pages that hold still."""

import asyncio
from datetime import datetime, timedelta
from itertools import combinations
from random import Random
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.coordination.store import obligations
from services.coordination.store import worklist as store
from services.coordination.store.work_facets import Facets
from services.coordination.store.worklist import WorkFilter
from shared.db.base import Session, make_engine, make_sessions
from shared.db.session import transaction
from shared.vocabulary import Priority, Role
from tests.support import postgres
from tests.support.apps import Api
from tests.support.makers_coordination import a_discharge
from tests.support.makers_directory import FRIDAY, a_coordinator, a_need, a_referral, owed, taken

ONE_OF_EACH: dict[str, Any] = {
    "owner": "ana",
    "unclaimed": True,
    "teams": ("east",),
    "role": "coordinator",
    "source": "need",
    "kind": "cardiology-referral",
    "stage": "need",
    "title": "Reach the patient",
    "patient_id": UUID(int=1),
    "pathway": "heart-failure",
    "payer": "Medicare",
    "language": "es-US",
    "interpreter_needed": True,
    "facility": "Example General",
    "priority": "urgent",
    "due_from": FRIDAY,
    "due_before": FRIDAY + timedelta(days=3),
    "undated": True,
}


async def shown(api: Api, **query: Any) -> list[dict[str, Any]]:
    answer = await a_coordinator(api).get("/v1/worklist", params={"limit": 200, **query})
    return list(taken(answer)["items"])


async def test_a_discharge_is_found_by_all_that_is_known_of_it(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    everything = await shown(coordination)
    assert len(everything) > 10
    patient = taken(await a_coordinator(coordination).get(f"/v1/patients/{stay['patient_id']}"))
    payer = patient["coverage"][0]["payer"] if patient["coverage"] else None
    assert {(one["payer"], one["language"], one["facility"]) for one in everything} == {
        (payer, patient["language"], stay["facility"])
    }
    for name in ("kind", "role", "stage", "title", "source", "priority", "language", "facility"):
        for value in {one[name] for one in everything}:
            expected = [one["id"] for one in everything if one[name] == value]
            assert [one["id"] for one in await shown(coordination, **{name: value})] == expected, (name, value)
    for pathway in {each for one in everything for each in one["pathways"]}:
        expected = [one["id"] for one in everything if pathway in one["pathways"]]
        assert [one["id"] for one in await shown(coordination, pathway=pathway)] == expected
    assert await shown(coordination, interpreter_needed="true", facility=stay["facility"] or "x") == []


async def test_what_a_patient_adds_follows_the_record(coordination: Api) -> None:
    need = await a_need(coordination)
    nurse = a_coordinator(coordination)
    (work,) = await shown(coordination, payer="Medicare")
    known = await nurse.get(f"/v1/patients/{work['patient_id']}")
    told = {name: taken(known)[name] for name in (
        "identifiers", "family", "given", "birth_date", "sex", "time_zone")}  # fmt: skip
    told |= {"language": "es-US", "interpreter_needed": True, "coverage": [{"payer": "Medicaid"}]}
    path = f"/v1/patients/{work['patient_id']}"
    taken(await nurse.put(path, json=told, headers={"If-Match": known.headers["ETag"]}))
    assert await shown(coordination, payer="Medicare") == []
    (found,) = await shown(coordination, payer="Medicaid", language="es-US", interpreter_needed="true")
    assert (found["source_id"], found["version"]) == (str(need), work["version"] + 1)


async def test_a_referrals_stage_carries_its_needs_words(coordination: Api) -> None:
    await a_referral(coordination)
    found = await shown(coordination, source="referral", payer="Medicare", kind="cardiology-referral")
    assert [(one["stage"], one["role"]) for one in found] == [("acknowledge", "coordinator")]


async def test_several_teams_are_one_list_in_order(coordination: Api) -> None:
    for n, team in enumerate(["east", "west", "north", "east", "west", "north"]):
        await owed(coordination, due=FRIDAY + timedelta(hours=n), team=team, title=f"{n}")
    found = await shown(coordination, team=["north", "east"])
    assert [one["title"] for one in found] == ["0", "2", "3", "5"]
    boss = coordination.as_(Role.SUPERVISOR, now=FRIDAY)
    for key in ("east", "west"):
        taken(await boss.post("/v1/teams", json={"key": key, "name": key, "members": ["coordinator-1"]}), 201)
    assert [one["title"] for one in await shown(coordination, team="mine")] == ["0", "1", "3", "4"]
    stranger = coordination.as_(Role.COORDINATOR, now=FRIDAY, subject="nobody-s")
    assert taken(await stranger.get("/v1/worklist?team=mine"))["items"] == []


async def test_counts_are_those_of_the_lists(coordination: Api) -> None:
    hours = [-30, -1, 1, 5, 9, 30, 48, 100, 200, None, None]
    for hour in hours:
        await owed(coordination, due=None if hour is None else FRIDAY + timedelta(hours=hour), team="east")
    await owed(coordination, due=FRIDAY, team="west")
    nurse = a_coordinator(coordination)
    zone = {"time_zone": "America/New_York"}
    counted = taken(await nurse.get("/v1/worklist/counts", params={"team": "east", **zone}))
    # Friday 15:20 in New York: the day has 8 h 40 min left, the week ends with Sunday, 56 h 40 min away.
    found = {one["bucket"]: one["count"] for one in counted["buckets"]}
    assert found == {"overdue": 2, "today": 2, "this-week": 3, "later": 2, "undated": 2}
    assert sum(found.values()) == len(await shown(coordination, team="east"))
    assert found["overdue"] == len(await shown(coordination, team="east", overdue="true"))
    assert found["undated"] == len(await shown(coordination, team="east", undated="true"))
    only = taken(await nurse.get("/v1/worklist/counts", params={"team": "east", "overdue": "true", **zone}))
    assert {one["bucket"]: one["count"] for one in only["buckets"] if one["count"]} == {"overdue": 2}
    assert not any(one["at_least"] for one in counted["buckets"])


MUCH_WORK = """
INSERT INTO obligations (organization_id, id, source, source_id, stage, patient_id, title, kind, role, payer, language,
  facility, priority, due_at, rank_key, team, version, created_at, updated_at)
SELECT $1, md5('o' || n)::uuid, 'need', md5('n' || n)::uuid, 'need', md5('p' || n % 4000)::uuid, 'Title ' || n % 50,
  'kind-' || n * 7 % 50, 'role-' || n % 6, 'payer-' || n * 11 % 20, 'language-' || n % 9, 'facility-' || n * 13 % 30,
  'routine', $2::timestamptz + n * interval '1 minute', $2::timestamptz + n * interval '1 minute', 'team-' || n % 8, 1,
  $2, $2
FROM generate_series(1, 20000) n
"""


async def a_clinic_with_much_work(url: str) -> UUID:
    organization = uuid4()
    owner = await asyncpg.connect(url.replace("+asyncpg", ""))
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(MUCH_WORK, organization, FRIDAY)
    await owner.execute("VACUUM ANALYZE obligations")
    await owner.close()
    return organization


async def plans(tx: Session, wanted: WorkFilter) -> list[str]:
    """How PostgreSQL reads a filter: in order, and by what the rows are."""
    asked = store.Asked(wanted, ("heart-failure transition",) if wanted.pathway else None)
    after, found = (FRIDAY, uuid4()), []
    for statement in (store.in_order, store.by_facets):
        query = statement(tx, asked, after=after, limit=51)
        literal = query.compile(dialect=(await tx.connection()).dialect, compile_kwargs={"literal_binds": True})
        found.append("\n".join((await tx.scalars(text(f"EXPLAIN (COSTS OFF) {literal}"))).all()))
    return found


async def test_every_filter_and_every_pair_is_served_by_an_index(server: postgres.Server) -> None:
    """Row-level security must not keep the planner from the indexes: what is asked stands in their conditions."""
    # A database of its own: what other tests leave behind would decide which index is the cheapest.
    url = await postgres.clone(server, "coordination")
    organization = await a_clinic_with_much_work(server.url(url.rsplit("/", 1)[1].split("?")[0]))
    engine = make_engine(url)
    async with transaction(make_sessions(engine), organization, read_only=True) as tx:
        await tx.execute(text("SET LOCAL enable_seqscan = off"))
        for names in [(), *((one,) for one in ONE_OF_EACH), *combinations(ONE_OF_EACH, 2)]:
            for plan in await plans(tx, WorkFilter(**{name: ONE_OF_EACH[name] for name in names})):
                assert "Seq Scan" not in plan, (names, plan)
        in_order, _ = await plans(tx, WorkFilter(teams=("east",), kind="a1c-test", payer="Medicare"))
        assert "Index Only Scan using ix_obligations_team" in in_order
        condition = next(line for line in in_order.splitlines() if "Index Cond" in line and "team" in line)
        assert "ROW(rank_key, id)" in condition
        _, by_facets = await plans(tx, WorkFilter(kind="a1c-test", payer="Medicare", facility="Example General"))
        condition = next(line for line in by_facets.splitlines() if "Index Cond" in line)
        assert "ix_obligations_what" in by_facets, by_facets
        assert all(column in condition for column in ("organization_id", "kind", "payer", "facility"))
    await engine.dispose()


async def test_few_that_fit_far_down_the_list_are_found_in_order(
    coordination: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "READ_ON", 20)
    for n in range(100):
        await owed(coordination, due=FRIDAY + timedelta(hours=n), title=f"{n}", owner="ana" if n % 30 == 29 else None)
    assert [one["title"] for one in await shown(coordination, owner="ana")] == ["29", "59", "89"]
    assert [one["title"] for one in await shown(coordination, title="71")] == ["71"]
    assert [one["title"] for one in await shown(coordination, title="71", team="east")] == ["71"]
    assert await shown(coordination, title="never") == []
    pages = taken(await a_coordinator(coordination).get("/v1/worklist", params={"owner": "ana", "limit": 2}))
    rest = await shown(coordination, owner="ana", cursor=pages["next_cursor"])
    assert [one["title"] for one in [*pages["items"], *rest]] == ["29", "59", "89"]


async def put(api: Api, source: UUID, due: datetime | None, payer: str) -> None:
    async with transaction(api.sessions, api.organization) as tx:
        await obligations.put(
            tx, source="contact", source_id=source, stage="call", patient_id=source, due_at=due, title="t",
            priority=Priority.ROUTINE, owner=None, team="east", facets=Facets(payer=payer), now=FRIDAY,
        )  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), limit=st.integers(1, 9), budget=st.sampled_from([3, 8_000]))
async def test_pages_show_whatever_keeps_its_place_once(coordination: Api, seed: int, limit: int, budget: int) -> None:
    """The promise: while others open, close and move work at the same moment, what stays put is shown exactly once."""
    api = Api(coordination.app, coordination.parts, coordination.keyring, uuid4())
    chance, still = Random(seed), [uuid4() for _ in range(25)]
    for n, source in enumerate(still):
        await put(api, source, None if n % 7 == 0 else FRIDAY + timedelta(hours=chance.randint(-9, 9)), "A")
    moving = [uuid4() for _ in range(6)]

    async def disturb() -> None:
        for _ in range(20):
            source = chance.choice(moving)
            if chance.random() < 0.4:
                async with transaction(api.sessions, api.organization) as tx:
                    await obligations.close(tx, source="contact", source_id=source, stage=None, now=FRIDAY)
            else:
                await put(api, source, FRIDAY + timedelta(hours=chance.randint(-9, 9)), chance.choice("AB"))

    async def read() -> list[str]:
        client, seen, address = a_coordinator(api), [], f"/v1/worklist?payer=A&limit={limit}"
        while address:
            answer = await client.get(address)
            seen += [one["source_id"] for one in taken(answer)["items"]]
            address = answer.links.get("next", {}).get("url", "")
        return seen

    before, store.READ_ON = store.READ_ON, budget
    try:
        seen, _ = await asyncio.gather(read(), disturb())
    finally:
        store.READ_ON = before
    assert sorted(one for one in seen if UUID(one) in still) == sorted(str(one) for one in still)
