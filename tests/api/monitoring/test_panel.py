"""The panel over HTTP: its order and reasons, pages while things move, and that nothing forgets to move it."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import text

from services.monitoring.jobs import looks
from services.monitoring.store import panel as store
from services.monitoring.store.panel import PanelFilter
from services.monitoring.usecases import panel
from shared.db.base import make_engine, make_sessions
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, a_patient_with, closed, local, with_diabetes
from tests.support.makers_plans import DOCTOR, entitles, on_glargine

NOW = "2026-09-14 09:00"
_OTHERS = ("alert", "check-in", "target-review", "tier-review")


async def listed(api: Api, now: str = NOW, **query: Any) -> list[dict[str, Any]]:
    answer = await api.as_(Role.CASE_MANAGER, now=local(now)).get("/v1/panel", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def patients(api: Api, count: int, **more: Any) -> list[Patient]:
    return [await a_patient_with(api, "diabetes", "2026-09-01 00:00", **more) for _ in range(count)]


async def test_who_needs_me_first_and_why(monitoring: Api) -> None:
    quiet, low, level_2 = await patients(monitoring, 3, case_manager="ana")
    await low.measures(268, "2026-09-14 07:00")
    await level_2.measures(52, "2026-09-14 08:55")
    found = await listed(monitoring, case_manager="ana")
    assert [entry["patient_id"] for entry in found] == [level_2.id, low.id, quiet.id]
    assert [entry["severity"] for entry in found] == ["high", "low", None]
    first = found[0]["reasons"][0]
    assert (first["title"], first["due_at"], first["head_start_hours"], first["overdue"]) == (
        first["title"],
        "2026-09-14T13:55:00Z",
        168,
        False,
    )
    assert first["key"] == found[0]["rank_key"] == "2026-09-07T13:55:00Z"
    assert {act["act"]: act["allowed"] for act in first["acts"]} == {
        "acknowledge": True,
        "snooze": True,
        "resolve": True,
    }
    assert (found[2]["reasons"], found[2]["due_at"], found[2]["overdue"]) == ([], None, False)
    assert (await listed(monitoring, now="2026-09-14 10:00", case_manager="ana"))[0]["overdue"] is True


async def test_an_act_on_an_alert_moves_the_patient_in_the_same_transaction(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    other = await with_diabetes(monitoring)
    await patient.measures(52, "2026-09-14 08:55")
    await other.measures(54, "2026-09-14 08:56")
    assert (await listed(monitoring))[0]["patient_id"] == patient.id
    alert = (await patient.alerts(NOW))[0]
    path = f"/v1/alerts/{alert['id']}"
    seen = await patient.act(f"{path}/acknowledge", {}, version=alert["version"], now=NOW)
    assert [entry["patient_id"] for entry in await listed(monitoring)] == [other.id, patient.id]
    await patient.act(f"{path}/resolve", closed(NOW), version=seen["version"], now=NOW)
    last = (await listed(monitoring))[-1]
    # It is to be looked at again, and the tier of two weeks ago is to be reviewed.
    kinds = [each["kind"] for each in last["reasons"]]
    assert (last["patient_id"], last["severity"], kinds) == (patient.id, None, ["recheck", "tier-review"])


async def test_a_corrected_reading_takes_its_alert_off_the_panel(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    taken = (await patient.measures(47, "2026-09-14 07:00"))["reading"]
    assert (await listed(monitoring))[0]["severity"] == "high"
    body = {"value": 147, "unit": "mg/dL", "reason": "Mistyped"}
    await patient.act(f"/v1/readings/{taken['id']}/correct", body, version=taken["version"], now="2026-09-14 07:12")
    assert [each["kind"] for each in (await listed(monitoring))[0]["reasons"]] == ["tier-review"]


async def test_every_filter_narrows_the_list(monitoring: Api) -> None:
    diabetes = (await patients(monitoring, 1, case_manager="ana", tier="stable"))[0]
    heart = await a_patient_with(monitoring, "heart-failure", "2026-09-04 15:20", case_manager="ben")
    nobody = (await patients(monitoring, 1))[0]
    await diabetes.measures(52, "2026-09-14 08:55")

    async def ids(**query: Any) -> set[str]:
        return {entry["patient_id"] for entry in await listed(monitoring, **query)}

    assert await ids() == {diabetes.id, heart.id, nobody.id}
    assert await ids(case_manager="ana") == {diabetes.id}
    assert await ids(case_manager=["ana", "ben"]) == {diabetes.id, heart.id}
    assert await ids(case_manager="me") == set()
    assert await ids(unassigned=True) == {nobody.id}
    assert await ids(protocol="heart-failure") == {heart.id}
    # A high alert raises a stable patient to rising (§1.10), and the panel follows.
    assert (await ids(tier="stable"), await ids(tier="rising")) == (set(), {diabetes.id})
    assert await ids(severity="high") == {diabetes.id}
    assert await ids(patient_id=heart.id) == {heart.id}
    assert await ids(due_before=local("2026-09-15 00:00").isoformat()) == {diabetes.id}


async def test_a_handover_moves_the_patient_and_an_end_takes_them_off(monitoring: Api) -> None:
    patient = (await patients(monitoring, 1, case_manager="ana"))[0]
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    moved = await patient.act(
        f"{path}/case-manager",
        {"case_manager": "ben", "reason": "Leave"},
        version=patient.enrollment["version"],
        now=NOW,
    )
    assert (await listed(monitoring, case_manager="ana"), len(await listed(monitoring, case_manager="ben"))) == ([], 1)
    await patient.act(f"{path}/end", {"reason": "Moved away", "code": "moved-away"}, version=moved["version"], now=NOW)
    assert await listed(monitoring) == []


async def test_two_case_managers_each_see_the_patient_with_their_own_reasons(monitoring: Api) -> None:
    patient = (await patients(monitoring, 1, case_manager="ana"))[0]
    await a_patient_with(monitoring, "heart-failure", "2026-09-04 15:20", case_manager="ben", patient_id=patient.id)
    await patient.measures(52, "2026-09-14 08:55")
    ana, ben = [(await listed(monitoring, case_manager=who))[0] for who in ("ana", "ben")]
    assert ([each["reasons"][0]["kind"] for each in (ana, ben)], ana["protocols"], ben["protocols"]) == (
        ["alert", "tier-review"],
        ["diabetes"],
        ["heart-failure"],
    )


async def test_a_target_to_review_is_a_reason(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    body = {
        "bound": "glucose.high",
        "limit": 270,
        "unit": "mg/dL",
        "reason": "Lives alone",
        "starts_at": local("2026-09-10 00:00").isoformat(),
        "review_by": "2026-12-10",
        "prescriber": (await entitles(monitoring))["person"],
    }
    path = f"/v1/enrollments/{patient.enrollment['id']}/targets"
    await patient.act(path, body, version=patient.enrollment["version"], now="2026-09-09 09:00")
    reason = next(each for each in (await listed(monitoring))[0]["reasons"] if each["kind"] == "target-review")
    assert (reason["kind"], reason["due_at"][:16]) == ("target-review", "2026-12-11T04:59")


async def test_a_check_in_that_waits_and_silence_are_reasons_until_they_end(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    run = monitoring.as_(Role.SUPERVISOR, now=local(NOW))
    await run.post("/v1/ops/run-jobs", json={"now": local(NOW).isoformat()})

    async def waiting(kind: str) -> list[dict[str, Any]]:
        return [each for each in (await listed(monitoring))[0]["reasons"] if each["kind"] == kind]

    (reason,) = await waiting("check-in")
    assert (reason["head_start_hours"], reason["state"]) == (24, "due")
    nurse = patient.client(now=NOW)
    found = (await nurse.get(f"/v1/check-ins/{reason['about']}")).json()
    assert found["due_at"] == reason["due_at"]
    body = {"reason": "unable-to-reach"}
    await patient.act(f"/v1/check-ins/{found['id']}/miss", body, version=found["version"], now=NOW)
    assert await waiting("check-in") == []
    # Nobody has heard of the patient since the first of the month: silence is a reason, until something comes.
    assert [each["severity"] for each in await waiting("alert")] != []
    await patient.measures(120, "2026-09-14 09:00")
    assert await waiting("alert") == []


async def test_what_waits_for_a_signature_or_an_answer_stands_on_the_panel_with_its_deadline(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    nine = "2026-09-03 09:00"

    async def waiting(**query: Any) -> dict[str, tuple[str, str | None]]:
        found = await listed(monitoring, now=nine, patient_id=practice.patient.id, **query)
        reasons = [reason for entry in found for reason in entry["reasons"]]
        return {each["kind"]: (each["due_at"][:16], each["awaits"]) for each in reasons if each["kind"] not in _OTHERS}

    step = await practice.steps(26, nine)
    asked = {"to-tell": ("2026-09-04T13:00", None), "co-signature": ("2026-09-05T03:59", DOCTOR)}
    assert await waiting() == asked
    assert await waiting(awaits=DOCTOR) == asked
    assert await waiting(awaits="somebody-else") == {}
    await practice.taught(step, nine)
    assert await waiting() == {"co-signature": ("2026-09-05T03:59", DOCTOR)}
    await practice.done(step, "cosign", nine, role=Role.PRESCRIBER)
    assert await waiting() == {}

    change = (await practice.proposes(nine, dose=32, priority="urgent")).json()
    assert await waiting() == {"proposal": ("2026-09-04T13:00", "prescriber")}
    mine = {"patient_id": practice.patient.id, "awaits": "me"}
    for role, count in ((Role.PRESCRIBER, 1), (Role.CASE_MANAGER, 0)):
        answer = await monitoring.as_(role, now=local(nine)).get("/v1/panel", params=mine)
        assert len(answer.json()["items"]) == count, role
    await practice.done(change, "verbal-order", nine, body={"prescriber": DOCTOR, "read_back": True})
    assert await waiting() == {
        "to-order": ("2026-09-04T13:00", None),
        "verbal-order": ("2026-09-04T13:00", DOCTOR),
    }
    await practice.done(change, "sign", nine, role=Role.PRESCRIBER)
    await practice.done(change, "cancel", nine, body={"note": "The patient declines"})
    assert await waiting() == {}


async def test_a_signature_that_is_owed_outlives_the_enrollment(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    nine = "2026-09-03 09:00"
    step = await practice.steps(26, nine)
    await practice.taught(step, nine)
    patient = practice.patient
    enrollment = (await patient.client(now=nine).get(f"/v1/enrollments/{patient.enrollment['id']}")).json()
    path = f"/v1/enrollments/{enrollment['id']}/end"
    await patient.act(path, {"reason": "Moved away", "code": "moved-away"}, version=enrollment["version"], now=nine)
    mine = {"patient_id": patient.id, "awaits": "me"}
    prescriber = monitoring.as_(Role.PRESCRIBER, now=local(nine))
    (entry,) = (await prescriber.get("/v1/panel", params=mine)).json()["items"]
    assert [reason["kind"] for reason in entry["reasons"]] == ["co-signature"]
    assert (entry["case_manager"], entry["protocols"]) == (None, [])
    await practice.done(step, "cosign", nine, role=Role.PRESCRIBER)
    assert await listed(monitoring, now=nine, patient_id=patient.id) == []


async def test_a_row_of_before_more_was_known_is_brought_up_to_date_within_a_day(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    step = await practice.steps(26, "2026-09-03 09:00")
    await practice.taught(step, "2026-09-03 09:00")
    mine = {"patient_id": practice.patient.id, "awaits": DOCTOR}
    before = await listed(monitoring, now="2026-09-03 09:00", **mine)
    async with transaction(monitoring.sessions, monitoring.organization) as tx:
        await tx.execute(text("UPDATE panel_entries SET awaits = '{}', reasons = '[]'"))
    assert await listed(monitoring, now="2026-09-03 09:00", **mine) == []
    await looks.run_once(monitoring.sessions, [monitoring.organization], local("2026-09-04 12:00"))
    after = await listed(monitoring, now="2026-09-03 09:00", **mine)
    assert [entry["reasons"] for entry in after] == [entry["reasons"] for entry in before]


async def test_an_expired_proposal_and_an_answered_notice_leave_the_panel(monitoring: Api) -> None:
    practice = await on_glargine(monitoring)
    await practice.proposes("2026-09-03 09:00", dose=32)
    step_out = "2026-09-06 09:00"
    await practice.time_passes(step_out)

    async def kinds(now: str) -> list[str]:
        found = await listed(monitoring, now=now, patient_id=practice.patient.id)
        return [reason["kind"] for entry in found for reason in entry["reasons"] if reason["kind"] not in _OTHERS]

    assert await kinds(step_out) == []
    line = {"plan_id": practice.plan["id"], "medicine_id": practice.line()}
    held = {**line, "until": local("2026-09-06 20:00").isoformat(), "reason": "Vomiting", "informed": "Dr. Example"}
    await practice.as_(Role.CASE_MANAGER, step_out).post("/v1/plan-changes/hold-dose", json=held)
    assert await kinds(step_out) == ["notice"]
    client = practice.as_(Role.PRESCRIBER, step_out)
    (notice,) = (await client.get("/v1/notices", params={"unread": True, "kind": "dose-held"})).json()["items"]
    path = f"/v1/notices/{notice['id']}/acknowledge"
    assert (await client.post(path, json={"answer": "Agreed"}, headers={"If-Match": '"1"'})).status_code == 200
    assert await kinds(step_out) == []


async def test_pages_neither_skip_nor_repeat_while_patients_move(monitoring: Api) -> None:
    ill = await patients(monitoring, 12)
    for minute, patient in enumerate(ill):
        await patient.measures(52, f"2026-09-14 08:{minute:02}")
    nurse, seen, address = monitoring.as_(Role.CASE_MANAGER, now=local(NOW)), [], "/v1/panel?limit=5"
    while address:
        answer = await nurse.get(address)
        seen += [entry["patient_id"] for entry in answer.json()["items"]]
        address = answer.links.get("next", {}).get("url", "")
        if len(seen) == 5:
            # One who was shown becomes worse, and a new one comes before the place: neither may shift the rest.
            await ill[0].measures(40, "2026-09-14 08:58")
            newest = await with_diabetes(monitoring)
            await newest.measures(38, "2026-09-14 08:59")
    assert len(seen) == len(set(seen))
    assert set(seen) >= {patient.id for patient in ill}
    assert problem(await nurse.get("/v1/panel?cursor=abc")) == (400, "cursor.invalid")


async def test_the_panel_is_what_the_facts_make_it_whatever_happened(monitoring: Api) -> None:
    """Worked out anew from alerts and enrollments, nothing on it changes: no path forgot to bring it up to date."""
    one, two = await patients(monitoring, 2, case_manager="ana")
    await one.measures(52, "2026-09-13 02:40")
    await two.batch([two.item("glucose_smbg", 312, "mg/dL", f"2026-09-13 1{hour}:00") for hour in range(3)], now=NOW)
    alert = (await one.alerts(NOW))[0]
    until = {"until": local("2026-09-14 07:00").isoformat(), "reason": "Called"}
    await one.act(f"/v1/alerts/{alert['id']}/snooze", until, version=alert["version"], now="2026-09-13 08:00")
    pause = {"reason": "Travelling"}
    await two.act(
        f"/v1/enrollments/{two.enrollment['id']}/pause",
        pause,
        version=two.enrollment["version"],
        now="2026-09-13 14:00",
    )
    run = monitoring.as_(Role.SUPERVISOR, now=local(NOW))
    await run.post("/v1/ops/run-jobs", json={"now": local(NOW).isoformat()})
    before = await listed(monitoring)
    async with transaction(monitoring.sessions, monitoring.organization) as tx:
        await panel.refresh(tx, [UUID(each.id) for each in (one, two)], now=local(NOW))
    assert await listed(monitoring) == before
    assert all(entry["reasons"] for entry in before)


MANY = """
INSERT INTO panel_entries (organization_id, id, patient_id, case_manager, protocols, tier, severity, rank_key, reasons,
  changed_at)
SELECT $1, md5('e' || n)::uuid, md5('p' || n)::uuid, 'nurse-' || n % 40, '{diabetes}', 'stable', 'low',
  $2::timestamptz + n * interval '1 minute', '[]', $2
FROM generate_series(1, 20000) n
"""


async def test_a_page_of_a_case_manager_is_one_scan_of_their_index(server: postgres.Server) -> None:
    # A database of its own: what other tests leave behind would decide which index is the cheapest.
    url, organization = await postgres.clone(server, "monitoring"), uuid4()
    owner = await asyncpg.connect(server.url(url.rsplit("/", 1)[1].split("?")[0]).replace("+asyncpg", ""))
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(MANY, organization, local(NOW))
    await owner.execute("VACUUM ANALYZE panel_entries")
    await owner.close()
    engine = make_engine(url)
    async with transaction(make_sessions(engine), organization, read_only=True) as tx:
        query = store.page_query(tx, PanelFilter(("nurse-7",)), after=None, limit=51)
        dialect = (await tx.connection()).dialect
        literal = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        plan = "\n".join((await tx.scalars(text(f"EXPLAIN (COSTS OFF) {literal}"))).all())
    await engine.dispose()
    assert "Index Scan using ix_panel_entries_case_manager" in plan
    assert "Sort" not in plan
