"""The life of a referral as one table: state, act, next state, who may, when, and what FHIR calls it (§5.1).

The API's acts, the policy rows, the FHIR statuses and the stage clocks are all read from :data:`TABLE`.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from services.coordination.domain import referral_rules as rule
from services.coordination.domain.referral_clocks import (
    ACKNOWLEDGE,
    AUTHORIZATION,
    BOOK,
    CONFIRM_CANCEL,
    OUTCOME,
    OUTREACH,
    REPORT,
    REROUTE,
    REVIEW,
    TRIAGE,
    StageClock,
)
from services.coordination.domain.referral_rules import Facts, Mark, Move, Party
from shared.vocabulary import EvidenceKind, NeedAct, Role
from shared.vocabulary import ReferralAct as Act
from shared.vocabulary import ReferralState as State

SENDER, RECEIVER, CLINICIAN = (Party.SENDER,), (Party.RECEIVER,), (Party.CLINICIAN,)
AWAITING = State.AWAITING_AUTHORIZATION
EITHER = (Party.SENDER, Party.RECEIVER)
LOOP = frozenset({Mark.REPORTED, Mark.REVIEWED, Mark.INFORMED, Mark.WAIVED})
CANCEL_REQUESTED = frozenset({Mark.CANCEL_REQUESTED})


@dataclass(frozen=True, slots=True)
class Stage:
    """A state: its FHIR statuses (§5.2), its clock, and every move out of it or within it.

    ``business`` is Task.businessStatus; ``visit`` is Appointment.status where a visit exists.
    """

    state: State
    request: str
    task: str
    business: str | None
    visit: str | None
    clock: StageClock | None
    moves: tuple[Move, ...]

    @property
    def live(self) -> bool:
        """Whether the referral still occupies its need: a second live one is refused."""
        return self.request in ("draft", "active") and self.state is not State.DECLINED


def _cancel_after_acceptance(state: State) -> tuple[Move, ...]:
    """A cancel after acceptance needs the receiver's confirmation (domain §2)."""
    wanted, open_ = (rule.cancel_pending,), (rule.no_cancel_pending,)
    return (
        Move(Act.CANCEL, state, SENDER, open_, sets=CANCEL_REQUESTED),
        Move(
            Act.CONFIRM_CANCEL,
            State.CANCELLED,
            RECEIVER,
            wanted,
            clears=CANCEL_REQUESTED,
            need=NeedAct.RELEASE,
        ),
        Move(Act.REFUSE_CANCEL, state, RECEIVER, wanted, clears=CANCEL_REQUESTED),
        Move(Act.WITHDRAW_CANCEL, state, SENDER, wanted, clears=CANCEL_REQUESTED),
    )


_DECLINES = Move(Act.PATIENT_DECLINES, State.PATIENT_DECLINED, EITHER, clears=CANCEL_REQUESTED, need=NeedAct.RELEASE)
_EXPIRES = Move(Act.EXPIRE, State.EXPIRED, SENDER, (rule.past_validity,), clears=CANCEL_REQUESTED, need=NeedAct.RELEASE)
_CANCELS = Move(Act.CANCEL, State.CANCELLED, SENDER, need=NeedAct.RELEASE)
_ACCEPTS = Move(Act.ACCEPT, State.ACCEPTED, RECEIVER)
_DECLINED = Move(Act.DECLINE, State.DECLINED, RECEIVER, need=NeedAct.RELEASE)
_ATTENDS = Move(Act.ATTEND, State.SEEN, EITHER, clears=CANCEL_REQUESTED, need=NeedAct.MEET)
_SCHEDULES = Move(Act.SCHEDULE, State.SCHEDULED, EITHER, (rule.no_cancel_pending,), need=NeedAct.ARRANGE)
_REPORTS = Move(Act.REPORT, State.REPORTED, RECEIVER, sets=frozenset({Mark.REPORTED}))
_NOTES = Move(Act.INTERIM_NOTE, State.INTERIM, RECEIVER)
_WAIVES = Move(Act.WAIVE, State.CLOSED, CLINICIAN, sets=frozenset({Mark.WAIVED}))
_REDRAFTS = Move(Act.REOPEN, State.DRAFT, SENDER, (rule.no_other_live,), clears=frozenset({Mark.AUTHORIZED}))


def _and_note(state: State) -> Move:
    return Move(Act.INTERIM_NOTE, state, RECEIVER)


TABLE: tuple[Stage, ...] = (
    Stage(State.DRAFT, "draft", "draft", None, None, None, (
        Move(Act.REQUEST_AUTHORIZATION, AWAITING, SENDER, (rule.authorization_needed,), need=NeedAct.ARRANGE),
        Move(Act.SEND, State.SENT, SENDER, (rule.authorized,), need=NeedAct.ARRANGE),
        _CANCELS,
        _EXPIRES,
    )),
    Stage(AWAITING, "active", "requested", "awaiting authorization", None, AUTHORIZATION, (
        Move(Act.AUTHORIZE, State.SENT, SENDER, sets=frozenset({Mark.AUTHORIZED})),
        Move(Act.REFUSE_AUTHORIZATION, State.CANCELLED, SENDER, need=NeedAct.RELEASE),
        _CANCELS,
        _DECLINES,
        _EXPIRES,
    )),
    Stage(State.SENT, "active", "requested", None, None, ACKNOWLEDGE, (
        Move(Act.RECEIVE, State.RECEIVED, RECEIVER), _ACCEPTS, _DECLINED, _CANCELS, _DECLINES, _EXPIRES,
    )),
    Stage(State.RECEIVED, "active", "received", None, None, TRIAGE, (
        _ACCEPTS, _DECLINED, _CANCELS, _DECLINES, _EXPIRES,
    )),
    Stage(State.ACCEPTED, "active", "accepted", None, "proposed", BOOK, (
        _SCHEDULES, _ATTENDS, _and_note(State.ACCEPTED), *_cancel_after_acceptance(State.ACCEPTED),
        _DECLINES, _EXPIRES,
    )),
    Stage(State.DECLINED, "active", "rejected", None, None, REROUTE, (
        Move(Act.RE_ROUTE, State.RE_ROUTED, SENDER),
    )),
    Stage(State.RE_ROUTED, "revoked", "rejected", None, None, None, ()),
    Stage(State.SCHEDULED, "active", "in-progress", "scheduled", "booked", OUTCOME, (
        Move(Act.RESCHEDULE, State.SCHEDULED, EITHER, (rule.no_cancel_pending,), need=NeedAct.ARRANGE),
        Move(Act.CANCEL_VISIT, State.REBOOKING, EITHER),
        Move(Act.NO_SHOW, State.NO_SHOW, EITHER, (rule.visit_begun,)),
        Move(Act.ATTEND, State.SEEN, EITHER, (rule.visit_begun,), clears=CANCEL_REQUESTED, need=NeedAct.MEET),
        _and_note(State.SCHEDULED), *_cancel_after_acceptance(State.SCHEDULED),
        _DECLINES,
    )),
    Stage(State.NO_SHOW, "active", "in-progress", "no-show", "noshow", OUTREACH, (
        Move(Act.SCHEDULE, State.SCHEDULED, EITHER, (rule.no_cancel_pending, rule.under_two_no_shows)),
        Move(Act.CONTINUE, State.REBOOKING, SENDER),
        _ATTENDS,
        _and_note(State.NO_SHOW), *_cancel_after_acceptance(State.NO_SHOW),
        _DECLINES, _EXPIRES,
    )),
    Stage(State.REBOOKING, "active", "in-progress", "to be booked again", "cancelled", BOOK, (
        _SCHEDULES,
        _ATTENDS,
        _and_note(State.REBOOKING), *_cancel_after_acceptance(State.REBOOKING),
        _DECLINES, _EXPIRES,
    )),
    Stage(State.SEEN, "active", "in-progress", "seen, report awaited", "fulfilled", REPORT, (
        _NOTES, _REPORTS, _WAIVES,
    )),
    Stage(State.INTERIM, "active", "in-progress", "interim", "fulfilled", REPORT, (
        _NOTES, _REPORTS, _WAIVES,
    )),
    Stage(State.REPORTED, "active", "completed", None, "fulfilled", REVIEW, (
        # An amended report must be read and explained again.
        replace(_REPORTS, clears=frozenset({Mark.REVIEWED, Mark.INFORMED})),
        Move(Act.REVIEW, State.REPORTED, CLINICIAN, sets=frozenset({Mark.REVIEWED})),
        Move(Act.INFORM, State.REPORTED, EITHER, sets=frozenset({Mark.INFORMED})),
        Move(Act.CLOSE, State.CLOSED, SENDER, (rule.loop_complete,), need=NeedAct.MEET),
        _WAIVES,
    )),
    Stage(State.CLOSED, "completed", "completed", None, "fulfilled", None, (
        Move(Act.REOPEN, State.SEEN, SENDER, (rule.no_other_live,), clears=LOOP),
    )),
    Stage(State.CANCELLED, "revoked", "cancelled", None, "cancelled", None, (_REDRAFTS,)),
    Stage(State.PATIENT_DECLINED, "revoked", "cancelled", "declined by patient", "cancelled", None, (
        _REDRAFTS,
    )),
    Stage(State.EXPIRED, "revoked", "cancelled", "expired", "cancelled", None, (_REDRAFTS,)),
)  # fmt: skip

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


def clock_of(state: State, marks: frozenset[Mark]) -> StageClock | None:
    """What the referral waits for now: a pending cancellation comes before the stage's own clock."""
    return CONFIRM_CANCEL if Mark.CANCEL_REQUESTED in marks else STAGES[state].clock


def refusal(state: State, act: Act, facts: Facts, parties: Iterable[Party]) -> Exception | None:
    """Why an act is not allowed now, as the problem to raise; None when it is allowed."""
    move = MOVES.get((state, act))
    if move is None:
        possible = ", ".join(move.act for move in STAGES[state].moves) or "nothing"
        return rule.ActNotPossible(f"A referral that is {state} cannot take {act}. Possible now: {possible}.")
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
    """Every act the state knows, with why it is not allowed now, or None."""
    sides = frozenset(parties)
    refusals = ((way.act, refusal(state, way.act, facts, sides)) for way in STAGES[state].moves)
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
