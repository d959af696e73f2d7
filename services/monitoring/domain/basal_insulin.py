"""Titration of basal insulin in type 2 diabetes under a standing order (clinical §6.1). Doses are whole units a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from services.monitoring.domain.bounds import Bound, bound
from services.monitoring.domain.history import value_in
from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.steps import Facts, Findings, Order, PatientOrder, Steps, newest
from shared.kit.units import plain
from shared.vocabulary import Metric, StepRefusal, Symptom

VERSION = "basal-insulin 1.0.0"
_UP = "ADA section 9: +2 units every 3 days to the fasting goal (clinical §6.1, S15, S89)"
_DOWN = "ADA section 9: hypoglycaemia without clear cause, reduce 10-20 % (clinical §6.1, S15, S89)"
_GLUCOSE = (Metric.GLUCOSE_FASTING, Metric.GLUCOSE_SMBG, Metric.GLUCOSE_LAB, Metric.GLUCOSE_CGM)
_FASTING_WINDOW = timedelta(days=4)
_VALUES = 3
_LOCK, _LONG_LOCK = timedelta(days=7), timedelta(days=14)
_ONE = Decimal(1)
_HUNDRED = Decimal(100)

_GOAL = bound("fasting.goal", "130 mg/dL", "7.2 mmol/L")
_NONE_BELOW = bound("fasting.none-below", "80 mg/dL", "4.4 mmol/L")
_LOW = bound("glucose.low", "70 mg/dL", "3.9 mmol/L")
_VERY_LOW = bound("glucose.very-low", "54 mg/dL", "3.0 mmol/L")


class Lock(NamedTuple):
    """No increase until then, and why."""

    reason: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Numbers:
    """What an order may say otherwise; project defaults of §6.1."""

    step: Decimal = Decimal(2)
    per_kg: Decimal = Decimal("0.5")
    reduce_least: Decimal = Decimal(10)
    reduce_most: Decimal = Decimal(20)


def increase(facts: Facts, medicine: Medicine, order: Order, patient: PatientOrder) -> Steps:
    """The next dose up: the median of the last three fasting values asks for it, and nothing stands against it."""
    found, numbers = Findings(_UP), Numbers(**order.limits)
    for lock in locks(facts):
        sentence = f"No increase until {lock.until:%Y-%m-%d %H:%M} UTC: {lock.reason}."
        found.refuse(StepRefusal.HYPOGLYCAEMIA_LOCK, sentence, lock.until)
    _judge_fasting(facts, found)
    allowed: tuple[Decimal, ...] = ()
    caps = _caps(facts, medicine, order, patient, numbers, found)
    wanted = whole(medicine.dose + numbers.step)
    over = [each for each in caps if wanted > each[1]]
    for code, cap, words in over:
        found.refuse(code, f"{plain(wanted)} {medicine.unit} is above {plain(cap)}: {words}.")
    if not over:
        allowed = (wanted,)
        found.workings.append(f"{plain(medicine.dose)} + {plain(numbers.step)} = {plain(wanted)} {medicine.unit}")
    return found.steps(allowed)


def reduction(facts: Facts, medicine: Medicine, order: Order, patient: PatientOrder) -> Steps:
    """The lower doses after hypoglycaemia without a clear cause: 10-20 % less, rounded down to whole units."""
    found, numbers = Findings(_DOWN), Numbers(**order.limits)
    recent = [each for each in _lows(facts, _LONG_LOCK) if each.observed_at > medicine.changed_at]
    if not [each for each in recent if facts.now - each.observed_at < _LOCK or _is_long(each)]:
        found.refuse(StepRefusal.NO_TRIGGER, "No hypoglycaemia since the last change asks for a lower dose.")
    elif facts.assessment.cause_of_low:
        sentence = "The low has a clear cause: act on the cause; a lower dose is the prescriber's decision."
        found.refuse(StepRefusal.NO_TRIGGER, sentence)
    least = whole(medicine.dose * (_HUNDRED - numbers.reduce_most) / _HUNDRED)
    most = whole(medicine.dose * (_HUNDRED - numbers.reduce_least) / _HUNDRED)
    floor = max(order.min_single, patient.min_single)
    change = _cumulative(medicine, order)
    lowest = max(least, floor, (medicine.prescribed_dose - change).to_integral_value(ROUND_CEILING))
    less = f"{plain(medicine.dose)} less 10-20 %: {plain(least)} to {plain(most)}"
    found.workings.append(f"{less}, not below {plain(lowest)} {medicine.unit}")
    if lowest > most:
        code = StepRefusal.BELOW_MINIMUM if floor > most else StepRefusal.CUMULATIVE
        found.refuse(code, f"10-20 % less would be below {plain(lowest)} {medicine.unit}.")
    return found.steps(tuple(Decimal(dose) for dose in range(int(lowest), int(most) + 1)))


def locks(facts: Facts) -> tuple[Lock, ...]:
    """What keeps the dose from going up, each with its last instant: 7 days after any low, 14 after Level 2 or 3."""
    found = []
    lows = [each for each in _lows(facts, _LOCK) if _is_low(each)]
    if lows:
        found.append(Lock("a value below 70 mg/dL in 7 days", lows[-1].observed_at + _LOCK))
    serious = [each for each in _lows(facts, _LONG_LOCK) if _is_long(each)]
    if serious:
        level = "Level 3" if Symptom.NEEDED_HELP in serious[-1].symptoms else "Level 2"
        found.append(Lock(f"{level} hypoglycaemia in 14 days", serious[-1].observed_at + _LONG_LOCK))
    return tuple(found)


def low_since(readings: Iterable[Reading], since: datetime) -> Reading | None:
    """The last hypoglycaemia that was measured or became known after an instant."""
    known = (each for each in readings if each.valid and since < max(each.observed_at, each.received_at))
    lows = [each for each in known if _counts(each)]
    return max(lows, key=lambda each: each.observed_at, default=None)


def whole(dose: Decimal) -> Decimal:
    """Rounded down to whole units."""
    return dose.to_integral_value(ROUND_FLOOR)


def _judge_fasting(facts: Facts, found: Findings) -> None:
    start = facts.now - _FASTING_WINDOW
    values = sorted(
        (each for each in facts.readings if each.valid and _is_fasting(each) and start <= each.observed_at),
        key=lambda each: each.observed_at,
    )
    if len(values) < _VALUES:
        sentence = f"{len(values)} fasting values in 4 days; 3 are needed."
        found.refuse(StepRefusal.MISSING, sentence)
        return
    if any(_below(each, _NONE_BELOW) for each in values):
        found.refuse(StepRefusal.FASTING_LOW, "A fasting value of the last 4 days is below 80 mg/dL (4.4 mmol/L).")
    # Of three values the median is one of them, so that it is judged in the unit it was sent in (L5).
    middle = sorted(values[-_VALUES:], key=lambda each: value_in(each, "mg/dL"))[1]
    said = f"median of the last three fasting values {plain(middle.value)} {middle.unit}"
    goal = f"{plain(_GOAL.at[middle.unit])} {middle.unit}"
    if middle.value <= _GOAL.at[middle.unit]:
        found.refuse(StepRefusal.IN_GOAL, f"The {said} is in goal (at most {goal}): no step.")
    found.workings.append(f"{said}, goal at most {goal}")


def _caps(
    facts: Facts, medicine: Medicine, order: Order, patient: PatientOrder, numbers: Numbers, found: Findings
) -> list[tuple[StepRefusal, Decimal, str]]:
    change = _cumulative(medicine, order)
    caps = [
        (StepRefusal.ABOVE_MAXIMUM, min(order.max_single, patient.max_single), "the order's maximum single dose"),
        (StepRefusal.DAILY_MAXIMUM, min(order.max_daily, patient.max_daily) / medicine.times_per_day, "the day's"),
        (
            StepRefusal.CUMULATIVE,
            medicine.prescribed_dose + change,
            f"{plain(medicine.prescribed_dose)} of the last prescriber's review and at most {plain(change)} more",
        ),
    ]
    weight = newest(facts.readings, Metric.BODY_WEIGHT, Metric.DRY_WEIGHT)
    if weight is None:
        found.refuse(StepRefusal.MISSING, "No weight: the cap by weight cannot be computed.")
    else:
        kilograms = value_in(weight, "kg")
        cap = numbers.per_kg * kilograms / medicine.times_per_day
        words = f"{plain(numbers.per_kg)} units per kg at {plain(round(kilograms, 1))} kg"
        caps.append((StepRefusal.ABOVE_MAXIMUM, cap, words))
    return caps


def _cumulative(medicine: Medicine, order: Order) -> Decimal:
    return min(order.max_change, medicine.prescribed_dose * order.max_change_percent / _HUNDRED)


def _lows(facts: Facts, within: timedelta) -> list[Reading]:
    start = facts.now - within
    found = [each for each in facts.readings if each.valid and start < each.observed_at and _counts(each)]
    return sorted(found, key=lambda each: each.observed_at)


def _counts(reading: Reading) -> bool:
    return _is_low(reading) or Symptom.NEEDED_HELP in reading.symptoms


def _is_low(reading: Reading) -> bool:
    return reading.metric in _GLUCOSE and _below(reading, _LOW)


def _is_long(reading: Reading) -> bool:
    very_low = reading.metric in _GLUCOSE and _below(reading, _VERY_LOW)
    return very_low or Symptom.NEEDED_HELP in reading.symptoms


def _is_fasting(reading: Reading) -> bool:
    by_tag = reading.metric is Metric.GLUCOSE_SMBG and "fasting" in reading.context
    return reading.metric is Metric.GLUCOSE_FASTING or by_tag


def _below(reading: Reading, limit: Bound) -> bool:
    return reading.unit in limit.at and reading.value < limit.at[reading.unit]
