"""A need as the caller sees it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from services.coordination.domain.clocks import Clock
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.needs import AFTER, OPEN, lateness
from services.coordination.domain.reasons import Reason
from services.coordination.store import need_codec, patients
from services.coordination.store.needs import BreachRow, NeedHistoryRow, NeedRow
from services.coordination.usecases import allowed
from shared.contracts.coordination.clocks import ClockRead, PauseRead
from shared.contracts.coordination.needs import (
    BreachRead,
    Evidence,
    HistoryRead,
    Means,
    Money,
    NeedRead,
    ReasonRead,
    Source,
)
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import ClockKind, EvidenceKind, NeedAct, NeedKind, NeedState, Severity

_COPIED = (
    "id", "version", "patient_id", "kind", "scope", "state", "priority", "owner", "team", "due_at", "earliest_start",
    "scheduled_for", "closed_code", "closed_note", "done_at", "created_at", "updated_at",
)  # fmt: skip


async def view(tx: Session, row: NeedRow, *, actor: Actor, now: datetime) -> NeedRead:
    """A row as it stands at ``now``; noted for the audit."""
    return (await viewer(tx, [row], actor=actor, now=now))(row)


async def views(tx: Session, rows: Sequence[NeedRow], *, actor: Actor, now: datetime) -> list[NeedRead]:
    """Rows as they stand at ``now``; noted for the audit."""
    return [*map(await viewer(tx, rows, actor=actor, now=now), rows)]


async def viewer(tx: Session, rows: Iterable[NeedRow], *, actor: Actor, now: datetime) -> Callable[[NeedRow], NeedRead]:
    """How these rows are shown: whose patient has died is read once for all of them."""
    # A need that is open is not reopened, whoever has died.
    closed = {row.patient_id for row in rows if (NeedState(row.state), NeedAct.REOPEN) in AFTER}
    dead = await patients.who_died(tx, closed) if closed else frozenset()

    def shown(row: NeedRow) -> NeedRead:
        audit.saw(tx, row.patient_id, row.id)
        return NeedRead.model_validate(_fields(row, row.patient_id in dead, actor=actor, now=now))

    return shown


def _fields(row: NeedRow, died: bool, *, actor: Actor, now: datetime) -> dict[str, object]:
    kind, clocks = KINDS[NeedKind(row.kind)], need_codec.clocks_of(row)
    cost = None
    if row.cost_amount is not None:
        # Not judged again: any three letters were taken before.
        cost = Money.model_construct(amount=row.cost_amount, currency=row.cost_currency or "USD")
    return {
        **{name: getattr(row, name) for name in _COPIED},
        "title": kind.title,
        "responsible": kind.responsible,
        "reasons": [_reason(reason) for reason in need_codec.reasons_of(row)],
        "clocks": [clock_view(clock, now) for clock in clocks],
        "late": lateness(clocks, now) if NeedState(row.state) in OPEN else [],
        "means": None if row.means is None else Means.model_validate(row.means),
        "met_through": None if row.met_through is None else Means.model_validate(row.met_through),
        "evidence": [evidence_view(kept) for kept in row.evidence],
        "cost": cost,
        "acts": allowed.acts(actor, "needs", _acts(row, died)),
    }


def clock_view(clock: Clock, now: datetime) -> ClockRead:
    """A clock and how it stands at ``now``."""
    return ClockRead(
        key=clock.key,
        kind=clock.kind,
        rule=clock.rule,
        start_at=clock.start_at,
        opens_at=clock.opens_at,
        due_at=clock.due_at,
        due_on=clock.due_on,
        zone=clock.zone,
        calendar=clock.calendar,
        grace=clock.grace,
        pauses=[PauseRead(since=p.since, until=p.until, reason=p.reason) for p in clock.pauses],
        met_at=clock.met_at,
        met_how=clock.met_how,
        state=clock.state(now),
        on_call=clock.on_call,
        explanation=clock.explanation,
    )


def history_view(rows: Iterable[NeedHistoryRow]) -> list[HistoryRead]:
    """The history of a need."""
    return [HistoryRead.model_validate(row) for row in rows]


def breaches_view(rows: Iterable[BreachRow]) -> list[BreachRead]:
    """The breaches on record."""
    return [
        BreachRead(
            clock=row.clock,
            clock_kind=ClockKind(row.clock_kind),
            late=f"late-{row.clock_kind}",
            severity=Severity(row.severity),
            due_at=row.due_at,
            found_at=row.found_at,
        )
        for row in rows
    ]


def evidence_view(kept: dict[str, object]) -> Evidence:
    """One piece of evidence as a row keeps it."""
    source = kept.get("source")
    return Evidence(
        kind=EvidenceKind(str(kept["kind"])),
        source=None if source is None else Source.model_validate(source),
        note=None if kept.get("note") is None else str(kept["note"]),
    )


def _reason(reason: Reason) -> ReasonRead:
    return ReasonRead(
        source=Source(kind=reason.source_kind, id=reason.source_id),
        text=reason.text,
        pathway=reason.pathway,
        pathway_version=reason.pathway_version,
        citation=reason.citation,
        priority=reason.priority,
        recorded_at=reason.recorded_at,
        recorded_by=reason.recorded_by,
        withdrawn_at=reason.withdrawn_at,
    )


def _acts(row: NeedRow, died: bool) -> list[tuple[str, str | None]]:
    state, kind = NeedState(row.state), NeedKind(row.kind)
    moves = [(act.value, None if (state, act) in AFTER else f"the need is {state}") for act in NeedAct]
    if died:
        moves = [(act, "the patient has died" if act == NeedAct.REOPEN and why is None else why) for act, why in moves]
    closed = None if state in OPEN else f"the need is {state}"
    other = None if kind is NeedKind.TELEMONITORING else "only a telemonitoring need asks for an enrollment"
    screen = None if kind is NeedKind.SOCIAL_NEEDS else "only a social-needs screen takes answers"
    moves.append(("screen", closed or screen))
    return [*moves, ("assign", closed), ("pause", closed), ("resume", closed), ("enroll", closed or other)]
