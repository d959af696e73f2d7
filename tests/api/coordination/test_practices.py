"""A need's clocks go by the days of the site that cares for the patient (domain §3)."""

from uuid import uuid4

import asyncpg
from sqlalchemy import text

from services.coordination.store import practices
from shared.db.base import make_engine, make_sessions
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    DISCHARGED,
    Json,
    a_patient,
    a_stay,
    at,
    clock_of,
    discharge,
    good,
    local,
    need_of,
)
from tests.support.practices import a_site, cared_for, closed


async def needed(api: Api, patient: str, rule: str = "+2bd") -> Json:
    asked = {"key": "clinical", "rule": rule, "starts_at": DISCHARGED.isoformat()}
    body = {"patient_id": patient, "kind": "retinal-exam", "reason": str(uuid4()), "clocks": [asked]}
    return await good(await at(api).post("/v1/needs", json=body))


async def test_the_sites_days_count_and_the_explanation_says_whose(coordination: Api) -> None:
    patient = (await a_patient(coordination))["id"]
    before = await needed(coordination, patient)
    # Friday before Labor Day: Tuesday and Wednesday in New York.
    assert local(before["due_at"]) == "Wed 2026-09-09 23:59"
    site = await a_site(coordination)
    await closed(coordination, site, "2026-09-08")
    practice = await cared_for(coordination, patient, site["id"])
    assert (practice["zone"], practice["site_name"], practice["holidays"]) == (
        "Pacific/Honolulu", "Bay Street", "US-federal",
    )  # fmt: skip
    # What runs keeps its due instant; the strictest of one need's clocks counts.
    assert (await good(await at(coordination).get(f"/v1/needs/{before['id']}")))["due_at"] == before["due_at"]
    other = (await a_patient(coordination))["id"]
    await cared_for(coordination, other, site["id"])
    (clock,) = (await needed(coordination, other))["clocks"]
    # Closed on Tuesday: Wednesday and Thursday, to the end of Honolulu's day.
    assert (clock["due_on"], clock["zone"], clock["due_at"]) == (
        "2026-09-10", "Pacific/Honolulu", "2026-09-11T09:59:59.999999Z",
    )  # fmt: skip
    assert "(Pacific/Honolulu, calendar of Bay Street)" in clock["explanation"]
    assert "Tue 2026-09-08 is closed" in clock["explanation"]


async def test_a_site_may_have_other_holidays_than_the_organization(coordination: Api) -> None:
    patient = (await a_patient(coordination))["id"]
    site = await a_site(coordination, time_zone="Europe/Berlin")
    await closed(coordination, site, holidays="DE-BY")
    await cared_for(coordination, patient, site["id"])
    (clock,) = (await needed(coordination, patient))["clocks"]
    # No Labor Day in Bavaria: Monday and Tuesday.
    assert (clock["due_on"], clock["calendar"]) == ("2026-09-08", "DE-BY")


async def test_a_discharge_and_its_pauses_go_by_the_site_a_programme_by_no_closure(coordination: Api) -> None:
    site = await a_site(coordination, time_zone="America/New_York")
    await closed(coordination, site, "2026-09-08")
    patient = await a_patient(coordination)
    await cared_for(coordination, patient["id"], site["id"])
    facts = {"lvef_percent": "30", "nyha": "II"}
    stay = await discharge(coordination, await a_stay(coordination, patient), facts=facts)
    assert local(need_of(stay, "pending-results-chase")["due_at"]) == "Thu 2026-09-10 23:59"
    programme = clock_of(need_of(stay, "contact-interactive"), "programme")
    assert local(programme["due_at"]) == "Wed 2026-09-09 23:59"
    need = need_of(stay, "pending-results-chase")
    tag = {"If-Match": f'"{need["version"]}"'}
    pause = {"since": "2026-09-09T00:00:00-04:00", "until": "2026-09-10T00:00:00-04:00", "reason": "Away"}
    held = await good(await at(coordination).post(f"/v1/needs/{need['id']}/pause", json=pause, headers=tag))
    # Tuesday is still no day of the site when the clock is computed anew.
    assert local(held["due_at"]) == "Fri 2026-09-11 23:59"


async def test_it_follows_a_merge_and_can_be_taken_back(coordination: Api) -> None:
    ending, staying = await a_patient(coordination), await a_patient(coordination)
    site = await a_site(coordination)
    await cared_for(coordination, ending["id"], site["id"])
    body = {"into": staying["id"], "reason": "The same person"}
    ending = await good(await at(coordination).get(f"/v1/patients/{ending['id']}"))
    tag = {"If-Match": f'"{ending["version"]}"'}
    await good(await at(coordination).post(f"/v1/patients/{ending['id']}/merge", json=body, headers=tag))
    inherited = await good(await at(coordination).get(f"/v1/patients/{staying['id']}/practice"))
    assert (inherited["site_id"], inherited["version"]) == (site["id"], 0)
    other = await a_site(coordination, name="Hill Street")
    assert (await cared_for(coordination, staying["id"], other["id"]))["site_name"] == "Hill Street"
    back = await cared_for(coordination, staying["id"], None, version=1)
    assert (back["site_id"], back["version"]) == (None, 2)


async def test_what_does_not_fit_is_refused(coordination: Api) -> None:
    patient = (await a_patient(coordination))["id"]
    site = await a_site(coordination)
    path = f"/v1/patients/{patient}/practice"
    nurse = at(coordination)
    stale = await nurse.put(path, json={"site_id": site["id"]}, headers={"If-Match": '"3"'})
    assert problem(stale) == (412, "version.stale")
    unknown = await nurse.put(path, json={"site_id": str(uuid4())}, headers={"If-Match": '"0"'})
    assert problem(unknown) == (404, "not-found")
    boss = at(coordination, role=Role.CLINIC_ADMIN)
    path = f"/v1/sites/{site['id']}/calendar"
    odd = await boss.put(path, json={"holidays": "Atlantis"}, headers={"If-Match": f'"{site["version"]}"'})
    assert problem(odd) == (422, "body.invalid")
    assert problem(await boss.put(path, json={}, headers={"If-Match": '"9"'})) == (412, "version.stale")
    ehr = coordination.as_(Role.INTEGRATION, now=DISCHARGED)
    resource = (await ehr.get(f"/fhir/R4/Location/{site['id']}")).json()
    tag = {"If-Match": f'W/"{site["version"]}"'}
    gone = await ehr.put(f"/fhir/R4/Location/{site['id']}", json={**resource, "status": "inactive"}, headers=tag)
    assert gone.status_code == 200, gone.text
    late = await nurse.put(
        f"/v1/patients/{patient}/practice", json={"site_id": site["id"]}, headers={"If-Match": '"0"'}
    )
    assert problem(late) == (409, "site.inactive")


MANY = """
INSERT INTO practices (organization_id, patient_id, version, updated_at)
SELECT $1, md5('p' || n)::uuid, 1, now() FROM generate_series(1, 20000) n
"""


async def test_the_site_of_one_patient_is_looked_up_and_not_read_through(server: postgres.Server) -> None:
    url, organization = await postgres.clone(server, "coordination"), uuid4()
    owner = await asyncpg.connect(server.url(url.rsplit("/", 1)[1].split("?")[0]).replace("+asyncpg", ""))
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(MANY, organization)
    await owner.execute("VACUUM ANALYZE practices")
    await owner.close()
    engine = make_engine(url)
    async with transaction(make_sessions(engine), organization, read_only=True) as tx:
        dialect = (await tx.connection()).dialect
        query = practices.site_query(tx, uuid4()).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        plan = "\n".join((await tx.scalars(text(f"EXPLAIN (COSTS OFF) {query}"))).all())
    await engine.dispose()
    assert "Index Scan using pk_practices" in plan
    assert "Seq Scan on practices" not in plan
