"""The steps every change of a need takes: join or open, settle its clocks, note the act, keep the worklist right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.coordination.domain.clocks import next_due
from services.coordination.domain.needs import AFTER, OPEN, ActNotAllowed, after, scope_of
from services.coordination.domain.reasons import Reason, clocks_of, earliest_start_of, priority_of, with_reason
from services.coordination.store import need_codec, need_obligations, needs
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from shared.db.base import Session, organization
from shared.kit.calendar import Calendar
from shared.kit.ids import new_id
from shared.kit.problems import check_version
from shared.vocabulary import NeedAct, NeedKind, NeedState

IDENTIFY, JOIN = "identify", "join"


@dataclass(frozen=True, slots=True)
class Asked:
    """A need somebody asks for, with the reason."""

    kind: NeedKind
    stay_id: str | None
    reason: Reason
    owner: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What is written down about an act. ``done_at`` is when it was done, not when it was recorded."""

    by: str
    now: datetime
    done_at: datetime | None = None
    code: str | None = None
    text: str | None = None


async def open_or_join(
    tx: Session, patient: PatientRow, asked: Iterable[Asked], calendar: Calendar, note: Note
) -> list[NeedRow]:
    """Needs for what is asked, each joined to the open one of its kind and scope; the patient is locked by the caller.

    Any order, twice, overlapping: the same needs.
    """
    wanted = list(asked)
    known = {
        (row.kind, row.scope): row for row in await needs.open_of(tx, patient.id, sorted({a.kind for a in wanted}))
    }
    opened: dict[tuple[str, str], NeedRow] = {}
    joined: dict[tuple[str, str], NeedRow] = {}
    for one in wanted:
        key = (one.kind.value, scope_of(one.kind, one.stay_id))
        row = known.get(key)
        if row is None:
            row = known[key] = opened[key] = _new(tx, patient, key, one, note)
        elif key not in opened:
            joined[key] = row
        row.reasons = need_codec.keep_reasons(with_reason(need_codec.reasons_of(row), one.reason))
        row.owner, row.team = row.owner or one.owner, row.team or one.team
    changed = [*opened.values(), *joined.values()]
    for row in changed:
        settle(row, calendar, note.now)
    for row in joined.values():
        row.version, row.updated_at = row.version + 1, note.now
    tx.add_all(opened.values())
    await tx.flush()
    entries = [(row, IDENTIFY, None) for row in opened.values()] + [(r, JOIN, r.state) for r in joined.values()]
    await needs.add_history(tx, [entry(row, act, before, note) for row, act, before in entries])
    await need_obligations.put(tx, changed, note.now)
    return changed


def settle(row: NeedRow, calendar: Calendar, now: datetime) -> None:
    """Make clocks, priority and due instants of a row what its reasons and pauses say at ``now``."""
    reasons = need_codec.reasons_of(row)
    clocks = clocks_of(reasons, need_codec.clocks_of(row), need_codec.pauses_of(row), calendar)
    row.clocks = need_codec.keep_clocks(clocks)
    row.priority = priority_of(reasons)
    row.earliest_start = earliest_start_of(reasons)
    run_again(row, now)


def run_again(row: NeedRow, now: datetime) -> None:
    """What is due after clocks moved: one whose limit lies ahead again is watched anew; its breach stays on record."""
    limits = {clock.key: clock.limit for clock in need_codec.clocks_of(row)}
    row.breached = [key for key in row.breached if (limit := limits.get(key)) is None or limit < now]
    set_due(row)


def set_due(row: NeedRow) -> None:
    """The due instants that follow from the clocks."""
    clocks = need_codec.clocks_of(row)
    running = [c.limit for c in clocks if c.met_at is None and c.limit is not None and c.key not in row.breached]
    row.due_at = next_due(clocks)
    row.next_breach_at = min(running, default=None)


def stop_clocks(row: NeedRow, keys: Iterable[str] | None, done_at: datetime, how: str) -> None:
    """Stop some clocks, or all of them."""
    wanted = None if keys is None else set(keys)
    clocks = need_codec.clocks_of(row)
    row.clocks = need_codec.keep_clocks(c.met(done_at, how) if wanted is None or c.key in wanted else c for c in clocks)
    set_due(row)


def check_open(state: NeedState) -> None:
    """Raises:
    ActNotAllowed: the need is closed.
    """
    if state not in OPEN:
        raise ActNotAllowed(f"The need is {state}. Reopen it first, or open a new one.")


async def opened(tx: Session, need_id: UUID, version: int | None) -> NeedRow:
    """An open need, locked and of the version the caller has seen.

    Raises:
        NotFound, Stale.
        ActNotAllowed: the need is closed.
    """
    row = await needs.get_for_update(tx, need_id)
    check_version(row.version, version)
    check_open(NeedState(row.state))
    return row


def fits(state: NeedState, act: NeedAct) -> bool:
    """Whether the table has a row for an act in a state."""
    return (state, act) in AFTER


async def follow(tx: Session, row: NeedRow, now: datetime) -> None:
    """Bring the worklist up to date after a fact about another need set a clock of this one."""
    row.version, row.updated_at = row.version + 1, now
    await tx.flush()
    await need_obligations.put(tx, [row], now)


async def act(tx: Session, row: NeedRow, what: NeedAct, note: Note) -> None:
    """Do an act: the state moves by the table, the history grows, the worklist follows.

    Raises:
        ActNotAllowed: the need's state has no such act.
    """
    before = row.state
    row.state = after(NeedState(before), what)
    is_open = NeedState(row.state) in OPEN
    row.closed_at = None if is_open else note.now
    row.done_at = None if is_open else note.done_at or note.now
    row.closed_code, row.closed_note = (None, None) if is_open else (note.code, note.text)
    await noted(tx, row, what.value, before, note)


async def noted(tx: Session, row: NeedRow, what: str, before: str | None, note: Note) -> None:
    """Write an act down and bring the worklist up to date."""
    row.touched = True
    row.version, row.updated_at = row.version + 1, note.now
    await tx.flush()
    await needs.add_history(tx, [entry(row, what, before, note)])
    if NeedState(row.state) in OPEN:
        await need_obligations.put(tx, [row], note.now)
    else:
        await need_obligations.close(tx, [row], note.now)


def entry(row: NeedRow, what: str, before: str | None, note: Note) -> dict[str, Any]:
    """A line of a need's history."""
    return {
        "id": new_id(),
        "organization_id": row.organization_id,
        "need_id": row.id,
        "act": what,
        "from_state": before,
        "to_state": row.state,
        "code": note.code,
        "note": note.text,
        "done_at": note.done_at or note.now,
        "recorded_at": note.now,
        "by": note.by,
    }


def add_evidence(row: NeedRow, kept: dict[str, Any]) -> None:
    """Keep a piece of evidence with the need."""
    row.evidence = [*row.evidence, kept]


def _new(tx: Session, patient: PatientRow, key: tuple[str, str], one: Asked, note: Note) -> NeedRow:
    kind, scope = key
    return NeedRow(
        id=new_id(), organization_id=organization(tx), version=1, created_at=note.now, updated_at=note.now,
        patient_id=patient.id, kind=kind, scope=scope, state=NeedState.IDENTIFIED.value, priority="routine",
        owner=one.owner, team=one.team, zone=_zone(one, patient), reasons=[], clocks=[], pauses=[], breached=[],
        due_at=None, next_breach_at=None, earliest_start=None, scheduled_for=None, means=None, evidence=[],
        met_through=None, cost_amount=None, cost_currency=None, closed_code=None, closed_note=None,
        done_at=None, closed_at=None, touched=False,
    )  # fmt: skip


def _zone(one: Asked, patient: PatientRow) -> str:
    return one.reason.clocks[0].zone if one.reason.clocks else patient.time_zone
