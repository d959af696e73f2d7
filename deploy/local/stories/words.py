"""The API's answers in the words of §7; nothing here knows what is expected."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")

Json = Mapping[str, Any]


def at(text: str) -> datetime:
    """An instant of September 2026 and around it: ``09-04 15:20`` on the patients' clock, or with the year."""
    full = text if len(text) > len("09-04 15:20") else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=ZONE)


def agreed(when: datetime) -> dict[str, str]:
    """The patient's consent to monitoring, given at an instant."""
    return {"purpose": "monitoring", "given_by": "patient", "given_at": when.isoformat(), "mode": "verbal"}


def moment(instant: str | None) -> str:
    """``Wed 2026-09-09 end of day`` for the last instant of a local day, else the local minute."""
    if instant is None:
        return "no date"
    local = datetime.fromisoformat(instant).astimezone(ZONE)
    if local.time() == time.max:
        return f"{local:%a %Y-%m-%d} end of day"
    return f"{local:%a %Y-%m-%d %H:%M}"


def on(instant: str | None) -> str:
    """`` Wed 2026-09-09``, or nothing where nothing was done."""
    return "" if instant is None else f" {datetime.fromisoformat(instant).astimezone(ZONE):%a %Y-%m-%d}"


def day(text: str) -> str:
    """``Fri 2026-10-16``."""
    return f"{date.fromisoformat(text):%a %Y-%m-%d}"


def clock(read: Json, *, on_call: bool = False) -> str:
    """A clock: its key, from when it may be done where that is said, and its due instant."""
    opens = f"from {moment(read['opens_at'])} " if read["opens_at"] else ""
    where = f", on call: {read['on_call']}" if on_call else ""
    return f"{read['key']} {opens}by {moment(read['due_at'])}{where}"


def states(clocks: Iterable[Json]) -> str:
    """How each clock stands: ``clinical met-late, programme met``."""
    return ", ".join(f"{read['key']} {read['state']}" for read in clocks)


def stage(referral: Json) -> str:
    """A referral's state and until when its stage may last."""
    waits = referral["stage"]
    if waits["name"] is None:
        return str(referral["state"])
    return f"{referral['state']}, {waits['name']} by {moment(waits['due_at'])}"


def booked(referral: Json) -> str:
    """When a referral's visit is, and when the patient is reminded of it."""
    visit = referral["visit"]
    reminders = ", ".join(moment(instant) for instant in visit["remind_at"])
    return f"{referral['state']} for {moment(visit['starts_at'])}, remind {reminders}"


def finding(alert: Json, evidence: Json, *, arithmetic: bool) -> str:
    """What one reading did to an alert: the rule, how serious the alert is now, and the calculation if asked for."""
    again = "" if evidence == alert["evidence"][0] else " again"
    said = f"{alert['rule']} {alert['severity']}{again}"
    return f"{said}: {evidence['text']}" if arithmetic else said


def alert(read: Json) -> str:
    """An alert: how serious, since when it is over, and how a person or a correction ended it."""
    over = "" if read["cleared_at"] is None else f", over since {moment(read['cleared_at'])}"
    end = "" if read["disposition"] is None else f", {read['state']}: {read['disposition']}"
    return f"{read['rule']} {read['severity']}{end or over}"
