"""Measures of outcomes as of any instant: members are judged, figures are the lengths of their lists (L10)."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from services.coordination.domain import follow_up, readmissions, work_outcomes
from services.coordination.domain.choices import median
from services.coordination.domain.follow_up import Done, Followed
from services.coordination.domain.outcomes import CATALOGUE, DEFINITIONS, LABEL, Member
from services.coordination.domain.outcomes import OutcomeKey as K
from services.coordination.domain.readmissions import Judged, Stay
from services.coordination.domain.work_outcomes import Act, Choice, Need
from services.coordination.store import calendars
from services.coordination.store import measures as store
from services.coordination.store.measures import Scope, Span
from shared.contracts.coordination.measures import AmountRead, OutcomeList, OutcomeMemberRead, OutcomeRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.calendar import Calendar
from shared.kit.paging import after_id, encode_cursor
from shared.vocabulary import NeedKind

_CENT = Decimal("0.01")
_OF_STAY = len(Stay._fields)
_FOLLOWED: dict[str, str] = {
    NeedKind.VISIT: "visits",
    NeedKind.MED_RECONCILIATION: "reconciled",
    NeedKind.DISCHARGE_SUMMARY: "summaries",
    NeedKind.MENTAL_HEALTH_VISIT: "mental_health_visits",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Which part of the list: the numerator, the others of the denominator, or what was excluded; None shows all."""

    met: bool | None
    excluded: bool | None
    limit: int
    cursor: str | None


async def several(tx: Session, span: Span, scope: Scope) -> list[OutcomeRead]:
    """Every measure's figure; what several of them judge is read once."""
    sources = _Sources(tx, span, scope)
    return [figure(each.key, span, await sources.members(each.key)) for each in CATALOGUE]


async def one(tx: Session, key: K, span: Span, scope: Scope, shown: Shown) -> OutcomeList:
    """A figure with a page of its list, by id."""
    members = await _Sources(tx, span, scope).members(key)
    after = after_id(shown.cursor)
    fitting = sorted((each for each in members if _fits(each, shown, after)), key=lambda member: member.about)
    page = fitting[: shown.limit]
    for each in page:
        audit.saw(tx, each.patient_id)
    return OutcomeList(
        measure=figure(key, span, members),
        items=[OutcomeMemberRead.model_validate(each) for each in page],
        next_cursor=encode_cursor(str(page[-1].about)) if len(fitting) > shown.limit else None,
    )


def _fits(member: Member, shown: Shown, after: UUID | None) -> bool:
    if after is not None and member.about <= after:
        return False
    if shown.met is not None and (member.excluded is not None or member.met is not shown.met):
        return False
    return shown.excluded is None or (member.excluded is not None) is shown.excluded


def figure(key: K, span: Span, members: Sequence[Member]) -> OutcomeRead:
    """The figure of a list."""
    definition = DEFINITIONS[key]
    counted = [each for each in members if each.excluded is None]
    numerator = sum(each.met for each in counted)
    return OutcomeRead(
        key=key,
        title=definition.title,
        label=LABEL,
        denominator_means=definition.denominator,
        numerator_means=definition.numerator,
        excluded_means=definition.excluded,
        source=definition.source,
        lower_is_better=definition.lower_is_better,
        amount_means=definition.amount,
        first_day=span.first,
        last_day=span.last,
        as_of=span.as_of,
        denominator=len(counted),
        numerator=numerator,
        rate=round(100 * numerator / len(counted), 1) if counted else None,
        excluded=dict(sorted(Counter(each.excluded for each in members if each.excluded is not None).items())),
        amounts=_amounts(counted),
    )


def _amounts(members: Iterable[Member]) -> list[AmountRead]:
    groups: dict[str, list[Decimal]] = defaultdict(list)
    for each in members:
        if each.amount is not None:
            groups[each.group or "not told"].append(each.amount)
    return [
        AmountRead(
            group=group,
            known=len(found),
            total=sum(found, Decimal(0)),
            mean=(sum(found, Decimal(0)) / len(found)).quantize(_CENT, ROUND_HALF_UP),
            median=median(found) or Decimal(0),
        )
        for group, found in sorted(groups.items())
    ]


class _Sources:
    """What is read for measures, once each."""

    def __init__(self, tx: Session, span: Span, scope: Scope) -> None:
        self._tx, self._span, self._scope = tx, span, scope
        self._kept: dict[Any, Any] = {}

    async def members(self, key: K) -> list[Member]:
        """Everybody a measure judges."""
        first, last = self._span.first, self._span.last
        if key in follow_up.KEYS:
            return await self._after_discharge(key)
        if key in (K.READMITTED_PCR, K.READMITTED_HWR):
            return await self._readmitted(key)
        if key is K.SAVED:
            rows = await store.choices(self._tx, self._span, self._scope)
            return [work_outcomes.saved(Choice(*row)) for row in rows]
        if key in (K.LOOP_CLOSED, K.STAGE_DAYS):
            acts = [Act(*row) for row in await self._read(store.acts)]
            judge = work_outcomes.loops if key is K.LOOP_CLOSED else work_outcomes.stages
            return judge(acts, first, last)
        needs = (Need(*row) for row in await self._read(store.needs))
        if key is K.NEED_COST:
            found = (work_outcomes.cost(need, first, last) for need in needs)
        else:
            found = (work_outcomes.on_time(need, first, last, self._span.as_of) for need in needs)
        return [member for member in found if member is not None]

    async def _read(self, read: Callable[[Session, Span, Scope], Awaitable[Any]]) -> Any:
        if read not in self._kept:
            self._kept[read] = await read(self._tx, self._span, self._scope)
        return self._kept[read]

    async def _readmitted(self, key: K) -> list[Member]:
        rules = readmissions.pcr if key is K.READMITTED_PCR else readmissions.hwr
        rows = await self._read(store.stays)
        only = await self._read(store.stays_of_work)
        return [
            _judged(each)
            for _, group in groupby(rows, key=lambda row: row[1])
            for each in rules([Stay(*row[:_OF_STAY]) for row in group])
            if self._asked(each.stay, only)
        ]

    def _asked(self, stay: Stay, only: set[Any] | None) -> bool:
        within = stay.discharged is not None and self._span.first <= stay.discharged <= self._span.last
        return within and (only is None or stay.id in only)

    async def _after_discharge(self, key: K) -> list[Member]:
        if "followed" not in self._kept:
            self._kept["followed"] = await self._followed()
        found = (follow_up.judge(key, each, calendar) for each, calendar in self._kept["followed"])
        return [member for member in found if member is not None]

    async def _followed(self) -> list[tuple[Followed, Calendar]]:
        only = await self._read(store.stays_of_work)
        rows = [(Stay(*row[:_OF_STAY]), Done(*row[_OF_STAY:-1]), row[-1]) for row in await self._read(store.stays)]
        back = _next_days([row[0] for row in rows])
        done = await self._done()
        days = {
            zone: (await calendars.calendar(self._tx, zone)).without_closures() for zone in {row[2] for row in rows}
        }
        return [
            (Followed(stay, recorded, back.get(stay.id), **done.get(stay.id, {})), days[zone])
            for stay, recorded, zone in rows
            if self._asked(stay, only)
        ]

    async def _done(self) -> dict[UUID, dict[str, list[Done]]]:
        """By stay what was done after it, under the name of the field that says so."""
        found: dict[UUID, dict[str, list[Done]]] = defaultdict(lambda: defaultdict(list))
        for stay_id, kind, at, day in await store.met_needs(self._tx, self._span, list(_FOLLOWED)):
            found[stay_id][_FOLLOWED[kind]].append(Done(at, day))
        for stay_id, at, day in await store.talks(self._tx, self._span):
            found[stay_id]["talks"].append(Done(at, day))
        return found


def _next_days(stays: Iterable[Stay]) -> dict[UUID, Any]:
    """By stay the day on which the next inpatient one of the patient began, on or after its end."""
    found = {}
    for _, group in groupby(stays, key=lambda stay: stay.patient_id):
        of_one = list(group)
        for number, stay in enumerate(of_one):
            if stay.discharged is not None:
                later = (
                    one.admitted for one in of_one[number + 1 :] if one.inpatient and one.admitted >= stay.discharged
                )
                day = next(later, None)
                if day is not None:
                    found[stay.id] = day
    return found


def _judged(each: Judged) -> Member:
    excluded = None if each.excluded is None else each.excluded.value
    value = None if each.after is None else f"next stay on day {each.after}"
    return Member(each.stay.id, each.stay.patient_id, each.met, excluded, value)
