"""What followed a discharge, judged by each measure of the transition (clinical §4 TRC and FUH, §2.5 TCM)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
KEYS = _HOME_MEASURES | _FUH | {K.NOTIFIED, K.DISCHARGE_INFORMATION, K.ENGAGED, K.RECONCILED}


@dataclass(frozen=True, slots=True)
class Followed:
    """A finished stay with what was done after it, as known at the instant asked for. ``back_on``: the next stay."""

    stay: Stay
    ended_at: datetime
    recorded_at: datetime
    back_on: date | None = None
    talks: tuple[datetime, ...] = ()
    visits: tuple[datetime, ...] = ()
    reconciled: tuple[datetime, ...] = ()
    summaries: tuple[datetime, ...] = ()
    mental_health_visits: tuple[datetime, ...] = ()


def judge(key: K, each: Followed, calendar: Calendar) -> Member | None:
    """The stay under one measure; None when the measure does not speak of such stays."""
    stay, ended = each.stay, each.stay.discharged
    assert ended is not None
    if key in _FUH and not (stay.inpatient and stay.principally(MENTAL_ILLNESS)):
        return None
    if key not in _HOME_MEASURES and not stay.inpatient:
        return None
    why = _excluded(key, each, ended)
    if why is not None:
        return Member(stay.id, stay.patient_id, excluded=why.value)
    days = calendar.without_closures()
    opens, due = _window(key, each, ended, days)
    done = _done(key, each)
    found = min((at for at in done if opens <= days.day_of(at) <= due), default=None)
    if found is None and stay.today <= due:
        return Member(stay.id, stay.patient_id, excluded=Excluded.OPEN.value)
    return Member(stay.id, stay.patient_id, found is not None, value=f"by {due}", at=found)


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
    after = {
        K.VISIT_7: (1, SOON),
        K.VISIT_14: (1, LATER),
        K.DISCHARGE_INFORMATION: (0, _TWO_DAYS),
        K.ENGAGED: (1, WINDOW),
        K.RECONCILED: (0, WINDOW),
        K.FUH_7: (1, SOON),
        K.FUH_30: (1, WINDOW),
    }
    if key is K.CONTACT:
        return ended, days.add_business_days(ended, BUSINESS_DAYS)
    if key is K.NOTIFIED:
        return each.stay.admitted, each.stay.admitted + timedelta(days=_TWO_DAYS)
    if key is K.RECONCILED_BY_VISIT:
        later = [day for day in map(days.day_of, each.visits) if day > ended]
        return ended, min(later, default=ended + timedelta(days=LATER))
    first, last = after[key]
    return ended + timedelta(days=first), ended + timedelta(days=last)


def _done(key: K, each: Followed) -> Iterable[datetime]:
    if key is K.CONTACT:
        return (at for at in each.talks if at >= each.ended_at)
    if key is K.NOTIFIED:
        return (each.recorded_at,)
    if key is K.ENGAGED:
        return (*each.talks, *each.visits)
    if key in _FUH:
        return each.mental_health_visits
    if key in (K.VISIT_7, K.VISIT_14):
        return each.visits
    return each.summaries if key is K.DISCHARGE_INFORMATION else each.reconciled
