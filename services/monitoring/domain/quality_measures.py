"""Measures: a definition, who is in the denominator, and a pure judgement of each (clinical §4).

Operational, not certified HEDIS. Every figure is the length of a list: a measure never counts, it judges members.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from shared.kit.zones import age_on
from shared.vocabulary import ProtocolKey

LABEL = "operational, not certified HEDIS"
GOOD_BELOW, POOR_ABOVE = Decimal(8), Decimal(9)
SYSTOLIC_BELOW, DIASTOLIC_BELOW = Decimal(140), Decimal(90)
# [default] §4 asks for the time to the first reading and gives no limit.
FIRST_READING = timedelta(days=3)
DEVICE_DAYS = 16
DEVICE_PERIOD = timedelta(days=30)
NOT_IN_CBP = frozenset({"pregnancy", "dialysis", "esrd", "kidney-transplant", "transplant", "hospice"})


class MeasureKey(StrEnum):
    """The measures there are."""

    GSD_GOOD = "gsd-good"
    GSD_POOR = "gsd-poor"
    CBP = "cbp"
    ALERTS_IN_TIME = "alerts-in-time"
    FIRST_READING = "first-reading"
    DEVICE_DAYS_16 = "device-days-16"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure says, of whom, and where it comes from. ``lower_is_better`` for poor control."""

    key: MeasureKey
    title: str
    denominator: str
    numerator: str
    source: str
    lower_is_better: bool = False
    protocols: tuple[ProtocolKey, ...] = ()
    ages: tuple[int, int] | None = None


CATALOGUE: tuple[Definition, ...] = (
    Definition(
        MeasureKey.GSD_GOOD,
        "Glycaemic status below 8.0 %",
        "Patients of 18 to 75 years followed for diabetes in the period",
        "The last HbA1c or GMI of the year up to the period's end is below 8.0 %; 8.0 is not",
        "§4 GSD, S71",
        protocols=(ProtocolKey.DIABETES,),
        ages=(18, 75),
    ),
    Definition(
        MeasureKey.GSD_POOR,
        "Glycaemic status above 9.0 %",
        "Patients of 18 to 75 years followed for diabetes in the period",
        "The last HbA1c or GMI of the year up to the period's end is above 9.0 %, or there is none; 9.0 is not",
        "§4 GSD, S71",
        lower_is_better=True,
        protocols=(ProtocolKey.DIABETES,),
        ages=(18, 75),
    ),
    Definition(
        MeasureKey.CBP,
        "Blood pressure below 140/90",
        "Patients of 18 to 85 years followed for hypertension; not with ESRD, transplant, pregnancy, hospice",
        "On the last day of the year with both, the lowest systolic is < 140 and the lowest diastolic < 90 mm[Hg]",
        "§4 CBP, S72",
        protocols=(ProtocolKey.HYPERTENSION,),
        ages=(18, 85),
    ),
    Definition(
        MeasureKey.ALERTS_IN_TIME,
        "Alerts acknowledged in time",
        "Alerts of the period whose deadline has passed or that somebody has seen; not those that only came late",
        "Acknowledged or resolved by the deadline of their severity",
        "§4 internal indicators, §1.9 [default]",
    ),
    Definition(
        MeasureKey.FIRST_READING,
        "First reading within 3 days",
        "Enrollments activated in the period",
        "The first reading came within 3 days; the value is the days it took",
        "§4 internal indicators [default: 3 days]",
    ),
    Definition(
        MeasureKey.DEVICE_DAYS_16,
        "At least 16 device days",
        "Patients followed in the period",
        "At least 16 device days among the last 30 days of the period",
        "§4 internal indicators, §2.5",
    ),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One of a denominator: a patient, enrollment or alert (``about``), if in the numerator, and by which value."""

    about: UUID
    patient_id: UUID
    met: bool
    value: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """A patient of a denominator."""

    patient_id: UUID
    birth_date: date
    circumstances: frozenset[str]


def definition(key: MeasureKey) -> Definition:
    """The definition of a measure."""
    return next(each for each in CATALOGUE if each.key is key)


def eligible(measure: Definition, people: Iterable[Person], last_day: date) -> list[Person]:
    """Who belongs to the denominator: once each, of the right age on the last day, without an exclusion."""
    found = {person.patient_id: person for person in people}
    if measure.ages is not None:
        low, high = measure.ages
        found = {key: one for key, one in found.items() if low <= age_on(one.birth_date, last_day) <= high}
    if measure.key is MeasureKey.CBP:
        found = {key: one for key, one in found.items() if not one.circumstances & NOT_IN_CBP}
    return [found[key] for key in sorted(found)]


def glycaemia_met(key: MeasureKey, value: Decimal | None) -> bool:
    """Below 8.0 for good control; above 9.0, or missing, for poor."""
    if key is MeasureKey.GSD_GOOD:
        return value is not None and value < GOOD_BELOW
    return value is None or value > POOR_ABOVE


def pressure_met(lowest: tuple[Decimal, Decimal] | None) -> bool:
    """Below 140 and below 90; without a blood pressure it is not controlled."""
    return lowest is not None and lowest[0] < SYSTOLIC_BELOW and lowest[1] < DIASTOLIC_BELOW


def seen_in_time(deadline: datetime, seen_at: datetime | None, as_of: datetime) -> bool | None:
    """Whether somebody saw an alert by its deadline; None while it is not decided."""
    if seen_at is not None and seen_at <= as_of:
        return seen_at <= deadline
    return None if as_of <= deadline else False
