"""Units of measure: the UCUM codes in use, what senders write instead, and exact conversion for charts.

Rules never convert a value (L5); conversion serves charts and a comparison of two readings sent in different units.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from shared.vocabulary import Metric

UCUM: frozenset[str] = frozenset(
    {
        "mg/dL", "mmol/L", "umol/L", "g/dL", "pg/mL", "mmol/mol", "mg/g{creat}", "mg/mmol{creat}", "%", "d",
        "kg", "g", "[lb_av]", "mm[Hg]", "/min", "Cel", "[degF]", "L", "L/min", "mL/min/{1.73_m2}",
        "{score}", "{rank}", "{count}", "{puff}", "[iU]/d",
    }
)  # fmt: skip
"""The codes in which a metric of the dictionary may come (clinical §1.1)."""

# Seen in device exports, in EHRs and in the Synthea files; none of them is UCUM for what is meant.
_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "mmhg": "mm[Hg]", "mm hg": "mm[Hg]", "mm[hg]": "mm[Hg]",
        "beats/minute": "/min", "beats/min": "/min", "beats per minute": "/min", "bpm": "/min", "{beats}/min": "/min",
        "breaths/minute": "/min", "breaths/min": "/min", "breaths per minute": "/min", "{breaths}/min": "/min",
        "1/min": "/min", "per minute": "/min", "/minute": "/min",
        "lb": "[lb_av]", "lbs": "[lb_av]", "pound": "[lb_av]", "pounds": "[lb_av]", "[lb_us]": "[lb_av]",
        "kgs": "kg", "kilogram": "kg", "kilograms": "kg", "gram": "g", "grams": "g",
        "mg/dl": "mg/dL", "mmol/l": "mmol/L", "umol/l": "umol/L", "µmol/l": "umol/L", "μmol/l": "umol/L",
        "micromol/l": "umol/L", "g/dl": "g/dL", "pg/ml": "pg/mL",
        "percent": "%", "c": "Cel", "°c": "Cel", "degc": "Cel", "cel": "Cel", "celsius": "Cel",
        "f": "[degF]", "°f": "[degF]", "degf": "[degF]", "[degf]": "[degF]", "fahrenheit": "[degF]",
        "l/min": "L/min", "liters/minute": "L/min", "litres/minute": "L/min", "liter": "L", "litre": "L",
        "mg/g": "mg/g{creat}", "mg/g creat": "mg/g{creat}", "mg/mmol": "mg/mmol{creat}",
        "ml/min/1.73m2": "mL/min/{1.73_m2}", "ml/min/1.73 m2": "mL/min/{1.73_m2}",
        "ml/min/{1.73_m2}": "mL/min/{1.73_m2}", "ml/min/1.73 m^2": "mL/min/{1.73_m2}",
        "(score)": "{score}", "score": "{score}", "{points}": "{score}", "points": "{score}",
        "days": "d", "day": "d", "{symptoms}": "{count}",
        "puff": "{puff}", "puffs": "{puff}", "u/d": "[iU]/d", "iu/d": "[iU]/d", "units/day": "[iU]/d",
    }
)  # fmt: skip

# What an alias means depends on the metric: an equivalent is a mole only for a singly charged ion, and mL/min is
# normalized to body surface only where the code measured says so.
_BY_METRIC: Mapping[tuple[Metric, str], str] = MappingProxyType(
    {
        **{(ion, text): "mmol/L" for ion in (Metric.POTASSIUM, Metric.SODIUM) for text in ("meq/l", "meq/dm3")},
        (Metric.EGFR, "ml/min"): "mL/min/{1.73_m2}",
        (Metric.HBA1C, "% of total"): "%",
        (Metric.HBA1C, "%{hb}"): "%",
    }
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A UCUM code, and what the sender wrote when that was something else."""

    code: str
    written: str | None = None

    @property
    def note(self) -> str | None:
        """What was mapped, in words for the sender; nothing when nothing was."""
        return None if self.written is None else f"The unit '{self.written}' was read as UCUM {self.code}."


_EXACT: dict[str, Unit] = {code: Unit(code) for code in UCUM}


def read_unit(text: str, metric: Metric) -> Unit | None:
    """The unit meant by ``text`` for a value of ``metric``; None when it is not known. No regular expression: hot."""
    exact = _EXACT.get(text)
    if exact is not None:
        return exact
    lowered = text.strip().lower()
    code = _BY_METRIC.get((metric, lowered)) or _ALIASES.get(lowered)
    return None if code is None else Unit(code, text)


@dataclass(frozen=True, slots=True)
class _Linear:
    """to = (value − before) × times ÷ over + plus."""

    before: Decimal = Decimal(0)
    times: Decimal = Decimal(1)
    over: Decimal = Decimal(1)
    plus: Decimal = Decimal(0)

    def __call__(self, value: Decimal) -> Decimal:
        return (value - self.before) * self.times / self.over + self.plus

    def inverse(self) -> "_Linear":
        return _Linear(before=self.plus, times=self.over, over=self.times, plus=self.before)


_GLUCOSE = _Linear(times=Decimal("18.0156"))
_POUND = _Linear(times=Decimal("0.45359237"))
_FORWARD: Mapping[tuple[Metric, str, str], _Linear] = MappingProxyType(
    {
        **{
            (metric, "mmol/L", "mg/dL"): _GLUCOSE
            for metric in (
                Metric.GLUCOSE_SMBG,
                Metric.GLUCOSE_FASTING,
                Metric.GLUCOSE_LAB,
                Metric.GLUCOSE_CGM,
                Metric.CGM_MEAN,
            )
        },
        **{
            (metric, unit, "kg"): how
            for metric in (Metric.BODY_WEIGHT, Metric.DRY_WEIGHT)
            for unit, how in (("[lb_av]", _POUND), ("g", _Linear(over=Decimal(1000))))
        },
        (Metric.HBA1C, "mmol/mol", "%"): _Linear(times=Decimal("0.09148"), plus=Decimal("2.152")),
        (Metric.CREATININE, "umol/L", "mg/dL"): _Linear(over=Decimal("88.42")),
        (Metric.LDL, "mmol/L", "mg/dL"): _Linear(times=Decimal("38.67")),
        (Metric.UACR, "mg/mmol{creat}", "mg/g{creat}"): _Linear(times=Decimal("8.84")),
        (Metric.TEMPERATURE, "[degF]", "Cel"): _Linear(before=Decimal(32), times=Decimal(5), over=Decimal(9)),
    }
)
_STEPS: dict[tuple[Metric, str, str], _Linear] = {
    **{(metric, to, unit): how.inverse() for (metric, unit, to), how in _FORWARD.items()},
    **_FORWARD,
    # Published with its own rounding, not the inverse of the other direction.
    (Metric.HBA1C, "%", "mmol/mol"): _Linear(before=Decimal("2.15"), times=Decimal("10.929")),
}


def _path(metric: Metric, unit: str, to: str) -> tuple[_Linear, ...] | None:
    """The steps from one unit to another: none, one, or two through a unit that both convert to."""
    if unit == to:
        return ()
    if (metric, unit, to) in _STEPS:
        return (_STEPS[metric, unit, to],)
    for of, first, middle in _FORWARD:
        if of is metric and first == unit and (metric, middle, to) in _STEPS:
            return _FORWARD[metric, unit, middle], _STEPS[metric, middle, to]
    return None


def convertible(metric: Metric, unit: str, to: str) -> bool:
    """Whether a value of this metric can be expressed in the other unit."""
    return _path(metric, unit, to) is not None


def convert(metric: Metric, value: Decimal, unit: str, to: str) -> Decimal:
    """``value`` in another unit of the same metric, to 28 digits.

    Raises:
        KeyError: when the two units do not measure this metric.
    """
    path = _path(metric, unit, to)
    if path is None:
        raise KeyError(f"{metric}: {unit} → {to}")
    for step in path:
        value = step(value)
    return value


def plain(value: Decimal) -> str:
    """Digits without an exponent or trailing zeros: 180, 0.9, 5.6."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
