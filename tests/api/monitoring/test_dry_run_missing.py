"""A dry run foretells what a version finds missing: published, the real alerts about it are those of the report."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from services.monitoring.jobs import resumes
from tests.support.absent import sweep
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, a_patient_with, local, path_of, stays
from tests.support.makers_plans import entitles
from tests.support.revising import PERIOD, Desk

WEEK, A1C = "SILENCE-GLUCOSE-WEEK", "OVERDUE-A1C"
Event = tuple[str, Callable[[Patient], Awaitable[Any]]]


def sooner(content: dict[str, Any]) -> dict[str, Any]:
    """No glucose is low after three days instead of seven, moderate after five; A1C every two months, not three."""
    changes: dict[str, dict[str, Any]] = {WEEK: {"waits": {"low": "P3D", "moderate": "P5D"}}, A1C: {"months": 2}}
    return {**content, "expects": [{**each, **changes.get(each["key"], {})} for each in content["expects"]]}


async def tried(api: Api) -> tuple[dict[str, Any], dict[str, Any]]:
    """A version with shorter waits, and the report of its dry run."""
    desk = Desk(api)
    drafted = await desk.draft()
    revised = await desk.does(drafted, "content", content=sooner(drafted["content"]))
    valid = await desk.does(revised, "validate", prescriber=(await entitles(api))["person"])
    return valid, await desk.does(valid, "dry-run", **PERIOD)


def measures(at: str) -> Event:
    return at, lambda patient: patient.measures(110, at)


def a1c(on: str, at: str) -> Event:
    """The result of that day is sent then."""
    return at, lambda patient: patient.sends("hba1c", 8.6, "%", f"{on} 09:00", received=at)


def pauses(at: str, until: str) -> Event:
    async def pause(patient: Patient) -> None:
        version = (await patient.client(now=at).get(path_of(patient))).json()["version"]
        body = {"reason": "Travels", "kind": "travel", "until": local(until).isoformat()}
        await patient.act(f"{path_of(patient)}/pause", body, version=version, now=at)

    return at, pause


def in_hospital(at: str, until: str | None = None) -> Event:
    return until or at, lambda patient: stays(patient, at, until)


# Nobody's silence lasts for less than the twelve hours between two sweeps.
PEOPLE: tuple[tuple[Event, ...], ...] = (
    tuple(measures(f"2026-09-{day:02} 08:00") for day in range(1, 14)),
    (measures("2026-09-01 08:00"), measures("2026-09-05 12:10")),
    (pauses("2026-09-03 09:00", "2026-09-09 10:00"),),
    (in_hospital("2026-09-02 09:00"), in_hospital("2026-09-02 09:00", "2026-09-06 15:00")),
    (),
    (measures("2026-09-03 08:00"), measures("2026-09-12 20:00")),
    (a1c("2026-06-05", "2026-09-01 08:00"), a1c("2026-09-10", "2026-09-11 09:00")),
    (a1c("2026-07-05", "2026-09-01 08:00"),),
)


async def passes(api: Api, people: list[tuple[Patient, tuple[Event, ...]]]) -> None:
    """Two weeks, with what happens to each and a sweep twice a day."""
    events = [(at, patient, act) for patient, own in people for at, act in own]
    instant = local("2026-09-01 00:30")
    while instant < local("2026-09-14 00:00"):
        until = instant + timedelta(hours=12)
        for at, patient, act in events:
            if instant <= local(at) < until:
                await act(patient)
        instant = until
        now = min(instant, local("2026-09-13 23:59"))
        await resumes.run_once(api.sessions, [api.organization], now)
        await sweep(api, f"{now:%Y-%m-%d %H:%M}")


async def found(people: list[Patient]) -> Counter[tuple[str, ...]]:
    """Whose silences there ever were."""
    counted: Counter[tuple[str, ...]] = Counter()
    for i, patient in enumerate(people):
        for each in await patient.alerts("2026-09-14 00:00"):
            if each["rule"].startswith(("SILENCE", "OVERDUE")):
                counted[str(i), each["rule"], each["severity"], each["began_at"]] += 1
    return counted


async def test_what_is_really_missing_equals_the_report(monitoring: Api) -> None:
    since = "2026-09-01 00:00"
    ready, empty = await tried(monitoring)
    assert (empty["figures"]["before"], empty["figures"]["after"]) == (0, 0)
    old = [await a_patient_with(monitoring, "diabetes", since) for _ in PEOPLE]
    await Desk(monitoring, "publisher").does(ready, "publish", reason="Agreed")
    new = [await a_patient_with(monitoring, "diabetes", since) for _ in PEOPLE]
    assert {each.enrollment["protocol_version"] for each in new} == {ready["name"]}
    await passes(monitoring, [*zip(old, PEOPLE, strict=True), *zip(new, PEOPLE, strict=True)])
    again, report = await tried(monitoring)
    path = f"/v1/protocols/diabetes/versions/{again['name']}/dry-runs/{report['id']}/alerts?limit=200"
    listed = (await Desk(monitoring).client.get(path)).json()["items"]
    place = {patient.id: str(i) for i, patient in enumerate(old)}

    def told(which: str) -> Counter[tuple[str, ...]]:
        return Counter(
            (place[each["patient_id"]], each["rule"], each[f"{which}_severity"], each[f"{which}_began_at"])
            for each in listed
            if each[f"{which}_severity"]
        )

    before, after = await found(old), await found(new)
    assert before == told("old") != {}
    assert after == told("new") != before
    assert (report["figures"]["before"], report["figures"]["after"]) == (before.total(), after.total())
    assert {each["difference"] for each in listed} == {"only-new", "other-severity"}
    titles = {each["rule"]: each["title"] for each in report["rules"]}
    assert titles == {WEEK: "No glucose", A1C: "A1C overdue"}


async def test_a_report_says_what_it_leaves_out(monitoring: Api) -> None:
    _, report = await tried(monitoring)
    said = " ".join(report["left_out"])
    for each in ("CGM-ACTIVE, OVERDUE-CHECK-IN.", "told", "Forms", "What people did", "Device clouds"):
        assert each in said
    assert "SILENCE-" not in said
    assert "OVERDUE-A1C" not in said
    assert "begun by a program" not in said
