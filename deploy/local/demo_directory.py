"""The demo's directory: 25 plainly fictional specialists over 8 specialties, with prices, capacity and open slots."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from deploy.local.demo import NORTH, Organization

# specialty: (how many in the north, how many in the south, list price in dollars)
SPECIALTIES = {
    "cardiology": (3, 2, 180),
    "endocrinology": (2, 2, 170),
    "dietetics": (2, 1, 80),
    "pharmacy": (2, 1, 40),
    "diabetes-education": (2, 1, 70),
    "ophthalmology": (2, 1, 120),
    "podiatry": (1, 1, 90),
    "family-medicine": (1, 1, 110),
}
_SURNAMES = (
    "Alder Birch Cedar Dogwood Elm Fir Ginkgo Hazel Ivy Juniper Katsura Larch Maple Nettle Oak Pine "
    "Quince Rowan Spruce Teak Umbra Viburnum Willow Yew Zelkova"
)
SURNAMES = tuple(_SURNAMES.split())
PLACES = {"north": (40.71, -74.0), "south": (34.05, -118.24)}
SLOT_DAYS, SLOT_HOURS = 21, (9, 11, 14)
PAST_DAYS = 60  # of the cardiologists, so that the referrals of the last weeks had a place


@dataclass(frozen=True, slots=True)
class Specialist:
    """A directory entry with its calendar."""

    number: int
    entry: dict[str, Any]
    modality: str

    def slots(self, today: date, zone: str) -> list[dict[str, Any]]:
        """Half an hour each on every second working day of three weeks, local time; cardiologists' past ones too."""
        back = PAST_DAYS if self.entry["specialty"] == "cardiology" else 0
        steps = range(-back, SLOT_DAYS, 2)
        days = [today + timedelta(days=1 + self.number % 3 + step) for step in steps]
        times = [datetime.combine(day, time(hour), ZoneInfo(zone)) for day in days for hour in SLOT_HOURS]
        return [_slot(at, self.modality) for at in times if at.weekday() < 5]


def _slot(at: datetime, modality: str) -> dict[str, Any]:
    return {
        "starts_at": at.isoformat(),
        "ends_at": (at + timedelta(minutes=30)).isoformat(),
        "modality": modality,
    }


def directory(clinic: Organization, as_of: datetime) -> Iterator[Specialist]:
    """Fifteen in the north, ten in the south."""
    dice = Random(f"careweave directory {clinic.key}")  # noqa: S311 - demo data, the same each time
    number = 0 if clinic is NORTH else 15
    for specialty, (north, south, price) in SPECIALTIES.items():
        for _ in range(north if clinic is NORTH else south):
            number += 1
            yield Specialist(number, _entry(number, clinic, specialty, price, dice, as_of), _modalities(number)[0])


def _modalities(number: int) -> list[str]:
    return [["in-person", "video"], ["in-person"], ["video"]][number % 3]


def _entry(
    number: int, clinic: Organization, specialty: str, price: int, dice: Random, as_of: datetime
) -> dict[str, Any]:
    name = SURNAMES[number - 1]
    sent = dice.randint(8, 60)
    latitude, longitude = PLACES[clinic.key]
    site = {
        "name": f"{name} Street",
        "address": f"{number} {name} Street, Springfield",
        "latitude": f"{latitude + dice.uniform(-0.2, 0.2):.4f}",
        "longitude": f"{longitude + dice.uniform(-0.2, 0.2):.4f}",
        "time_zone": clinic.time_zone,
    }
    return {
        "name": f"Dr. {name} Demo",
        "organization_name": f"{name} {specialty.replace('-', ' ').title()} (fictional)",
        "specialty": specialty,
        "telephone": f"+1 555 020 {number:04}",
        "languages": ["en", "es"] if number % 2 else ["en"],
        "interpreter": number % 4 == 0,
        "modalities": _modalities(number),
        "min_age": 18,
        "coverages": [{"payer": "Medicare"}, {"payer": "Example Health"}]
        + ([{"payer": "Sample Mutual"}] if number % 3 else []),
        "prices": [
            {"amount": f"{price + 5 * (number % 5)}.00"},
            {"amount": f"{price // 5}.00", "payer": "Medicare"},
        ],
        "sites": [site],
        "capacity": {"free": dice.randint(0, 9), "as_of": as_of.isoformat()},
        "record_before": {"sent": sent, "closed": int(sent * dice.uniform(0.5, 0.98))},
    }
