"""Whether a value can be a reading of its metric: units, limits, comparators and times (clinical §1.0, §1.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache

from shared.kit.metric_dictionary import MEASURES, PANELS, Measure, Range
from shared.kit.metric_limits import BY_CODE, CLOCK_TOLERANCE, Refused, at_a_time, read_as, within_limits
from shared.kit.units import convert, plain, read_unit
from shared.vocabulary import Comparator, Metric, Symptom

__all__ = [
    "CLOCK_TOLERANCE",
    "MEASURES",
    "PANELS",
    "Accepted",
    "Found",
    "Measure",
    "Refused",
    "by_code",
    "canonical",
    "coded",
    "judge",
    "judge_count",
    "judge_pressures",
    "judge_symptoms",
    "known_symptoms",
    "label",
]

PULSE_PRESSURE = (Decimal(20), Decimal(110))  # [default] §1.1, mm[Hg]
LEAST_PULSE_PRESSURE = Decimal(5)  # §1.1: systolic must exceed diastolic by more than this

_NO_FLAGS: frozenset[str] = frozenset()
_SYMPTOMS = frozenset(str(each) for each in Symptom)
_LOWER = frozenset({Comparator.LESS, Comparator.LESS_OR_EQUAL})


@dataclass(frozen=True, slots=True)
class Accepted:
    """The value may be stored. ``unit`` is UCUM; ``flags`` ask for verification; ``notes`` say what was mapped.

    ``beside`` is what of the item is for a person all the same, such as a symptom nobody knows.
    """

    unit: str
    flags: frozenset[str] = _NO_FLAGS
    notes: tuple[str, ...] = ()
    beside: "Refused | None" = None


@dataclass(frozen=True, slots=True)
class Found:
    """The metric behind a LOINC code; ``mismatch`` when the code says mass and the unit moles, or the reverse."""

    metric: Metric
    mismatch: bool = False


_RANKS: Mapping[Metric, Mapping[str, int]] = {
    measure.metric: {
        word.lower(): rank for rank, words in enumerate(measure.scale, measure.first_rank) for word in words
    }
    for measure in MEASURES.values()
    if measure.scale
}


def by_code(loinc: str, unit: str | None = None) -> Found | None:
    """The metric measured by a LOINC code sent with ``unit``; None for a panel or a code that is no metric here."""
    row = BY_CODE.get(loinc)
    if row is None:
        return None
    metric, said = row
    if said is None or unit is None:
        return Found(metric)
    meant = read_unit(unit, metric)
    return Found(metric, mismatch=meant is not None and meant.code != said)


def coded(metric: Metric, *words: str | None) -> Decimal | None:
    """The rank of the first known word or code of a coded metric, to be sent in ``{rank}``: NYHA ``III`` is 3."""
    ranks = _RANKS.get(metric, {})
    for word in words:
        rank = ranks.get(word.strip().lower()) if word else None
        if rank is not None:
            return Decimal(rank)
    return None


def label(metric: Metric, value: Decimal) -> str | None:
    """The word for a rank of a coded metric, None for any other metric."""
    measure = MEASURES[metric]
    place = int(value) - measure.first_rank
    return measure.scale[place][0] if 0 <= place < len(measure.scale) else None


def canonical(metric: Metric, value: Decimal, unit: str) -> tuple[Decimal, str]:
    """The value in the unit of charts, and that unit. Rules never use it (L5)."""
    to = MEASURES[metric].canonical
    return convert(metric, value, unit, to), to


def judge(
    metric: Metric,
    value: Decimal,
    unit: str | None,
    comparator: Comparator | None = None,
    *,
    observed_at: datetime,
    now: datetime,
) -> Accepted | Refused:
    """Whether a value may be stored, in the order of domain §5.1: unit, comparator, time, hard limits, soft limits.

    Codes of refusal: ``unit.missing``, ``unit.unknown``, ``unit.not-allowed``, ``comparator.not-allowed``,
    ``value.not-a-rank``, ``time.naive``, ``time.future``, ``time.past``, ``value.implausible``.
    """
    meant = read_as(metric, unit)
    if isinstance(meant, Refused):
        return meant
    measure = MEASURES[metric]
    if comparator is not None and not measure.comparators:
        return Refused("comparator.not-allowed", f"{metric} has no LO or HI: send the value without a comparator.")
    refused = at_a_time(observed_at, now) or within_limits(metric, value, meant.code)
    if refused is not None:
        return refused
    flags = _flags(value, comparator, measure.ranges[meant.code])
    return _accepted(meant.code, flags, (meant.note,) if meant.note else ())


# The same few answers for nearly every reading.
_accepted = lru_cache(maxsize=1024)(Accepted)


def judge_symptoms(reported: object) -> Refused | None:
    """Whether the symptoms of a reading are words that rules ask about; None when they are.

    A person looks at others: behind a mistyped word may stand a red flag. Codes of refusal: ``symptom.not-a-list``,
    ``symptom.unknown``.
    """
    if not isinstance(reported, list):
        sentence = 'Symptoms are a list of words, such as {"symptoms": ["chest-pain"]}. Send it again as one.'
        return Refused("symptom.not-a-list", sentence, quarantine=True)
    unknown = sorted({str(each) for each in reported} - _SYMPTOMS)
    if not unknown:
        return None
    near = sorted({word for each in unknown for word in get_close_matches(each, _SYMPTOMS)})
    meant = f" Was one of these meant: {', '.join(near)}?" if near else ""
    named = ", ".join(unknown)
    sentence = f"No rule knows the symptom {named}.{meant} The documentation of the API lists those there are."
    return Refused("symptom.unknown", sentence, quarantine=True)


def known_symptoms(reported: object) -> frozenset[str]:
    """Of the symptoms of a reading those that rules ask about."""
    return frozenset(map(str, reported)) & _SYMPTOMS if isinstance(reported, list) else frozenset()


def judge_count(reported: Decimal, named: int) -> Refused | None:
    """Whether a report of symptoms names as many as it counts: what it counts and does not name no rule would see.

    Code of refusal: ``symptom.not-named``.
    """
    if reported <= named:
        return None
    sentence = (
        f"It counts {plain(reported)} and names {named}. Name each in the context, such as "
        '{"symptoms": ["chest-pain"]}, and send it again.'
    )
    return Refused("symptom.not-named", sentence, quarantine=True)


def judge_pressures(systolic: Decimal, diastolic: Decimal) -> Accepted | Refused:
    """Whether two pressures in mm[Hg] can be one measurement (§1.1); each is judged by itself as well."""
    pulse = systolic - diastolic
    if pulse <= LEAST_PULSE_PRESSURE:
        sentence = (
            f"Systolic {plain(systolic)} must exceed diastolic {plain(diastolic)} by more than "
            f"{LEAST_PULSE_PRESSURE} mm[Hg]. Check whether the two were swapped or mistyped."
        )
        return Refused("pressure.implausible", sentence, quarantine=True)
    low, high = PULSE_PRESSURE
    return Accepted("mm[Hg]", frozenset({"pulse-pressure"}) if pulse < low or pulse > high else _NO_FLAGS)


def _flags(value: Decimal, comparator: Comparator | None, limits: Range) -> frozenset[str]:
    if comparator is not None:
        return frozenset({"lo" if comparator in _LOWER else "hi"})
    low, high = limits.soft
    if low is not None and value < low:
        return frozenset({"verify-low"})
    if high is not None and value > high:
        return frozenset({"verify-high"})
    return _NO_FLAGS
