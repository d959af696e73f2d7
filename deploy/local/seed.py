"""``make seed``, and the first ``make run``: demo data for two clinics through the API, in simulated time."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.local import client, databases, demo, demo_plan, demo_readings, demo_work, pair, postgres
from deploy.local.addresses import FOLDER
from deploy.local.demo_directory import directory
from deploy.local.demo_http import Desk
from deploy.local.demo_journal import Journal
from deploy.local.demo_people import Course, Person, people
from deploy.local.examples import catalogue
from deploy.local.examples.waiting import until
from deploy.local.files import write_whole
from deploy.local.trouble import Trouble
from shared.vocabulary import Role

MARK = "demo.json"
AT_ONCE = 6
SETTLED_AFTER = timedelta(days=6)
Advance = Callable[[], None]


def main() -> int:
    """Returns 1 after trouble."""
    console = Console(highlight=False)
    try:
        seed(console)
        server = postgres.running(FOLDER / "pg") if pair.needs_embedded() else None
        leave_simulation(pair.find_databases(server))
    except Trouble as trouble:
        console.print(str(trouble), markup=False)
        return 1
    console.print("The demo data are there.")
    return 0


def is_seeded(folder: Path = FOLDER) -> bool:
    """Whether the demo data were made to the end."""
    return bool(_mark(folder).get("done"))


def leave_simulation(found: Sequence[databases.Database]) -> None:
    """From here on the demo clinics live on the real clock, so that the workers' clock jobs look after them."""
    ids = [clinic.id for clinic in demo.ORGANIZATIONS]
    for database in found:
        asyncio.run(databases.to_real_clock(database, ids))


def seed(console: Console, folder: Path = FOLDER) -> None:
    """Make the demo data; what is there already stays as it is, and what an interrupted run left is finished.

    Raises:
        Trouble: a service refuses something, or stops answering.
    """
    at = dict(client.service_addresses())
    if is_seeded(folder):
        return
    anchor = date.fromisoformat(_mark(folder).get("anchor") or datetime.now(UTC).date().isoformat())
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / MARK, json.dumps({"anchor": anchor.isoformat(), "done": False}))
    with Progress(TextColumn("  demo data"), BarColumn(), TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("demo", total=sum(_steps(clinic) for clinic in demo.ORGANIZATIONS))
        asyncio.run(_seed(anchor, at, Journal(folder), lambda: bar.advance(task)))
    write_whole(folder / MARK, json.dumps({"anchor": anchor.isoformat(), "done": True}))


def _mark(folder: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((folder / MARK).read_text())
    except (OSError, ValueError):
        return {}
    return found


def _steps(clinic: demo.Organization) -> int:
    return 2 * len(list(people(clinic))) + demo_readings.MONTHS_BACK.days + 3


async def _seed(anchor: date, at: dict[str, str], journal: Journal, advance: Advance) -> None:
    async with httpx.AsyncClient(timeout=30.0) as http:
        desks = {clinic.key: Desk(clinic, anchor.isoformat(), http, at, journal) for clinic in demo.ORGANIZATIONS}
        if not journal.has(catalogue.PART):
            await asyncio.gather(*(_clinic(desk, anchor, advance) for desk in desks.values()))
        # From here on what stands open is there for an example to be about.
        await catalogue.keep(desks[demo.NORTH.key], FOLDER)


async def _clinic(desk: Desk, today: date, advance: Advance) -> None:
    start = datetime.combine(today, datetime.min.time(), ZoneInfo(desk.clinic.time_zone)) - demo_readings.MONTHS_BACK
    for specialist in directory(desk.clinic, start):
        key = f"specialist-{specialist.number}"
        made = await desk.post(
            "coordination", "/v1/specialists", specialist.entry, role=Role.CLINIC_ADMIN, now=start, key=key
        )
        slots = {"slots": specialist.slots(today, desk.clinic.time_zone)}
        path = f"/v1/specialists/{made['id']}/slots"
        await desk.post("coordination", path, slots, role=Role.CLINIC_ADMIN, now=start, key=f"{key}-slots")
    advance()
    found = list(people(desk.clinic))
    ids: dict[int, str] = {}

    async def register(person: Person) -> None:
        body, key = person.registration(), f"patient-{person.number}"
        made = await desk.post("coordination", "/v1/patients", body, role=Role.COORDINATOR, now=start, key=key)
        ids[person.number] = made["id"]
        advance()

    async def begin(person: Person) -> None:
        await _begin(desk, person, ids[person.number], start, today)
        advance()

    await _few_at_once(found, register)
    await _few_at_once(found, begin)
    await _delivered(desk)
    await _measure(desk, found, today, advance)
    await _settle(desk, today)
    await demo_work.catch_up(desk, {patient_id: number for number, patient_id in ids.items()})
    advance()


async def _few_at_once(found: Sequence[Person], work: Callable[[Person], Awaitable[None]]) -> None:
    waiting: Iterator[Person] = iter(found)

    async def take() -> None:
        for person in waiting:
            await work(person)

    await asyncio.gather(*(take() for _ in range(AT_ONCE)))


async def _begin(desk: Desk, person: Person, patient_id: str, start: datetime, today: date) -> None:
    key = f"{person.number}"
    if person.course is Course.DIABETES:
        body = demo_plan.diabetes_enrollment(person, patient_id, start)
        made = await desk.post(
            "monitoring", "/v1/enrollments", body, role=Role.CASE_MANAGER, now=start, key=f"enroll-{key}"
        )
        await desk.post(
            "monitoring",
            f"/v1/enrollments/{made['id']}/devices",
            demo_readings.meter(person),
            role=Role.CASE_MANAGER,
            now=start,
            key=f"meter-{key}",
        )
    elif person.course is Course.HEART_FAILURE:
        await _stay(desk, person, patient_id, today)
    else:
        now = start + timedelta(days=70 + person.number % 15)
        body = demo_plan.need(person, patient_id)
        await desk.post("coordination", "/v1/needs", body, role=Role.COORDINATOR, now=now, key=f"need-{key}")


async def _stay(desk: Desk, person: Person, patient_id: str, today: date) -> None:
    when, key = demo_plan.discharged_at(person, today), f"{person.number}"
    admission = demo_plan.admission(person, patient_id, today)
    admitted = datetime.fromisoformat(admission["started_at"]) + timedelta(minutes=20)
    stay = await desk.post(
        "coordination", "/v1/stays", admission, role=Role.COORDINATOR, now=admitted, key=f"stay-{key}"
    )
    await desk.post(
        "coordination",
        f"/v1/stays/{stay['id']}/discharge",
        demo_plan.discharge(person, today),
        role=Role.COORDINATOR,
        now=when + timedelta(minutes=25),
        key=f"discharge-{key}",
        version=stay["version"],
    )
    call = demo_plan.contact(person, patient_id, today)
    called = datetime.fromisoformat(call["started_at"]) + timedelta(minutes=20)
    if called < datetime.now(UTC):
        await desk.post("coordination", "/v1/contacts", call, role=Role.COORDINATOR, now=called, key=f"contact-{key}")


async def _delivered(desk: Desk) -> None:
    """Wait until the workers have told monitoring of the discharges."""

    async def nothing_waits() -> bool:
        return not await desk.get("coordination", "/v1/ops/messages?parked=false", role=Role.SUPERVISOR)

    await until(nothing_waits)


async def _measure(desk: Desk, found: Sequence[Person], today: date, advance: Advance) -> None:
    """Day after day, as devices would have sent it; each evening one batch."""
    for days in range(demo_readings.MONTHS_BACK.days, -1, -1):
        day = today - timedelta(days=days)
        now = min(demo_plan.at(found[0], day, 21), datetime.now(UTC))
        measured = [reading for person in found for reading in demo_readings.of_day(person, day, today)]
        past = [reading for reading in measured if datetime.fromisoformat(reading["observed_at"]) <= now]
        if past:
            key = f"readings-{day}-{len(past)}"
            done = await desk.post("monitoring", "/v1/readings/batch", past, role=Role.INTEGRATION, now=now, key=key)
            # On its first day a seed that goes on later sends what was measured since, with what is there.
            for item in done["items"]:
                if item["outcome"] not in ("stored", "duplicate"):
                    raise Trouble(f"A demo reading was not stored: {item['code']}: {item['detail']}")
        advance()


async def _settle(desk: Desk, today: date) -> None:
    """Alerts of earlier weeks were dealt with; those of the last days are the nurse's work."""
    before = datetime.combine(today, datetime.min.time(), UTC) - SETTLED_AFTER
    page = await desk.get("monitoring", "/v1/alerts?limit=200", role=Role.CASE_MANAGER)
    for alert in page["items"]:
        opened = datetime.fromisoformat(alert["last_at"])
        if opened < before and alert["state"] == "open":
            body = {
                "disposition": "resolved",
                "assessment": "No red flag",
                "action": "Called; plan unchanged (demo)",
                "informed": "Primary care",
                "contact_outcome": "Reached by phone",
                "plan": "Keeps measuring",
                "recheck_at": (opened + timedelta(hours=44)).isoformat(),
            }
            await desk.post(
                "monitoring",
                f"/v1/alerts/{alert['id']}/resolve",
                body,
                role=Role.CASE_MANAGER,
                now=opened + timedelta(hours=20),
                key=f"resolve-{alert['id']}",
                version=alert["version"],
            )


if __name__ == "__main__":
    sys.exit(main())
