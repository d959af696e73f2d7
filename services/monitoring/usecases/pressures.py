"""Two halves of one blood pressure that come at different times are judged together, like two that come at once."""

from collections.abc import Sequence

from services.monitoring.domain.metrics import Accepted, Refused, judge_pressures
from services.monitoring.domain.readings import Reading
from services.monitoring.store import readings
from services.monitoring.store.readings import Place, Stored
from services.monitoring.usecases import judging
from services.monitoring.usecases.judging import Sent, SetAside
from shared.db.base import Session
from shared.vocabulary import Metric, ReadingStatus

_OTHER = {Metric.BP_SYSTOLIC: Metric.BP_DIASTOLIC, Metric.BP_DIASTOLIC: Metric.BP_SYSTOLIC}
_CORRECT_FIRST = " The other half is stored already: where that one is wrong, correct it first."


async def sort_out(tx: Session, sent: list[Sent]) -> tuple[list[Sent], list[SetAside]]:
    """Items that fit the stored half of their measurement, flagged where the two are far apart, and the others.

    Asks the database only where a half comes without the other.
    """
    places = {each.place for each in sent if each.reading.metric in _OTHER}
    halves = {place: half for place in places if (half := _other(place)) not in places}
    if not halves:
        return sent, []
    stored = await readings.at(tx, sorted(halves.values()))
    if not stored:
        return sent, []
    kept: list[Sent] = []
    aside: list[SetAside] = []
    for each in sent:
        other = stored.get(halves[each.place]) if each.place in halves else None
        verdict = _verdict(each.reading, other)
        if isinstance(verdict, Refused):
            aside.append(judging.refused(each.index, each.body, each.patient_id, verdict))
        else:
            kept.append(judging.flagged(each, verdict) if verdict is not None and verdict.flags else each)
    return kept, aside


def _other(place: Place) -> Place:
    return place._replace(metric=_OTHER[Metric(place.metric)].value)


def _verdict(reading: Reading, other: Stored | None) -> Accepted | Refused | None:
    if other is None or other.status == ReadingStatus.ENTERED_IN_ERROR:
        return None
    systolic = reading.metric is Metric.BP_SYSTOLIC
    both: Sequence[Stored | Reading] = (reading, other) if systolic else (other, reading)
    verdict = judge_pressures(both[0].value, both[1].value)
    if isinstance(verdict, Refused):
        return Refused(verdict.code, verdict.sentence + _CORRECT_FIRST, verdict.quarantine)
    return verdict
