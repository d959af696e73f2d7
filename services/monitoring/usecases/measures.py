"""Measures as of any instant: members are judged, figures are the lengths of their lists (L10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.domain import quality_measures as rules
from services.monitoring.domain.quality_measures import CATALOGUE, Definition, MeasureKey, Member, Person
from services.monitoring.domain.time_entries import Month
from services.monitoring.store import measures as store
from services.monitoring.store import practices
from services.monitoring.store.measures import Scope
from shared.contracts.monitoring.measures import MeasureList, MeasureMemberRead, MeasureRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.paging import after_id, encode_cursor
from shared.kit.problems import Problem
from shared.kit.zones import local_day

_YEAR_DIGITS, _UNSAID = 4, "UTC"
_SHOWN = 100
_DAY = timedelta(days=1)


class NobodyOfCaseManager(Problem):
    """A figure of nobody would read as nothing done."""

    code = "measures.case-manager-unknown"
    title = "No such case manager"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which period (a year or a month of the practice), as known when, and whose."""

    period: str
    as_of: datetime
    scope: Scope


@dataclass(frozen=True, slots=True)
class _Span:
    period: str
    zone: str
    start: datetime
    stop: datetime
    year: datetime


async def several(tx: Session, asked: Asked) -> list[MeasureRead]:
    """Every measure's figure; raises NobodyOfCaseManager."""
    await _check(tx, asked.scope)
    span = await _span(tx, asked)
    return [_figure(each, span, await _members(tx, each, span, asked.scope)) for each in CATALOGUE]


async def one(
    tx: Session, key: MeasureKey, asked: Asked, *, met: bool | None, limit: int, cursor: str | None
) -> MeasureList:
    """A figure with a page of its list, by id; ``met`` shows the numerator or the others only.

    Raises:
        NobodyOfCaseManager.
    """
    await _check(tx, asked.scope)
    span, measure = await _span(tx, asked), rules.definition(key)
    members = await _members(tx, measure, span, asked.scope)
    after = after_id(cursor)
    shown = [each for each in members if (met is None or each.met is met) and (after is None or each.about > after)]
    for each in shown[:limit]:
        audit.saw(tx, each.patient_id)
    return MeasureList(
        measure=_figure(measure, span, members),
        items=[MeasureMemberRead.model_validate(each) for each in shown[:limit]],
        next_cursor=encode_cursor(str(shown[limit - 1].about)) if len(shown) > limit else None,
    )


async def _check(tx: Session, scope: Scope) -> None:
    if scope.case_manager is None or await store.knows_case_manager(tx, scope.case_manager):
        return
    known = [*await store.case_managers(tx, _SHOWN)]
    listed = f"Known are: {', '.join(known)}." if known else "Nobody is followed by anybody yet."
    raise NobodyOfCaseManager(f"No enrollment has this case manager. {listed}", known=known)


def _figure(measure: Definition, span: _Span, members: Sequence[Member]) -> MeasureRead:
    numerator = sum(each.met for each in members)
    return MeasureRead(
        key=measure.key,
        title=measure.title,
        label=rules.LABEL,
        denominator_means=measure.denominator,
        numerator_means=measure.numerator,
        source=measure.source,
        lower_is_better=measure.lower_is_better,
        period=span.period,
        zone=span.zone,
        start=span.start,
        as_of=span.stop,
        denominator=len(members),
        numerator=numerator,
        rate=round(100 * numerator / len(members), 1) if members else None,
    )


async def _span(tx: Session, asked: Asked) -> _Span:
    zone = await practices.zone(tx, _UNSAID)
    year = int(asked.period[:_YEAR_DIGITS])
    january = Month(year, 1).bounds(zone)[0]
    if len(asked.period) == _YEAR_DIGITS:
        start, end = january, Month(year + 1, 1).bounds(zone)[0]
    else:
        start, end = Month(year, int(asked.period[_YEAR_DIGITS + 1 :])).bounds(zone)
    # Nothing that happened after as_of, and nothing after the period.
    return _Span(asked.period, zone, start, max(start, min(end, asked.as_of)), january)


async def _members(tx: Session, measure: Definition, span: _Span, scope: Scope) -> list[Member]:
    if measure.key is MeasureKey.ALERTS_IN_TIME:
        found = await _alerts(tx, span, scope)
    elif measure.key is MeasureKey.FIRST_READING:
        found = await _first_readings(tx, span, scope)
    else:
        found = await _patients(tx, measure, span, scope)
    return sorted(found, key=lambda member: member.about)


async def _patients(tx: Session, measure: Definition, span: _Span, scope: Scope) -> list[Member]:
    rows = await store.followed(tx, scope, measure.protocols, span.start, span.stop)
    circumstances: dict[UUID, set[str]] = {}
    for row in rows:
        circumstances.setdefault(row.patient_id, set()).update(row.circumstances)
    people = [Person(row.patient_id, row.birth_date, frozenset(circumstances[row.patient_id])) for row in rows]
    last_day = local_day(span.stop - timedelta(microseconds=1), span.zone)
    ids = [each.patient_id for each in rules.eligible(measure, people, last_day)]
    if measure.key is MeasureKey.DEVICE_DAYS_16:
        days = await store.device_days(tx, ids, span.stop - rules.DEVICE_PERIOD, span.stop)
        return [_member(who, days.get(who, 0) >= rules.DEVICE_DAYS, f"{days.get(who, 0)} d") for who in ids]
    if measure.key is MeasureKey.CBP:
        pressures = await store.pressures(tx, ids, span.year, span.stop)
        return [_pressed(who, pressures.get(who)) for who in ids]
    values = await store.glycaemia(tx, ids, span.year, span.stop)
    return [
        _member(who, rules.glycaemia_met(measure.key, found[0] if found else None), *_said(found, "%"))
        for who in ids
        for found in (values.get(who),)
    ]


def _pressed(who: UUID, found: tuple[object, object, datetime] | None) -> Member:
    if found is None:
        return _member(who, rules.pressure_met(None), None)
    systolic, diastolic, at = found
    return _member(who, rules.pressure_met((systolic, diastolic)), f"{systolic:f}/{diastolic:f} mm[Hg]", at)  # type: ignore[arg-type]


def _said(found: tuple[object, datetime] | None, unit: str) -> tuple[str | None, datetime | None]:
    return (None, None) if found is None else (f"{found[0]} {unit}", found[1])


def _member(who: UUID, met: bool, value: str | None, at: datetime | None = None) -> Member:
    return Member(about=who, patient_id=who, met=met, value=value, at=at)


async def _alerts(tx: Session, span: _Span, scope: Scope) -> list[Member]:
    found = []
    for row in await store.alerts(tx, scope, span.start, span.stop):
        # What was seen before the alert became worse, or opened again, does not answer it.
        acts = (row.acknowledged_at, row.settled_at)
        seen = min((at for at in acts if at is not None and at >= row.raised_at), default=None)
        met = rules.seen_in_time(row.ack_due_at, seen, span.stop)
        if met is not None:
            found.append(Member(row.id, row.patient_id, met, f"due {row.ack_due_at:%Y-%m-%dT%H:%M:%SZ}", seen))
    return found


async def _first_readings(tx: Session, span: _Span, scope: Scope) -> list[Member]:
    found = []
    for row in await store.activated(tx, scope, span.start, span.stop):
        first = row.first_reading_at if row.first_reading_at and row.first_reading_at <= span.stop else None
        took = None if first is None else max(timedelta(0), first - row.activated_at)
        value = None if took is None else f"{took / _DAY:.1f} d"
        found.append(Member(row.id, row.patient_id, took is not None and took <= rules.FIRST_READING, value, first))
    return found
