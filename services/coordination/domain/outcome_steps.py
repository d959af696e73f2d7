"""Verdicts over time: what a measure says of a member changes at instants that are known beforehand.

A verdict as of an instant changes when something was recorded, begins or ends, or when a window closes. Asking
``outcome_members`` once for each such instant gives steps from which the verdict as of any instant is read.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from heapq import heapify, heappop, heappush
from typing import NamedTuple, TypeVar
from uuid import UUID

from services.coordination.domain import outcome_members as judge
from services.coordination.domain.follow_up import KEYS
from services.coordination.domain.outcome_members import Judgement
from services.coordination.domain.outcome_records import REACH, Records, StayRecord
from services.coordination.domain.outcomes import CATALOGUE, Member
from services.coordination.domain.outcomes import OutcomeKey as K
from services.coordination.domain.readmissions import Excluded
from shared.vocabulary import NeedState, ReferralState

_INSTANT = timedelta(microseconds=1)
MET, NOT_MET, SILENT = "+", "-", "."
# A letter once used keeps its meaning: rows that are kept hold it.
EXCLUDED: dict[str, str] = {
    Excluded.ONE_STAY: "a", Excluded.SAME_DAY: "b", Excluded.DIED: "c", Excluded.PREGNANCY: "d",
    Excluded.PERINATAL: "e", Excluded.HOSPICE: "f", Excluded.OBSERVATION: "g", Excluded.TRANSFERRED: "h",
    Excluded.AGAINST_ADVICE: "i", Excluded.PSYCHIATRIC: "j", Excluded.REHABILITATION: "k", Excluded.CANCER: "l",
    Excluded.YOUNG: "m", Excluded.NOT_HOME: "n", Excluded.BACK: "o", Excluded.OPEN: "p",
    NeedState.WITHDRAWN: "q", NeedState.WAIVED: "r", "clock-still-running": "s",
    ReferralState.CANCELLED: "t", ReferralState.PATIENT_DECLINED: "u",
}  # fmt: skip
WHY = {letter: str(code) for code, letter in EXCLUDED.items()}
DISCHARGE, READMISSION = "discharge", "readmission"
_FAMILY_OF: dict[K, str] = dict.fromkeys(KEYS, DISCHARGE) | dict.fromkeys(
    (K.READMITTED_PCR, K.READMITTED_HWR), READMISSION
)
# The measures whose verdicts of one thing stand in one row, a letter each in this order.
FAMILIES: dict[str, tuple[K, ...]] = {
    family: tuple(each.key for each in CATALOGUE if _FAMILY_OF.get(each.key, each.key.value) == family)
    for family in (DISCHARGE, READMISSION, *(each.key.value for each in CATALOGUE if each.key not in _FAMILY_OF))
}
PLACE = {key: (family, place) for family, keys in FAMILIES.items() for place, key in enumerate(keys)}


class Step(NamedTuple):
    """What holds from an instant on: a letter for each measure of the family, and what decides about the period."""

    since: datetime
    letters: str
    day: date
    group: str | None
    amount: Decimal | None


@dataclass(slots=True)
class Track:
    """The steps of one thing (``about``), in order."""

    family: str
    about: UUID
    patient_id: UUID
    work_id: UUID
    steps: list[Step] = field(default_factory=list)


def letter(member: Member) -> str:
    """The verdict in one letter."""
    if member.excluded is not None:
        return EXCLUDED[member.excluded]
    return MET if member.met else NOT_MET


def tracks(records: Records) -> Iterator[Track]:
    """Everything that any measure judges among a patient's records, over all time."""
    for stays in records.apart():
        yield from _over(_whole(judge.of_stays, stays), {turn for stay in stays for turn in stay.turns()})
        for stay in stays:
            yield from _over(_discharge(records, stays, stay), _moments(records, stays, stay))
    for need in records.needs:
        yield from _over(_whole(judge.of_need, need), {need.created_at, *(each.recorded_at for each in need.entries)})
    for referral in records.referrals:
        yield from _over(_whole(judge.of_referral, referral), {recorded_at for _, recorded_at in referral.acts})
    for choice in records.choices:
        yield from _over(_whole(judge.of_choice, choice), {choice.chosen_at})


Judge = Callable[[datetime, Collection[K] | None], Iterable[Judgement]]
"""Judges as of an instant, under some measures or under all that there are."""
Thing = TypeVar("Thing")


def _whole(rule: Callable[[Thing, datetime], Iterable[Judgement]], thing: Thing) -> Judge:
    return lambda instant, _: rule(thing, instant)


def _discharge(records: Records, stays: Sequence[StayRecord], stay: StayRecord) -> Judge:
    return lambda instant, keys: judge.of_discharge(records, stays, stay, instant, KEYS if keys is None else keys)


def _moments(records: Records, stays: Iterable[StayRecord], stay: StayRecord) -> set[datetime]:
    """When something is recorded or begins that may change what is said of a discharge."""
    over = [each for each in stay.versions if each.over_from is not None]
    if not over:
        return set()
    ends = [each.ended_at for each in over if each.ended_at is not None]
    found = {turn for each in stays for turn in each.turns()}
    found.update(talk.recorded_at for talk in records.talks if any(end <= talk.at < end + REACH for end in ends))
    found.update(each.recorded_at for need in records.after(stay.id) for each in need.entries)
    first = min(each.over_from for each in over if each.over_from is not None)
    return {instant for instant in found if instant >= first}


def _over(judged: Judge, moments: set[datetime]) -> Iterable[Track]:
    """Judge all at every moment, and when a window closes what waited for that."""
    found: dict[tuple[str, UUID], Track] = {}
    waiting: dict[datetime, set[K]] = {}
    coming = [*moments]
    heapify(coming)
    while coming:
        instant = heappop(coming)
        while coming and coming[0] == instant:
            heappop(coming)
        only = None if instant in moments else waiting[instant]
        verdicts: dict[tuple[str, UUID], dict[K, Judgement]] = defaultdict(dict)
        for each in judged(instant, only):
            verdicts[PLACE[each.key][0], each.member.about][each.key] = each
            if each.member.until is not None:
                turn = each.member.until + _INSTANT
                waiting.setdefault(turn, set()).add(each.key)
                heappush(coming, turn)
        _follow(found, instant, verdicts, only)
    return found.values()


def _follow(
    found: dict[tuple[str, UUID], Track],
    instant: datetime,
    verdicts: Mapping[tuple[str, UUID], Mapping[K, Judgement]],
    only: Collection[K] | None,
) -> None:
    for place, said in verdicts.items():
        first = next(iter(said.values()))
        if place not in found:
            found[place] = Track(*place, first.member.patient_id, first.work)
        _add(found[place], _step(instant, place[0], said, found[place] if only is not None else None))
    if only is None:
        for place in found.keys() - verdicts.keys():
            last = found[place].steps[-1]
            _add(found[place], Step(instant, SILENT * len(last.letters), last.day, None, None))


def _step(instant: datetime, family: str, said: Mapping[K, Judgement], before: Track | None) -> Step:
    """What holds from now on; where only some measures were asked, the others say what they said."""
    letters = list(before.steps[-1].letters) if before is not None else [SILENT] * len(FAMILIES[family])
    for key, each in said.items():
        letters[PLACE[key][1]] = letter(each.member)
    last = each.member
    assert last.day is not None
    return Step(instant, "".join(letters), last.day, last.group, last.amount)


def _add(track: Track, step: Step) -> None:
    if not track.steps or track.steps[-1][1:] != step[1:]:
        track.steps.append(step)
