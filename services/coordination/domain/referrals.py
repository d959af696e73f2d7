"""What may happen to a referral, read from the table: its moves, their refusals, its clock, its evidence (§5.1)."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from services.coordination.domain import referral_rules as rule
from services.coordination.domain.referral_clocks import (
    CONFIRM_CANCEL,
    CONFIRM_RETURN,
    DECISION,
    ELSEWHERE,
    TELL,
    StageClock,
)
from services.coordination.domain.referral_rules import Facts, Mark, Move, Party
from services.coordination.domain.referral_table import SYSTEM, TABLE, Stage
from shared.vocabulary import EvidenceKind, Role
from shared.vocabulary import ReferralAct as Act
from shared.vocabulary import ReferralState as State

STAGES: Mapping[State, Stage] = {stage.state: stage for stage in TABLE}
MOVES: Mapping[tuple[State, Act], Move] = {(stage.state, way.act): way for stage in TABLE for way in stage.moves}
SHOWN: Mapping[Act, tuple[EvidenceKind, ...]] = {
    Act.ATTEND: (
        EvidenceKind.VISIT,
        EvidenceKind.EDUCATION,
        EvidenceKind.RECONCILIATION,
        EvidenceKind.SCREENING,
    ),
    Act.CLOSE: (EvidenceKind.REFERRAL_CLOSED,),
}


def roles_for(act: Act) -> frozenset[Role]:
    """The roles that can ever take an act, on either side; the policy rows come from here."""
    parties = {party for (_, taken), move in MOVES.items() if taken is act for party in move.by}
    return frozenset().union(*(rule.ROLES[party] for party in parties))


_FIRST: Mapping[Mark, StageClock] = {
    Mark.CANCEL_REQUESTED: CONFIRM_CANCEL,
    Mark.RETURN_REQUESTED: CONFIRM_RETURN,
    Mark.CLOSED_ELSEWHERE: ELSEWHERE,
    Mark.UNTOLD: TELL,
}

ASKING = (CONFIRM_CANCEL, CONFIRM_RETURN)
"""Clocks of what one side asked of the other: they hold the clock of the state."""
EXPIRING = tuple(state for state, act in MOVES if act is Act.EXPIRE)


def clock_of(state: State, marks: frozenset[Mark], no_shows: int = 0) -> StageClock | None:
    """What the referral waits for now: what one side asked of the other comes before the stage's own clock."""
    asked = next((clock for mark, clock in _FIRST.items() if mark in marks), None)
    if asked is not None:
        return asked
    if state is State.NO_SHOW and no_shows >= rule.NO_SHOWS_BEFORE_DECISION:
        return DECISION
    return STAGES[state].clock


def refusal(state: State, act: Act, facts: Facts, parties: Iterable[Party]) -> Exception | None:
    """Why an act is not allowed now, as the problem to raise; None when it is allowed."""
    move = MOVES.get((state, act))
    if move is None:
        possible = ", ".join(move.act for move in STAGES[state].moves if move.by != SYSTEM) or "nothing"
        return rule.ActNotPossible(
            f"A referral that is {state} cannot take {act}: nothing of it was kept. Possible now: {possible}."
        )
    if not set(move.by) & set(parties):
        return rule.NotYourPart(f"On this referral, {act} is for: {', '.join(move.by)}.")
    for guard in move.guards:
        if not guard.holds(facts):
            return guard.refusal(guard.reason)
    return None


def move(state: State, act: Act, facts: Facts, parties: Iterable[Party]) -> Move:
    """The move an act makes.

    Raises:
        ActNotPossible: the state does not know the act.
        NotYourPart: it belongs to the other side.
        Conflict: a guard does not hold; its class and sentence say which.
    """
    refused = refusal(state, act, facts, parties)
    if refused is not None:
        raise refused
    return MOVES[state, act]


def allowed(state: State, facts: Facts, parties: Iterable[Party]) -> list[tuple[Act, str | None]]:
    """Every act of a person that the state knows, with why it is not allowed now, or None."""
    sides = frozenset(parties)
    refusals = ((way.act, refusal(state, way.act, facts, sides)) for way in STAGES[state].moves if way.by != SYSTEM)
    return [(act, None if refused is None else str(refused)) for act, refused in refusals]


def evidence(act: Act, accepted: Container[EvidenceKind]) -> EvidenceKind | None:
    """What an act shows to a need that accepts some kinds of evidence; None when it shows nothing of them.

    A visit that took place is what the need asked of it: a visit, teaching, a reconciliation, a screening.
    """
    shown = SHOWN.get(act, ())
    return next((kind for kind in shown if kind in accepted), None)


def after(facts: Facts, taken: Move) -> Facts:
    """The facts once a move is made; a reopened referral starts without missed visits."""
    missed = 0 if taken.act is Act.REOPEN else facts.no_shows + (taken.act is Act.NO_SHOW)
    return replace(facts, marks=facts.marks - taken.clears | taken.sets, no_shows=missed)
