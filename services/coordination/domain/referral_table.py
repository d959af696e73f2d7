"""The life of a referral as one table: state, act, next state, who may, when, and what FHIR calls it (§5.1).

The API's acts, the policy rows, the FHIR statuses, the stage clocks and the diagram in the docs are all read from
:data:`TABLE`.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace

from services.coordination.domain import referral_rules as rule
from services.coordination.domain.referral_clocks import (
    ACKNOWLEDGE,
    AUTHORIZATION,
    BOOK,
    OUTCOME,
    OUTREACH,
    REPORT,
    REROUTE,
    REVIEW,
    TRIAGE,
    StageClock,
)
from services.coordination.domain.referral_rules import Mark, Move, Party
from shared.vocabulary import NeedAct
from shared.vocabulary import ReferralAct as Act
from shared.vocabulary import ReferralState as State

SENDER, RECEIVER, CLINICIAN = (Party.SENDER,), (Party.RECEIVER,), (Party.CLINICIAN,)
AWAITING = State.AWAITING_AUTHORIZATION
EITHER = (Party.SENDER, Party.RECEIVER)
SYSTEM = (Party.SYSTEM,)
LOOP = frozenset({Mark.REPORTED, Mark.REVIEWED, Mark.INFORMED, Mark.WAIVED})
CANCEL_REQUESTED = frozenset({Mark.CANCEL_REQUESTED})
RETURN_REQUESTED = frozenset({Mark.RETURN_REQUESTED})
ASKED = CANCEL_REQUESTED | RETURN_REQUESTED
ELSEWHERE = frozenset({Mark.CLOSED_ELSEWHERE})
UNTOLD = frozenset({Mark.UNTOLD})


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
        return self.request in ("draft", "active") and self.state not in (State.DECLINED, State.RETURNED)


def _cancel_after_acceptance(state: State) -> tuple[Move, ...]:
    """After acceptance neither side ends it alone: what one asks the other confirms or refuses (domain §2)."""
    cancel, back = (rule.cancel_pending,), (rule.return_pending,)
    return (
        Move(Act.CANCEL, state, SENDER, QUIET, sets=CANCEL_REQUESTED),
        Move(Act.CONFIRM_CANCEL, State.CANCELLED, RECEIVER, cancel, clears=ASKED, need=NeedAct.RELEASE),
        Move(Act.REFUSE_CANCEL, state, RECEIVER, cancel, clears=CANCEL_REQUESTED),
        Move(Act.WITHDRAW_CANCEL, state, SENDER, cancel, clears=CANCEL_REQUESTED),
        Move(Act.RETURN, state, RECEIVER, QUIET, sets=RETURN_REQUESTED),
        Move(Act.CONFIRM_RETURN, State.RETURNED, SENDER, back, clears=ASKED, need=NeedAct.RELEASE),
        Move(Act.REFUSE_RETURN, state, SENDER, back, clears=RETURN_REQUESTED),
        Move(Act.WITHDRAW_RETURN, state, RECEIVER, back, clears=RETURN_REQUESTED),
    )


_ARRANGE = NeedAct.ARRANGE
QUIET = (rule.no_cancel_pending, rule.no_return_pending)
_DECLINES = Move(Act.PATIENT_DECLINES, State.PATIENT_DECLINED, EITHER, clears=ASKED, need=NeedAct.RELEASE)
_EXPIRES = Move(Act.EXPIRE, State.EXPIRED, SENDER, (rule.past_validity,), clears=ASKED, need=NeedAct.RELEASE)
_CANCELS = Move(Act.CANCEL, State.CANCELLED, SENDER, need=NeedAct.RELEASE)
_ACCEPTS = Move(Act.ACCEPT, State.ACCEPTED, RECEIVER)
_DECLINED = Move(Act.DECLINE, State.DECLINED, RECEIVER, need=NeedAct.RELEASE)
_ATTENDS = Move(Act.ATTEND, State.SEEN, EITHER, clears=ASKED, need=NeedAct.MEET)
_SCHEDULES = Move(Act.SCHEDULE, State.SCHEDULED, EITHER, (*QUIET, rule.alive), need=NeedAct.ARRANGE)
_REPORTS = Move(Act.REPORT, State.REPORTED, RECEIVER, sets=frozenset({Mark.REPORTED}), clears=ELSEWHERE)
_NOTES = Move(Act.INTERIM_NOTE, State.INTERIM, RECEIVER)
_WAIVES = Move(Act.WAIVE, State.CLOSED, CLINICIAN, sets=frozenset({Mark.WAIVED}), clears=ELSEWHERE)
_REDRAFTS = Move(Act.REOPEN, State.DRAFT, SENDER, (rule.no_other_live, rule.alive),
                 clears=UNTOLD | {Mark.AUTHORIZED})  # fmt: skip
# Who had not been sent the referral need not be told.
_DIES = Move(Act.PATIENT_DIED, State.CANCELLED, SYSTEM, (rule.deceased,), clears=ASKED, need=NeedAct.RELEASE)
_DIES_SENT = replace(_DIES, sets=UNTOLD)


def _and_note(state: State) -> Move:
    return Move(Act.INTERIM_NOTE, state, RECEIVER)


def _and_no_report(state: State) -> Move:
    return Move(Act.CLOSED_ELSEWHERE, state, EITHER, (rule.not_closed_elsewhere,), sets=ELSEWHERE)


TABLE: tuple[Stage, ...] = (
    Stage(State.DRAFT, "draft", "draft", None, None, None, (
        Move(Act.REQUEST_AUTHORIZATION, AWAITING, SENDER, (rule.authorization_needed, rule.alive), need=_ARRANGE),
        Move(Act.SEND, State.SENT, SENDER, (rule.authorized, rule.alive), need=_ARRANGE),
        _CANCELS,
        _EXPIRES,
        _DIES,
    )),
    Stage(AWAITING, "active", "requested", "awaiting authorization", None, AUTHORIZATION, (
        Move(Act.AUTHORIZE, State.SENT, SENDER, sets=frozenset({Mark.AUTHORIZED})),
        Move(Act.REFUSE_AUTHORIZATION, State.CANCELLED, SENDER, need=NeedAct.RELEASE),
        _CANCELS,
        _DECLINES,
        _EXPIRES,
        _DIES,
    )),
    Stage(State.SENT, "active", "requested", None, None, ACKNOWLEDGE, (
        Move(Act.RECEIVE, State.RECEIVED, RECEIVER), _ACCEPTS, _DECLINED, _CANCELS, _DECLINES, _EXPIRES,
        _DIES_SENT,
    )),
    Stage(State.RECEIVED, "active", "received", None, None, TRIAGE, (
        _ACCEPTS, _DECLINED, _CANCELS, _DECLINES, _EXPIRES, _DIES_SENT,
    )),
    Stage(State.ACCEPTED, "active", "accepted", None, "proposed", BOOK, (
        _SCHEDULES, _ATTENDS, _and_note(State.ACCEPTED), *_cancel_after_acceptance(State.ACCEPTED),
        _DECLINES, _EXPIRES, _DIES_SENT,
    )),
    Stage(State.DECLINED, "active", "rejected", None, None, REROUTE, (
        Move(Act.RE_ROUTE, State.RE_ROUTED, SENDER),
        replace(_DIES, to=State.RE_ROUTED, need=None),
    )),
    Stage(State.RETURNED, "active", "cancelled", "given back by receiver", "cancelled", REROUTE, (
        Move(Act.RE_ROUTE, State.CANCELLED, SENDER),
        replace(_DIES, need=None),
    )),
    Stage(State.RE_ROUTED, "revoked", "rejected", None, None, None, ()),
    Stage(State.SCHEDULED, "active", "in-progress", "scheduled", "booked", OUTCOME, (
        Move(Act.RESCHEDULE, State.SCHEDULED, EITHER, (*QUIET, rule.alive), need=NeedAct.ARRANGE),
        Move(Act.REMIND, State.SCHEDULED, EITHER, (rule.alive,)),
        Move(Act.CANCEL_VISIT, State.REBOOKING, EITHER, unbooks=True),
        Move(Act.NO_SHOW, State.NO_SHOW, EITHER, (rule.visit_begun,), unbooks=True),
        Move(Act.ATTEND, State.SEEN, EITHER, (rule.visit_begun,), clears=ASKED, need=NeedAct.MEET),
        _and_note(State.SCHEDULED), *_cancel_after_acceptance(State.SCHEDULED),
        _DECLINES, _DIES_SENT,
    )),
    Stage(State.NO_SHOW, "active", "in-progress", "no-show", "noshow", OUTREACH, (
        replace(_SCHEDULES, guards=(*_SCHEDULES.guards, rule.under_two_no_shows)),
        Move(Act.CONTINUE, State.REBOOKING, SENDER),
        _ATTENDS,
        _and_note(State.NO_SHOW), *_cancel_after_acceptance(State.NO_SHOW),
        _DECLINES, _EXPIRES, _DIES_SENT,
    )),
    Stage(State.REBOOKING, "active", "in-progress", "to be booked again", "cancelled", BOOK, (
        _SCHEDULES,
        _ATTENDS,
        _and_note(State.REBOOKING), *_cancel_after_acceptance(State.REBOOKING),
        _DECLINES, _EXPIRES, _DIES_SENT,
    )),
    Stage(State.SEEN, "active", "in-progress", "seen, report awaited", "fulfilled", REPORT, (
        _NOTES, _REPORTS, _and_no_report(State.SEEN), _WAIVES,
    )),
    Stage(State.INTERIM, "active", "in-progress", "interim", "fulfilled", REPORT, (
        _NOTES, _REPORTS, _and_no_report(State.INTERIM), _WAIVES,
    )),
    Stage(State.REPORTED, "active", "completed", None, "fulfilled", REVIEW, (
        # An amended report must be read and explained again.
        replace(_REPORTS, clears=ELSEWHERE | {Mark.REVIEWED, Mark.INFORMED}),
        Move(Act.REVIEW, State.REPORTED, CLINICIAN, sets=frozenset({Mark.REVIEWED})),
        Move(Act.INFORM, State.REPORTED, EITHER, sets=frozenset({Mark.INFORMED})),
        Move(Act.CLOSE, State.CLOSED, SENDER, (rule.loop_complete,), need=NeedAct.MEET),
        _WAIVES,
    )),
    Stage(State.CLOSED, "completed", "completed", None, "fulfilled", None, (
        Move(Act.REOPEN, State.SEEN, SENDER, (rule.no_other_live,), clears=LOOP),
    )),
    Stage(State.CANCELLED, "revoked", "cancelled", None, "cancelled", None, (
        Move(Act.CONFIRM_CANCEL, State.CANCELLED, RECEIVER, (rule.untold,), clears=UNTOLD),
        _REDRAFTS,
    )),
    Stage(State.PATIENT_DECLINED, "revoked", "cancelled", "declined by patient", "cancelled", None, (
        _REDRAFTS,
    )),
    Stage(State.EXPIRED, "revoked", "cancelled", "expired", "cancelled", None, (_REDRAFTS,)),
)  # fmt: skip

# TaskBusinessStatusCS of the BSeR guide (clinical §5.1): what a referral's Task says of it beyond its own status.
BUSINESS: Mapping[State, str | None] = {
    State.DRAFT: None,
    AWAITING: "2.0",
    State.SENT: "2.0",
    State.RECEIVED: "2.0",
    State.ACCEPTED: "3.0",
    State.DECLINED: "4.0",
    State.RE_ROUTED: "4.0",
    State.SCHEDULED: "5.1.1",
    State.NO_SHOW: "5.1.2",
    State.REBOOKING: "5.1.3",
    State.SEEN: "5.1.4",
    State.INTERIM: "5.1.4",
    State.REPORTED: "7.0",
    State.CLOSED: "7.0",
    State.RETURNED: "6.0",
    State.CANCELLED: "6.0",
    State.PATIENT_DECLINED: "6.0",
    State.EXPIRED: "6.0",
}
CANCELLATION_REQUESTED = "5.2"


def states_by(what: Callable[[Stage], str | None], wanted: Container[str]) -> list[State]:
    """Our states for some of FHIR's words: the table read from the other side."""
    return [stage.state for stage in TABLE if what(stage) in wanted]
