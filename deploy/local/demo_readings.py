"""The demo's readings: what a scale, a cuff and a meter would have sent. Always the same for the same day."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from deploy.local.demo_people import Course, Person

MONTHS_BACK = timedelta(days=90)
GAIN_STARTS_DAYS_AGO = 5


def of_day(person: Person, day: date, today: date) -> Iterator[dict[str, Any]]:
    """What one patient's devices measured on one local day; some days nothing."""
    dice = Random(f"{person.number} {day.isoformat()}")  # noqa: S311 - demo data, the same each time
    if dice.random() < 0.06:
        return
    if person.course is Course.HEART_FAILURE:
        yield from _heart_failure(person, day, today, dice)
    elif person.course is Course.DIABETES:
        yield from _diabetes(person, day, today, dice)


def meter(person: Person) -> dict[str, Any]:
    """The glucose meter that is handed out."""
    return {"kind": "glucose-meter", "serial": f"DEMO-{person.number}", "source": f"demo-meter-{person.number}"}


def _heart_failure(person: Person, day: date, today: date, dice: Random) -> Iterator[dict[str, Any]]:
    weight = dry_weight(person) + dice.gauss(0, 0.25) + _gain(person, (today - day).days)
    yield _reading(person, day, time(7, 5), "body_weight", f"{weight:.1f}", "kg", "scale")
    systolic = dice.gauss(126 + person.number % 12, 6)
    yield _reading(person, day, time(7, 12), "bp_systolic", f"{systolic:.0f}", "mm[Hg]", "cuff")
    yield _reading(person, day, time(7, 12), "bp_diastolic", f"{systolic * 0.6:.0f}", "mm[Hg]", "cuff")
    yield _reading(person, day, time(7, 12), "heart_rate", f"{dice.gauss(74, 5):.0f}", "/min", "cuff")
    if day.toordinal() % 2:
        yield _reading(person, day, time(7, 15), "spo2", f"{min(99, dice.gauss(95.5, 1)):.0f}", "%", "oximeter")


def dry_weight(person: Person) -> float:
    """Kilograms at discharge."""
    return 62.0 + person.number * 7 % 35


def _gain(person: Person, days_ago: int) -> float:
    """A restless patient gains fluid in the last days."""
    return 0.7 * max(0, GAIN_STARTS_DAYS_AGO - days_ago) if person.restless else 0.0


def _diabetes(person: Person, day: date, today: date, dice: Random) -> Iterator[dict[str, Any]]:
    usual = 112 + person.number * 5 % 40 + (25 if person.restless else 0)
    fasting = dice.gauss(usual, 14)
    yield _glucose(person, day, time(7, 10), fasting, dice, fasting=True)
    yield _glucose(person, day, time(18, 30), fasting + dice.gauss(35, 22), dice, fasting=False)
    if dice.random() < (0.03 if person.restless else 0.01):
        yield _glucose(person, day, time(15, 40), dice.uniform(50, 68), dice, fasting=False)
    if day.weekday() == 0:
        yield _reading(person, day, time(7, 20), "body_weight", f"{78 + person.number % 20:.1f}", "kg", "scale")
    if (today - day).days % 45 == 10:
        a1c = 6.2 + person.number * 3 % 22 / 10
        yield _reading(person, day, time(10, 0), "hba1c", f"{a1c:.1f}", "%", "laboratory")


def _glucose(person: Person, day: date, at: time, value: float, dice: Random, *, fasting: bool) -> dict[str, Any]:
    metric = "glucose_fasting" if fasting else "glucose_smbg"
    mmol = person.number % 5 == 0
    shown, unit = (f"{value / 18.016:.1f}", "mmol/L") if mmol else (f"{value:.0f}", "mg/dL")
    moved = (datetime.combine(day, at) + timedelta(minutes=dice.randint(-20, 20))).time()
    return _reading(person, day, moved, metric, shown, unit, "meter")


def _reading(person: Person, day: date, at: time, metric: str, value: str, unit: str, source: str) -> dict[str, Any]:
    return {
        "patient_identifier": person.mrn,
        "metric": metric,
        "value": value,
        "unit": unit,
        "observed_at": datetime.combine(day, at, ZoneInfo(person.clinic.time_zone)).isoformat(),
        "source": f"demo-{source}-{person.number}",
    }
