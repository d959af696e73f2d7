"""An organization's own protocol versions: from a draft to what new enrollments take. What is published stays."""

import asyncio
from collections import Counter
from contextlib import suppress
from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.monitoring.domain import pinned
from services.monitoring.jobs import dry_runs
from services.monitoring.usecases import dry_run_slices
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.clock_jobs import run_jobs
from tests.support.makers_monitoring import Patient, a_patient_with, closed, enrolls, local
from tests.support.makers_plans import entitles
from tests.support.revising import NOW, PERIOD, Desk, published, with_bounds

DAYS = [f"2026-09-{day:02}" for day in range(2, 12)]
# Per day a value at 7:00: two spells above 250, one between 220 and 250, two lows.
VALUES = (140, 260, 150, 230, 170, 300, 160, 66, 120, 52)


async def ten_days(patient: Patient) -> None:
    """Each value at 7:00; a nurse resolves every evening what is over by then."""
    for day, value in zip(DAYS, VALUES, strict=True):
        await patient.measures(value, f"{day} 07:00")
        if value in (66, 52):
            await patient.measures(100, f"{day} 07:15")
        for alert in await patient.alerts(f"{day} 20:00"):
            if alert["state"] == "open" and alert["cleared_at"] is not None:
                body = closed(f"{day} 20:00", informed="Dr. Example")
                path, evening = f"/v1/alerts/{alert['id']}/resolve", f"{day} 20:00"
                await patient.act(path, body, version=alert["version"], now=evening)


async def test_from_a_draft_to_what_new_enrollments_take(monitoring: Api) -> None:
    before = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00")
    desk = Desk(monitoring)
    drafted = await desk.draft()
    assert (drafted["state"], drafted["based_on"], drafted["authors"]) == ("draft", "1.0.0", ["author"])
    assert problem(await desk.tries(drafted, "publish", {"reason": "Now"})) == (409, "protocol-version.wrong-state")
    content = with_bounds(drafted["content"], {"high": ("220", "12.2")})
    revised = await desk.does(drafted, "content", content=content)
    assert problem(await desk.tries(drafted, "validate", {})) == (412, "version.stale")
    valid = await desk.does(revised, "validate")
    assert {each["act"]: each["allowed"] for each in valid["acts"]} == {
        "revise": True, "validate": False, "dry-run": True, "publish": False, "retire": False,
    }  # fmt: skip
    other = Desk(monitoring, "publisher")
    assert problem(await desk.tries(valid, "publish", {"reason": "Mine"})) == (409, "protocol-version.own-work")
    assert problem(await other.tries(valid, "publish", {"reason": "Go"})) == (409, "protocol-version.not-tried-out")
    await desk.does(valid, "dry-run", **PERIOD)
    done = await other.does(valid, "publish", reason="Agreed by the board")
    assert (done["state"], done["published_by"]) == ("published", "publisher")
    assert problem(await desk.tries(done, "content", {"content": content})) == (409, "protocol-version.wrong-state")
    after = await a_patient_with(monitoring, "diabetes", "2026-09-21 00:00")
    assert (before.enrollment["protocol_version"], after.enrollment["protocol_version"]) == ("1.0.0", done["name"])
    await other.does(done, "retire", reason="Too many calls")
    last = await a_patient_with(monitoring, "diabetes", "2026-09-22 00:00")
    assert last.enrollment["protocol_version"] == "1.0.0"
    raised = await after.measures(240, "2026-09-22 07:00")
    assert [each["rule"] for each in raised["alerts"]] == ["H-L2"], "those pinned to a retired version stay"
    assert (await last.measures(240, "2026-09-22 07:00"))["alerts"] == []


async def test_what_is_not_a_protocol_or_not_a_good_one_is_refused(monitoring: Api) -> None:
    desk = Desk(monitoring)
    drafted = await desk.draft()
    broken = deepcopy(drafted["content"])
    broken["rules"][0]["kind"] = "guess"
    answer = await desk.tries(drafted, "content", {"content": broken})
    assert problem(answer) == (422, "protocol-version.unreadable")
    assert answer.json()["path"] == "rules[0].kind"
    lower = with_bounds(drafted["content"], {"very_low": ("50", "2.8")})
    revised = await desk.does(drafted, "content", content=lower)
    answer = await desk.tries(revised, "validate", {})
    assert problem(answer) == (422, "protocol-version.needs-prescriber")
    assert "rules.HYPO" in {each["path"] for each in answer.json()["troubles"]}
    doctor = (await entitles(monitoring))["person"]
    assert (await desk.does(revised, "validate", prescriber=doctor))["prescriber"] == doctor
    crossed = with_bounds(drafted["content"], {"very_low": ("75", "4.2")})
    revised = await desk.does({**revised, "version": 3}, "content", content=crossed)
    assert problem(await desk.tries(revised, "validate", {"prescriber": "Dr."})) == (422, "protocol-version.invalid")
    answer = await desk.client.post("/v1/protocols/gout/versions", json={"based_on": "1.0.0", "reason": "New"})
    assert problem(answer) == (422, "protocol.unknown")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE protocol_versions SET content = '{}' WHERE name = :name",
        "UPDATE protocol_versions SET state = 'draft' WHERE name = :name",
        "UPDATE protocol_versions SET published_by = 'somebody' WHERE name = :name",
        "DELETE FROM protocol_versions WHERE name = :name",
    ],
)
async def test_the_database_keeps_what_is_published(monitoring: Api, change: str) -> None:
    done = await published(monitoring, high=("220", "12.2"))
    with pytest.raises(DBAPIError, match="is published and"):
        async with transaction(monitoring.sessions, monitoring.organization) as tx:
            await tx.execute(text(change), {"name": done["name"]})


async def test_a_process_that_has_never_seen_a_version_learns_it_from_the_rows(
    monitoring: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = await published(monitoring, high=("220", "12.2"))
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-21 00:00")
    path = f"/v1/enrollments/{patient.enrollment['id']}"

    def forgotten() -> None:
        monkeypatch.setattr(pinned, "_OWN", {})

    forgotten()
    (alert,) = (await patient.measures(240, "2026-09-22 07:00"))["alerts"]
    assert alert["protocol_version"] == own["name"]
    client = patient.client(now="2026-09-22 09:00")
    for address in (
        f"/v1/alerts/{alert['id']}",
        f"/v1/alerts?patient_id={patient.id}",
        f"{path}/summary",
        "/v1/panel",
        path,
    ):
        forgotten()
        answer = await client.get(address)
        assert answer.status_code == 200, (address, answer.text)
    forgotten()
    await patient.act(f"/v1/alerts/{alert['id']}/acknowledge", {}, version=alert["version"], now="2026-09-22 10:00")
    forgotten()
    await run_jobs(monitoring, "2026-09-29 10:00")
    assert (await patient.alerts("2026-09-29 10:00"))[-1]["protocol_version"] == own["name"]


async def test_another_organization_has_none_of_it(monitoring: Api) -> None:
    done = await published(monitoring, high=("220", "12.2"))
    stranger = monitoring.as_(Role.SUPERVISOR, organization=uuid4(), now=local(NOW))
    for path in ("", "/content", "/dry-runs"):
        assert (await stranger.get(f"/v1/protocols/diabetes/versions/{done['name']}{path}")).status_code == 404
    assert (await stranger.get("/v1/protocols/diabetes/versions")).json() == {"items": []}
    names = {each["version"] for each in (await stranger.get("/v1/protocols")).json()}
    assert done["name"] not in names


async def test_publishing_changes_nothing_for_those_pinned_to_the_old_version(monitoring: Api) -> None:
    """L6: byte for byte what the alerts, the summary and the protocol said before."""
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00")
    twin = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00")
    await ten_days(patient)

    async def outputs() -> list[bytes]:
        client = patient.client(now="2026-09-25 09:00")
        paths = (
            f"/v1/alerts?patient_id={patient.id}&limit=200",
            f"/v1/enrollments/{patient.enrollment['id']}/summary?days=60",
            "/v1/protocols/diabetes/versions/1.0.0",
        )
        return [(await client.get(path)).content for path in paths]

    before = await outputs()
    await published(monitoring, high=("220", "12.2"), low=("80", "4.4"), very_low=("60", "3.3"))
    assert await outputs() == before
    await ten_days(twin)
    assert await shown(twin) == await shown(patient), "readings that come later are judged by the old version too"


async def shown(patient: Patient) -> Counter[tuple[str, str, str, str]]:
    """Rule, severity, beginning and deadline of every alert a patient ever had."""
    alerts = await patient.alerts("2026-09-25 09:00")
    return Counter((each["rule"], each["severity"], each["began_at"], each["ack_due_at"]) for each in alerts)


async def test_the_real_difference_equals_the_report(monitoring: Api) -> None:
    old = [await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00") for _ in range(2)]
    for patient in old:
        await ten_days(patient)
    desk = Desk(monitoring)
    ready = await desk.revised(high=("220", "12.2"), very_low=("50", "2.8"), low=("65", "3.6"))
    report = await desk.does(ready, "dry-run", **PERIOD)
    again = await desk.does(ready, "dry-run", **PERIOD)
    apart = ("id",)
    assert {k: v for k, v in again.items() if k not in apart} == {k: v for k, v in report.items() if k not in apart}
    await Desk(monitoring, "publisher").does(ready, "publish", reason="Agreed")
    new = [await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00") for _ in range(2)]
    for patient in new:
        assert patient.enrollment["protocol_version"] == ready["name"]
        await ten_days(patient)
    before = sum([await shown(patient) for patient in old], Counter())
    after = sum([await shown(patient) for patient in new], Counter())
    assert before != after
    listed = (await desk.client.get(f"{desk.path}/{ready['name']}/dry-runs/{report['id']}/alerts?limit=200")).json()[
        "items"
    ]
    olds = [each for each in listed if each["old_severity"]]
    news = [each for each in listed if each["new_severity"]]
    for which, rows, real in (("old", olds, before), ("new", news, after)):
        names = ("rule", *(f"{which}_{name}" for name in ("severity", "began_at", "ack_due_at")))
        assert Counter(tuple(each[name] for name in names) for each in rows) == real
    assert (report["figures"]["before"], report["figures"]["after"]) == (before.total(), after.total())
    assert (report["enrollments"], report["enrollments_pinned"]) == (2, 2)
    weeks = float(report["patient_weeks"])
    assert abs(weeks - 2 * 13 / 7) < 0.001
    assert abs(float(report["per_patient_week_after"]) - after.total() / weeks) < 0.001


async def test_every_figure_of_a_report_opens_to_its_list(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00")
    await ten_days(patient)
    desk = Desk(monitoring)
    ready = await desk.revised(high=("220", "12.2"), very_low=("50", "2.8"))
    report = await desk.does(ready, "dry-run", **PERIOD)
    path = f"{desk.path}/{ready['name']}/dry-runs/{report['id']}"
    lists = {
        "before": ("same", "only-old", "other-severity"),
        "after": ("same", "only-new", "other-severity"),
        "only_old": ("only-old",),
        "only_new": ("only-new",),
        "other_severity": ("other-severity",),
    }
    for figures, rule in [(report["figures"], None), *((each, each["rule"]) for each in report["rules"])]:
        for name, differences in lists.items():
            seen, asked = 0, {"difference": differences, "limit": 2, **({"rule": rule} if rule else {})}
            following: str | None = None
            while True:
                more = {"cursor": following} if following else {}
                page = (await desk.client.get(f"{path}/alerts", params={**asked, **more})).json()
                seen += len(page["items"])
                following = page["next_cursor"]
                if following is None:
                    break
            assert seen == figures[name], (rule, name)
    assert report["figures"]["only_new"] > 0
    assert report["figures"]["other_severity"] > 0
    assert (await desk.client.get(path)).json() == report
    assert (await desk.client.get(f"{desk.path}/{ready['name']}/dry-runs")).json()["items"] == [report]
    late = {**PERIOD, "ends_at": "2026-12-14T00:00:00-04:00"}
    assert problem(await desk.tries(ready, "dry-run", late)) == (422, "dry-run.period")


async def of_three_enrollments(api: Api, monkeypatch: pytest.MonkeyPatch) -> tuple[Desk, dict[str, Any]]:
    """A validated version, three people followed under the one it is based on, and slices of one."""
    for _ in range(3):
        await ten_days(await a_patient_with(api, "diabetes", "2026-09-01 00:00"))
    monkeypatch.setattr(dry_run_slices, "SLICE", 1)
    desk = Desk(api)
    return desk, await desk.revised(high=("220", "12.2"), very_low=("50", "2.8"))


async def report_of(desk: Desk, version: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.client.get(f"{desk.path}/{version['name']}/dry-runs/{report['id']}")).json()
    return found


async def test_what_the_request_leaves_the_worker_does_and_it_ends_as_if_done_at_once(
    monitoring: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, ready = await of_three_enrollments(monitoring, monkeypatch)
    begun = await desk.does(ready, "dry-run", **PERIOD)
    assert (begun["state"], begun["enrollments"], begun["enrollments_wanted"]) == ("running", 1, 3)
    other = Desk(monitoring, "publisher")
    early = problem(await other.tries(ready, "publish", {"reason": "Go"}))
    assert early == (409, "protocol-version.not-tried-out"), "a run that is not done says nothing"
    # A worker that dies in the middle of a slice leaves nothing of it.
    with suppress(asyncio.CancelledError):
        async with transaction(monitoring.sessions, monitoring.organization) as tx:
            await dry_run_slices.go_on(tx, now=local(NOW))
            raise asyncio.CancelledError
    assert await report_of(desk, ready, begun) == begun
    one, two = (dry_runs.run_once(monitoring.sessions, [monitoring.organization], local(NOW)) for _ in range(2))
    assert sum(await asyncio.gather(one, two)) == 2, "each slice once, whoever does it"
    done = await report_of(desk, ready, begun)
    assert (done["state"], done["enrollments"], done["problem"]) == ("done", 3, None)
    monkeypatch.setattr(dry_run_slices, "SLICE", 50)
    at_once = await desk.does(ready, "dry-run", **PERIOD)
    apart = ("id", "finished_at")
    assert {k: v for k, v in at_once.items() if k not in apart} == {k: v for k, v in done.items() if k not in apart}
    async with transaction(monitoring.sessions, monitoring.organization) as tx:
        rows = await tx.execute(text("SELECT on_behalf_of, cardinality(patients) FROM audit WHERE subject = 'clock'"))
        assert list(rows) == [("author", 1), ("author", 1)], "what the worker looked at is audited for who asked"
    await other.does(ready, "publish", reason="Go")


async def test_a_run_whose_content_is_rewritten_is_overtaken(monitoring: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, ready = await of_three_enrollments(monitoring, monkeypatch)
    begun = await desk.does(ready, "dry-run", **PERIOD)
    await desk.does(ready, "content", content=with_bounds(ready["content"], {"high": ("210", "11.7")}))
    await dry_runs.run_once(monitoring.sessions, [monitoring.organization], local(NOW))
    assert (await report_of(desk, ready, begun))["state"] == "overtaken"


async def test_a_sample_ends_where_it_was_asked_to(monitoring: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, ready = await of_three_enrollments(monitoring, monkeypatch)
    begun = await desk.does(ready, "dry-run", **PERIOD, sample=2)
    await dry_runs.run_once(monitoring.sessions, [monitoring.organization], local(NOW))
    done = await report_of(desk, ready, begun)
    assert (done["state"], done["enrollments"], done["enrollments_pinned"]) == ("done", 2, 3)


async def test_published_and_migrated_the_alerts_are_those_of_the_report(monitoring: Api) -> None:
    """The same patients, the same stored readings: what stood before and after is what was foretold for them."""
    since, now = "2026-09-12 10:00", "2026-09-13 08:00"
    days = ((230, 140), (68, 100), (52, 100), (260, 230), (310, 305), (100, 95))
    people = [await a_patient_with(monitoring, "diabetes", since) for _ in days]
    for patient, (first, second) in zip(people, days, strict=True):
        await patient.measures(first, "2026-09-12 12:00")
        await patient.measures(second, "2026-09-12 12:15")
        await patient.measures(second, "2026-09-12 15:00")
    desk = Desk(monitoring, now=now)
    ready = await desk.revised(high=("220", "12.2"), very_low=("50", "2.8"), low=("65", "3.6"))
    span = {"starts_at": "2026-09-12T10:00:00-04:00", "ends_at": "2026-09-13T08:00:00-04:00"}
    report = await desk.does(ready, "dry-run", **span)
    path = f"{desk.path}/{ready['name']}/dry-runs/{report['id']}/alerts?limit=200"
    foretold = (await desk.client.get(path)).json()["items"]

    async def standing() -> Counter[tuple[str, str, str, str]]:
        found: Counter[tuple[str, str, str, str]] = Counter()
        for patient in people:
            for each in await patient.alerts(now):
                if each["state"] != "closed":
                    found[patient.id, each["rule"], each["severity"], each["began_at"]] += 1
        return found

    def told(which: str) -> Counter[tuple[str, str, str, str]]:
        return Counter(
            (each["patient_id"], each["rule"], each[f"{which}_severity"], each[f"{which}_began_at"])
            for each in foretold
            if each[f"{which}_severity"]
        )

    assert await standing() == told("old")
    await Desk(monitoring, "publisher", now).does(ready, "publish", reason="Agreed")
    assert await standing() == told("old"), "publishing alone changes nothing"
    for patient in people:
        enrollment = f"/v1/enrollments/{patient.enrollment['id']}"
        version = (await patient.client(now=now).get(enrollment)).json()["version"]
        body = {"to_version": ready["name"], "reason": "Agreed"}
        await patient.act(f"{enrollment}/migrate", body, version=version, now=now)
    assert await standing() == told("new")
    assert {each["difference"] for each in foretold} == {"same", "only-old", "only-new", "other-severity"}


async def test_a_version_may_ask_about_circumstances_of_its_own(monitoring: Api) -> None:
    sent: dict[str, Any] = {"circumstances": ["night-shift"]}
    early = await enrolls(monitoring, "diabetes", "2026-09-20 08:00", **sent)
    assert problem(early) == (422, "circumstance.unknown")
    desk = Desk(monitoring)
    drafted = await desk.draft()
    own = {"fact": "night-shift", "effect": "adjusts", "sentence": "Days begin at noon.", "source": "Our practice"}
    content = {**drafted["content"], "exclusions": [*drafted["content"]["exclusions"], own]}
    ready = await desk.does(await desk.does(drafted, "content", content=content), "validate")
    await desk.does(ready, "dry-run", **PERIOD)
    await Desk(monitoring, "publisher").does(ready, "publish", reason="Agreed")
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-21 08:00", **sent)
    assert patient.enrollment["circumstances"] == ["night-shift"]


async def test_a_rule_for_a_symptom_that_nobody_can_report_is_refused(monitoring: Api) -> None:
    desk = Desk(monitoring)
    drafted = await desk.draft()
    content = deepcopy(drafted["content"])
    reported = next(rule for rule in content["rules"] if rule["kind"] == "reported")
    reported["symptoms"].append("sore-thumb")
    refused = await desk.tries(await desk.does(drafted, "content", content=content), "validate", {})
    assert problem(refused) == (422, "protocol-version.invalid")
    assert refused.json()["troubles"][0]["path"] == f"rules.{reported['key']}.symptoms"
