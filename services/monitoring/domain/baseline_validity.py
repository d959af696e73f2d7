"""How long a baseline holds (clinical §1.4): a personal best expires; a dry weight is only asked about again."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.kit.months import months_after
from shared.kit.zones import age_on
from shared.vocabulary import Metric

_ADULT = 18


@dataclass(frozen=True, slots=True)
class Validity:
    """Until when a baseline is used, and why only until then; ``review_at``: still used, but to be confirmed."""

    expires_at: datetime | None = None
    reason: str | None = None
    review_at: datetime | None = None


def validity(metric: Metric, set_at: datetime, *, born: date, on: date) -> Validity:
    """How long a baseline set at an aware instant holds; ``on`` is the patient's day of it.

    A personal best: a year, in children six months [default, §1.4]. A dry weight is looked at again after six months
    and used until replaced: a comparison with an old one errs towards a call, none at all towards silence [default].
    An SpO2 baseline: a year [default].
    """
    if metric is Metric.PEF_BEST:
        if age_on(born, on) < _ADULT:
            return Validity(months_after(set_at, 6), "six months, as the patient is a child")
        return Validity(months_after(set_at, 12), "a year")
    if metric is Metric.SPO2:
        return Validity(months_after(set_at, 12), "a year")
    if metric is Metric.DRY_WEIGHT:
        return Validity(review_at=months_after(set_at, 6))
    return Validity()
