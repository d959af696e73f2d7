"""A plan against the needs as they stand: the difference, shown or applied."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.coordination.domain.clocks import Clock, ClockRule, next_due, start
from services.coordination.domain.need_kinds import HARD_STOP, KINDS
from services.coordination.domain.needs import OPEN, scope_of
from services.coordination.domain.reasons import (
    Reason,
    clocks_of,
    earliest_start_of,
    priority_of,
    with_clock,
    with_reason,
)
from services.coordination.domain.replanning import Decision, Standing, decide
from services.coordination.store import calendars, need_codec, needs
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases import need_batches, need_work
from services.coordination.usecases.discharge_facts import Told
from services.coordination.usecases.need_views import clock_view
from services.coordination.usecases.need_work import Asked, Note
from shared.contracts.coordination.pathways import NeedChangeRead
from shared.db.base import Session
from shared.kit.calendar import Calendar
from shared.vocabulary import ChangeKind, ClockKind, NeedAct, NeedKind, NeedState, SourceKind, WithdrawReason

W = WithdrawReason
_UNDONE = {W.DISCHARGE_CANCELLED, W.CORRECTED, W.TRANSFERRED, W.ENTERED_IN_ERROR}
"""What ended with one of these may be opened anew."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of the need of one kind and scope. ``clocks`` are those it has then."""

    kind: NeedKind
    row: NeedRow | None
    decision: Decision
    asked: tuple[Asked, ...]
    clocks: tuple[Clock, ...]


async def difference(
    tx: Session, patient: PatientRow, stay: StayRow, told: Told, asked: Sequence[Asked], *, now: datetime, lock: bool
) -> list[Step]:
    """What a plan's needs would change about those that stand; with ``lock`` they stay as they are until it is done."""
    rows = await _rows(tx, patient, stay, asked, lock=lock)
    wanted: dict[Key, list[Asked]] = {}
    for one in asked:
        wanted.setdefault((one.kind.value, scope_of(one.kind, one.stay_id)), []).append(one)
    steps = []
    for key in sorted({*wanted, *(key for key, row in rows.items() if _is_open(row))}):
        row, own = rows.get(key), tuple(wanted.get(key, ()))
        calendar = await calendars.calendar(tx, stay.time_zone if row is None else row.zone, of=patient.id)
        reasons = _reasons(row, own, rows, key, stay, told, calendar)
        decision = decide(reasons, _standing(row), str(stay.id), now)
        steps.append(Step(NeedKind(key[0]), row, decision, own, _clocks(row, decision, calendar)))
    return steps


async def apply(
    tx: Session, patient: PatientRow, stay: StayRow, steps: Sequence[Step], note: Note, code: WithdrawReason
) -> None:
    """Open, join, move and withdraw what the difference says; the rest is left alone."""
    calendar = await calendars.calendar(tx, stay.time_zone, of=patient.id)
    by = {kind: [step for step in steps if step.decision.kind is kind] for kind in ChangeKind}
    opening = [one for step in by[ChangeKind.OPENS] for one in step.asked]
    if opening:
        await need_work.open_or_join(tx, patient, opening, calendar, note)
    zones: dict[str, list[NeedRow]] = {}
    for step in (*by[ChangeKind.JOINS], *by[ChangeKind.MOVES]):
        assert step.row is not None
        step.row.reasons = need_codec.keep_reasons(step.decision.reasons)
        zones.setdefault(step.row.zone, []).append(step.row)
    for zone, rows in zones.items():
        await need_batches.settle(tx, rows, await calendars.calendar(tx, zone, of=patient.id), "replan", note)
    gone = [step.row for step in by[ChangeKind.WITHDRAWS] if step.row is not None]
    await need_batches.end(tx, gone, NeedAct.WITHDRAW, replace(note, code=code.value))


def view(step: Step, now: datetime) -> NeedChangeRead:
    """One line of a difference."""
    row, decision, facts = step.row, step.decision, KINDS[step.kind]
    first = step.asked[0] if step.asked else None
    gone = decision.kind is ChangeKind.WITHDRAWS
    return NeedChangeRead(
        kind=step.kind,
        title=facts.title,
        responsible=facts.responsible,
        change=decision.kind,
        because=decision.because,
        need_id=None if row is None else row.id,
        priority=priority_of(decision.reasons),
        due_before=None if row is None else row.due_at,
        due_after=None if gone else next_due(step.clocks),
        earliest_start=earliest_start_of(decision.reasons),
        owner=(row.owner if row is not None else None) or (first.owner if first else None),
        team=(row.team if row is not None else None) or (first.team if first else None),
        reasons=[reason.text for reason in decision.reasons if reason.withdrawn_at is None],
        clocks=[clock_view(clock, now) for clock in step.clocks],
    )


async def _rows(
    tx: Session, patient: PatientRow, stay: StayRow, asked: Iterable[Asked], *, lock: bool
) -> dict[Key, NeedRow]:
    kinds = sorted({one.kind for one in asked})
    own = await needs.from_stay(tx, patient.id, stay.id, lock=lock)
    others = await needs.open_of(tx, patient.id, kinds) if lock else await needs.peek_open(tx, patient.id)
    found: dict[Key, NeedRow] = {}
    for row in (*own, *(other for other in others if other.kind in kinds)):
        if _is_open(row) or ((row.kind, row.scope) not in found and row.closed_code not in _UNDONE):
            found[row.kind, row.scope] = row
    return found


def _reasons(
    row: NeedRow | None,
    own: Sequence[Asked],
    rows: dict[Key, NeedRow],
    key: Key,
    stay: StayRow,
    told: Told,
    calendar: Calendar,
) -> tuple[Reason, ...]:
    found: tuple[Reason, ...] = ()
    for one in own:
        found = with_reason(found, one.reason)
    if row is not None and _is_open(row):
        for kept in _by_hand(row, stay):
            if kept.identity not in {reason.identity for reason in found}:
                found = with_reason(found, _redated(kept, told, calendar))
    visit = rows.get((NeedKind.VISIT.value, key[1]))
    at = None if visit is None else (visit.done_at if visit.state == NeedState.MET else visit.scheduled_for)
    if key[0] == NeedKind.MED_RECONCILIATION and at is not None:
        # Medicines are reconciled no later than the visit that is booked or was made.
        found = with_clock(found, start(ClockRule(HARD_STOP, ClockKind.PROGRAMME, "D"), at, calendar))
    return found


def _by_hand(row: NeedRow, stay: StayRow) -> list[Reason]:
    """Reasons of the discharge that come from no pathway: facts do not decide about them."""
    return [
        reason
        for reason in need_codec.reasons_of(row)
        if reason.withdrawn_at is None
        and reason.pathway is None
        and (reason.source_kind, reason.source_id) == (SourceKind.STAY, str(stay.id))
    ]


def _redated(reason: Reason, told: Told, calendar: Calendar) -> Reason:
    clocks = tuple(start(clock.template, told.ended_at, calendar) for clock in reason.clocks)
    return replace(reason, clocks=clocks)


def _clocks(row: NeedRow | None, decision: Decision, calendar: Calendar) -> tuple[Clock, ...]:
    if row is None:
        return clocks_of(decision.reasons, (), (), calendar)
    if decision.kind in (ChangeKind.JOINS, ChangeKind.MOVES):
        return clocks_of(decision.reasons, need_codec.clocks_of(row), need_codec.pauses_of(row), calendar)
    return need_codec.clocks_of(row)


def _standing(row: NeedRow | None) -> Standing | None:
    if row is None:
        return None
    return Standing(need_codec.reasons_of(row), _is_open(row), row.touched, row.state)


def _is_open(row: NeedRow) -> bool:
    return NeedState(row.state) in OPEN
