"""A burst of the loop diuretic in heart failure under a standing order (clinical §6.2): three days, then back."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import Bound, bound
from services.monitoring.domain.history import value_in
from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.steps import Facts, Findings, Order, PatientOrder, Steps, newest
from shared.kit.units import plain
from shared.vocabulary import Metric, StepRefusal

VERSION = "loop-diuretic-burst 1.0.0"
_SOURCE = "RN diuretic titration guidelines of two Canadian heart-failure clinics (clinical §6.2, S90)"
_WEEK = (timedelta(days=7), bound("weight.week", "5 [lb_av]", "2.3 kg"))
_TWO_DAYS = (timedelta(days=2), bound("weight.two-days", "4 [lb_av]", "1.8 kg"))
# [default] A gain that was weighed longer ago says nothing about today.
_WEIGHED = timedelta(days=2)
_MONTH = timedelta(days=30)
_BASELINE = timedelta(days=180)
_HUNDRED = Decimal(100)
_NO_GAIN = "No gain above 5 lb (2.3 kg) in a week or 4 lb (1.8 kg) in two days, weighed within two days."


@dataclass(frozen=True, slots=True)
class Numbers:
    """What an order may say otherwise; project defaults of §6.2."""

    systolic_least: Decimal = Decimal(100)
    potassium_least: Decimal = Decimal("3.5")
    potassium_most: Decimal = Decimal("5.4")
    creatinine_rise_percent: Decimal = Decimal(30)
    egfr_least: Decimal = Decimal(30)
    labs_days: Decimal = Decimal(14)
    days: Decimal = Decimal(3)
    bursts: Decimal = Decimal(2)


def burst(facts: Facts, medicine: Medicine, order: Order, patient: PatientOrder) -> Steps:
    """The doubled dose, when weight and signs ask for it and pressure and laboratory allow it."""
    found, numbers = Findings(_SOURCE), Numbers(**order.limits)
    _asked_for(facts, found)
    _pressure_and_labs(facts, numbers, found)
    recent = [each for each in facts.past if each.temporary and facts.now - each.effective_at < _MONTH]
    if len(recent) >= numbers.bursts:
        found.refuse(StepRefusal.BURSTS, f"{len(recent)} bursts in 30 days; {numbers.bursts} at most.")
    if medicine.returns_at is not None:
        sentence = f"A burst is running until {medicine.returns_at:%Y-%m-%d %H:%M} UTC."
        found.refuse(StepRefusal.INTERVAL, sentence, medicine.returns_at)
    dose = medicine.dose * 2
    if dose > (most := min(order.max_single, patient.max_single)):
        found.refuse(StepRefusal.ABOVE_MAXIMUM, f"{plain(dose)} {medicine.unit} is above {plain(most)}.")
    daily, most = dose * medicine.times_per_day, min(order.max_daily, patient.max_daily)
    if daily > most:
        sentence = f"{plain(daily)} {medicine.unit} a day is above the {plain(most)} named for this patient."
        found.refuse(StepRefusal.DAILY_MAXIMUM, sentence)
    found.workings.append(f"twice {plain(medicine.daily)} = {plain(daily)} {medicine.unit} a day, {numbers.days} days")
    return found.steps((dose,), timedelta(days=int(numbers.days)))


def _asked_for(facts: Facts, found: Findings) -> None:
    gains = [each for each in (_gain(facts, *_WEEK), _gain(facts, *_TWO_DAYS)) if each is not None]
    found.workings.extend(gains)
    if not gains:
        found.refuse(StepRefusal.NO_TRIGGER, _NO_GAIN)
    if not facts.assessment.signs:
        found.refuse(StepRefusal.NO_TRIGGER, "Weight alone is not enough: name the signs of congestion you found.")


def _gain(facts: Facts, span: timedelta, limit: Bound) -> str | None:
    weights = [each for each in facts.readings if each.valid and each.metric is Metric.BODY_WEIGHT]
    last = newest(facts.readings, Metric.BODY_WEIGHT)
    if last is None or last.unit not in limit.at or facts.now - last.observed_at > _WEIGHED:
        return None
    earlier = [value_in(e, last.unit) for e in weights if last.observed_at - span <= e.observed_at < last.observed_at]
    if not earlier or last.value - min(earlier) <= limit.at[last.unit]:
        return None
    gain = f"{plain(last.value)} − {plain(min(earlier))} = {plain(last.value - min(earlier))} {last.unit}"
    return f"{gain} > {plain(limit.at[last.unit])} {last.unit} in {span.days} days"


def _pressure_and_labs(facts: Facts, numbers: Numbers, found: Findings) -> None:
    systolic = _latest(facts, found, Metric.BP_SYSTOLIC, "systolic pressure")
    if systolic is not None and systolic.value < numbers.systolic_least:
        found.refuse(
            StepRefusal.SYSTOLIC, f"Systolic {plain(systolic.value)} mm[Hg] is below {numbers.systolic_least}."
        )
    potassium = _lab(facts, found, Metric.POTASSIUM, "potassium", numbers)
    if potassium is not None and not numbers.potassium_least <= potassium.value <= numbers.potassium_most:
        between = f"{numbers.potassium_least} to {numbers.potassium_most}"
        found.refuse(StepRefusal.POTASSIUM, f"Potassium {plain(potassium.value)} mmol/L is outside {between}.")
    egfr = _latest(facts, found, Metric.EGFR, "eGFR")
    if egfr is not None and egfr.value < numbers.egfr_least:
        found.refuse(StepRefusal.EGFR_LOW, f"eGFR {plain(egfr.value)} is below {numbers.egfr_least}.")
    creatinine = _lab(facts, found, Metric.CREATININE, "creatinine", numbers)
    if creatinine is not None:
        _creatinine(facts, creatinine, numbers, found)


def _creatinine(facts: Facts, latest: Reading, numbers: Numbers, found: Findings) -> None:
    # The lowest of half a year is the baseline: a slow rise does not become its own baseline.
    known = [
        value_in(each, latest.unit)
        for each in facts.readings
        if each.valid and each.metric is Metric.CREATININE and latest.observed_at - each.observed_at <= _BASELINE
    ]
    baseline = min(known)
    if (latest.value - baseline) * _HUNDRED > baseline * numbers.creatinine_rise_percent:
        sentence = (
            f"Creatinine {plain(latest.value)} {latest.unit} is more than {numbers.creatinine_rise_percent} % above"
        )
        found.refuse(StepRefusal.CREATININE, f"{sentence} {plain(baseline)}.")


def _lab(facts: Facts, found: Findings, metric: Metric, name: str, numbers: Numbers) -> Reading | None:
    """The last value, refused when it is too old, also under an order that does not ask for it."""
    reading = _latest(facts, found, metric, name)
    if reading is not None and facts.now - reading.observed_at > timedelta(days=int(numbers.labs_days)):
        found.refuse(StepRefusal.STALE, f"The last {name} is older than {numbers.labs_days} days.")
    return reading


def _latest(facts: Facts, found: Findings, metric: Metric, name: str) -> Reading | None:
    reading = newest(facts.readings, metric)
    if reading is None:
        found.refuse(StepRefusal.MISSING, f"There is no {name}.")
    else:
        found.workings.append(f"{name} {plain(reading.value)} {reading.unit} of {reading.observed_at:%Y-%m-%d}")
    return reading
