"""Whether a value can have been measured at all: its unit, its time, its metric's hard limits (clinical §1.0, §1.1).

Both services ask: monitoring of each reading, coordination of what a discharge gives monitoring to compare with.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from shared.kit.metric_dictionary import MEASURES, Measure
from shared.kit.units import Unit, plain, read_unit
from shared.vocabulary import Metric

CLOCK_TOLERANCE = timedelta(minutes=5)  # [default] §1.0: device clocks run a little ahead
EARLIEST = (
    1900  # [default] the year of a measurement nobody alive can have made; clocks that lost their date say such years
)


BY_CODE = {code.code: (measure.metric, code.unit) for measure in MEASURES.values() for code in measure.codes}
"""The metric that a LOINC code measures, and the unit where the code itself says mass or moles."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The value may not be stored, and leaves a data-quality record.

    ``quarantine``: the value was understood and is not plausible, so a person should ask what was meant;
    otherwise the sender has to send it properly.
    """

    code: str
    sentence: str
    quarantine: bool = False


def refusal(metric: Metric, value: Decimal, unit: str, *, observed_at: datetime, now: datetime) -> Refused | None:
    """Why a value cannot be, in the order of domain §5.1; None when it can."""
    meant = read_as(metric, unit)
    if isinstance(meant, Refused):
        return meant
    return at_a_time(observed_at, now) or within_limits(metric, value, meant.code)


def read_as(metric: Metric, unit: str | None) -> Unit | Refused:
    """The unit meant, if the metric is measured in it."""
    measure = MEASURES[metric]
    if not unit:
        return Refused("unit.missing", f"A value needs its unit: {_units(measure)} for {metric}.")
    meant = read_unit(unit, metric)
    if meant is None:
        return Refused("unit.unknown", f"The unit '{unit}' is not known. Send UCUM: {_units(measure)} for {metric}.")
    if meant.code not in measure.ranges:
        sentence = f"{metric} is not measured in '{unit}'. Send it in {_units(measure)}."
        return Refused("unit.not-allowed", sentence, quarantine=True)
    return meant


def at_a_time(observed_at: datetime, now: datetime) -> Refused | None:
    """Why something cannot have been measured then, if it cannot."""
    if observed_at.tzinfo is None:
        return Refused("time.naive", "The time of measurement needs its offset, such as 2026-09-04T07:00:00-04:00.")
    if observed_at > now + CLOCK_TOLERANCE:
        return Refused("time.future", "The time of measurement lies in the future. Check the clock of the device.")
    if observed_at.year < EARLIEST:
        return Refused("time.past", f"The time of measurement lies before {EARLIEST}. Check the clock of the device.")
    return None


def within_limits(metric: Metric, value: Decimal, unit: str) -> Refused | None:
    """Why a value in one of the metric's units cannot be, if it cannot."""
    measure = MEASURES[metric]
    low, high = measure.ranges[unit].hard
    if low <= value <= high:
        if measure.scale and value != value.to_integral_value():
            return Refused("value.not-a-rank", f"{measure.metric} is coded: its ranks are whole numbers.")
        return None
    sentence = f"{plain(value)} {unit} is outside {plain(low)} to {plain(high)} {unit} for {measure.title.lower()}."
    for other, span in measure.ranges.items():
        if other != unit and span.hard[0] <= value <= span.hard[1]:
            sentence += f" It may have been meant in {other}: ask, and send it again with the unit that was meant."
            break
    else:
        sentence += " Check what was typed or measured, and send it again."
    return Refused("value.implausible", sentence, quarantine=True)


def _units(measure: Measure) -> str:
    return " or ".join(measure.units)
