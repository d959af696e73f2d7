"""What followed a discharge, judged by each measure of the transition (clinical §4 TRC and FUH, §2.5 TCM)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from services.coordination.domain.diagnoses import MENTAL_ILLNESS
from services.coordination.domain.outcomes import Member
from services.coordination.domain.outcomes import OutcomeKey as K
from services.coordination.domain.readmissions import WINDOW, Excluded, Stay
from services.coordination.domain.tcm import BUSINESS_DAYS, HOME, LATER, SOON
from shared.kit.calendar import Calendar
from shared.kit.zones import age_on
from shared.vocabulary import DischargeDisposition

ADULT, SCHOOL = 18, 6
_TWO_DAYS = 2
_HOME_MEASURES = frozenset({K.CONTACT, K.VISIT_7, K.VISIT_14, K.RECONCILED_BY_VISIT})
_FUH = frozenset({K.FUH_7, K.FUH_30})
# First and last day that count, from the discharge.
_AFTER = {
    K.VISIT_7: (1, SOON),
    K.VISIT_14: (1, LATER),
    K.DISCHARGE_INFORMATION: (0, _TWO_DAYS),
    K.ENGAGED: (1, WINDOW),
    K.RECONCILED: (0, WINDOW),
    K.FUH_7: (1, SOON),
    K.FUH_30: (1, WINDOW),
}
KEYS = _HOME_MEASURES | _FUH | {K.NOTIFIED, K.DISCHARGE_INFORMATION, K.ENGAGED, K.RECONCILED}


class Done(NamedTuple):
    """When something was done, and on which local day."""

    at: datetime
    day: date


class Followed(NamedTuple):
    """A finished stay with what was done after it, as known at the instant asked for. ``back_on``: the next stay."""

    stay: Stay
    recorded: Done
    back_on: date | None = None
    talks: Sequence[Done] = ()
    visits: Sequence[Done] = ()
    reconciled: Sequence[Done] = ()
    summaries: Sequence[Done] = ()
    mental_health_visits: Sequence[Done] = ()


def next_day(ended: date, later: Iterable[date]) -> date | None:
    """The day on which the next inpatient stay began, on or after the end of one; ``later`` began after it."""
    return next((day for day in later if day >= ended), None)


def judge(key: K, each: Followed, days: Calendar, period: date) -> Member | None:
    """The stay under one measure; None when the measure does not speak of such stays.

    ``days`` are those of the site that cares for the patient, else of the hospital's zone; without closures.
    ``period``: the day that decides to which period the discharge belongs.
    """
    stay, ended = each.stay, each.stay.discharged
    assert ended is not None
    if key in _FUH and not (stay.inpatient and stay.principally(MENTAL_ILLNESS)):
        return None
    if key not in _HOME_MEASURES and not stay.inpatient:
        return None
    why = _excluded(key, each, ended)
    if why is not None:
        return Member(stay.id, stay.patient_id, excluded=why.value, day=period)
    opens, due = _window(key, each, ended, days)
    found = min((done.at for done in _done(key, each) if opens <= done.day <= due), default=None)
    if found is None and stay.today <= due:
        return Member(stay.id, stay.patient_id, excluded=Excluded.OPEN.value, day=period, until=days.end_of(due))
    return Member(stay.id, stay.patient_id, found is not None, value=f"by {due}", at=found, day=period)


def _excluded(key: K, each: Followed, ended: date) -> Excluded | None:
    stay = each.stay
    if stay.disposition == DischargeDisposition.EXPIRED:
        return Excluded.DIED
    if key in _HOME_MEASURES:
        return None if stay.disposition in HOME else Excluded.NOT_HOME
    if age_on(stay.born, ended) < (SCHOOL if key in _FUH else ADULT):
        return Excluded.YOUNG
    if stay.disposition == DischargeDisposition.HOSPICE:
        return Excluded.HOSPICE
    soon = each.back_on is not None and (each.back_on - ended).days <= WINDOW
    return Excluded.BACK if soon else None


def _window(key: K, each: Followed, ended: date, days: Calendar) -> tuple[date, date]:
    """First and last local day that count."""
    if key is K.CONTACT:
        return ended, _business_days_after(days, ended)
    if key is K.NOTIFIED:
        return each.stay.admitted, each.stay.admitted + timedelta(days=_TWO_DAYS)
    if key is K.RECONCILED_BY_VISIT:
        later = [visit.day for visit in each.visits if visit.day > ended]
        return ended, min(later, default=ended + timedelta(days=LATER))
    first, last = _AFTER[key]
    return ended + timedelta(days=first), ended + timedelta(days=last)


@lru_cache(maxsize=4_096)
def _business_days_after(days: Calendar, ended: date) -> date:
    return days.add_business_days(ended, BUSINESS_DAYS)


def _done(key: K, each: Followed) -> Iterable[Done]:
    if key is K.CONTACT:
        return each.talks
    if key is K.NOTIFIED:
        return (each.recorded,)
    if key is K.ENGAGED:
        return (*each.talks, *each.visits)
    if key in _FUH:
        return each.mental_health_visits
    if key in (K.VISIT_7, K.VISIT_14):
        return each.visits
    return each.summaries if key is K.DISCHARGE_INFORMATION else each.reconciled
