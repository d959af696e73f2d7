"""What the referral table is made of: facts, parties, guards with their refusals, moves and stages."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from services.coordination.domain.referral_problems import PatientDied
from shared.kit.problems import Conflict, Forbidden
from shared.vocabulary import NeedAct, ReferralAct, ReferralState, Role

NO_SHOWS_BEFORE_DECISION = 2  # clinical §5.1: "2 no-shows -> referrer decision"


class ActNotPossible(Conflict):
    code = "referral.act-not-possible"
    title = "This act does not exist in the referral's state"


class NotYourPart(Forbidden):
    code = "referral.not-your-part"
    title = "This act belongs to the other side"


class AlreadyLive(Conflict):
    code = "referral.already-live"
    title = "The need already has a live referral"


class AuthorizationMissing(Conflict):
    code = "referral.authorization-missing"
    title = "The payer's authorization is missing"


class AuthorizationNotNeeded(Conflict):
    code = "referral.authorization-not-needed"
    title = "No authorization is needed"


class CancelPending(Conflict):
    code = "referral.cancel-pending"
    title = "A cancellation waits for the receiver"


class NoCancelPending(Conflict):
    code = "referral.no-cancel-pending"
    title = "No cancellation was asked for"


class ReturnPending(Conflict):
    code = "referral.return-pending"
    title = "The receiver asked to give the referral back"


class NoReturnPending(Conflict):
    code = "referral.no-return-pending"
    title = "The receiver did not ask to give the referral back"


class LoopOpen(Conflict):
    code = "referral.loop-open"
    title = "The loop is not closed yet"


class SenderDecides(Conflict):
    code = "referral.sender-decides"
    title = "The sender decides after two no-shows"


class VisitAhead(Conflict):
    code = "referral.visit-ahead"
    title = "The visit has not begun"


class StillValid(Conflict):
    code = "referral.still-valid"
    title = "The referral is still valid"


class PatientLives(Conflict):
    code = "referral.patient-lives"
    title = "No death is on record"


class ReceiverKnows(Conflict):
    code = "referral.receiver-knows"
    title = "The receiver knows already"


class NeedClosed(Conflict):
    code = "referral.need-closed"
    title = "The need is not open"


class Mark(StrEnum):
    """Facts that acts leave on a referral and that guards look for."""

    AUTHORIZED = "authorized"
    CANCEL_REQUESTED = "cancel-requested"
    RETURN_REQUESTED = "return-requested"
    CLOSED_ELSEWHERE = "closed-elsewhere"
    REPORTED = "reported"
    REVIEWED = "reviewed"
    INFORMED = "informed"
    WAIVED = "waived"
    UNTOLD = "untold"


class Party(StrEnum):
    """Whose act it is. A clinician is one of the sender's who may acknowledge a report; the system takes what follows
    from other facts."""

    SENDER = "sender"
    RECEIVER = "receiver"
    CLINICIAN = "clinician"
    SYSTEM = "system"


_SENDERS = frozenset({Role.COORDINATOR, Role.CASE_MANAGER, Role.PRESCRIBER, Role.SUPERVISOR})
ROLES: dict[Party, frozenset[Role]] = {
    Party.SENDER: _SENDERS,
    # The sender's side records what a receiver without an account said by phone or fax.
    Party.RECEIVER: _SENDERS | {Role.SPECIALIST},
    Party.CLINICIAN: frozenset({Role.CASE_MANAGER, Role.PRESCRIBER, Role.SUPERVISOR}),
    Party.SYSTEM: frozenset(),
}


def parties(roles: frozenset[Role], *, is_receiver: bool, receiver_has_account: bool) -> frozenset[Party]:
    """The sides a person stands on for one referral.

    ``is_receiver``: the person's token subject is the one on the specialist's record.
    """
    held = {party for party in (Party.SENDER, Party.CLINICIAN) if roles & ROLES[party]}
    speaks_for_receiver = bool(roles & _SENDERS) and not receiver_has_account
    if (is_receiver and Role.SPECIALIST in roles) or speaks_for_receiver:
        held.add(Party.RECEIVER)
    return frozenset(held)


@dataclass(frozen=True, slots=True)
class Facts:
    """What guards may look at; ``now`` has already been compared with the instants."""

    marks: frozenset[Mark] = frozenset()
    authorization_required: bool = False
    no_shows: int = 0
    visit_begun: bool = False
    past_validity: bool = False
    other_live: bool = False
    deceased: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition of a move, with the refusal and the sentence for when it does not hold."""

    refusal: type[Conflict]
    reason: str
    holds: Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class Move:
    """One way out of a state (or around within it): who may take it, when, and what it leaves behind.

    ``need`` is what the move does to the need; None leaves it as it is. ``unbooks``: the need's visit is off.
    """

    act: ReferralAct
    to: ReferralState
    by: tuple[Party, ...]
    guards: tuple[Guard, ...] = ()
    sets: frozenset[Mark] = frozenset()
    clears: frozenset[Mark] = frozenset()
    need: NeedAct | None = None
    unbooks: bool = False


authorized = Guard(
    AuthorizationMissing,
    "The payer's authorization is required and missing. Request it first.",
    lambda facts: not facts.authorization_required or Mark.AUTHORIZED in facts.marks,
)
authorization_needed = Guard(
    AuthorizationNotNeeded,
    "No authorization is required, or it is already there. Send the referral.",
    lambda facts: facts.authorization_required and Mark.AUTHORIZED not in facts.marks,
)
no_cancel_pending = Guard(
    CancelPending,
    "A cancellation was asked for. The receiver confirms or refuses it, or the sender withdraws it, first.",
    lambda facts: Mark.CANCEL_REQUESTED not in facts.marks,
)
cancel_pending = Guard(
    NoCancelPending,
    "Nobody asked to cancel this referral.",
    lambda facts: Mark.CANCEL_REQUESTED in facts.marks,
)
no_return_pending = Guard(
    ReturnPending,
    "The receiver asked to give the referral back. The sender confirms or refuses that, or the receiver stays, first.",
    lambda facts: Mark.RETURN_REQUESTED not in facts.marks,
)
return_pending = Guard(
    NoReturnPending,
    "The receiver did not ask to give this referral back.",
    lambda facts: Mark.RETURN_REQUESTED in facts.marks,
)
not_closed_elsewhere = Guard(
    ActNotPossible,
    "That the receiver closed its case without a report is recorded already. Obtain the report, or waive it.",
    lambda facts: Mark.CLOSED_ELSEWHERE not in facts.marks,
)
under_two_no_shows = Guard(
    SenderDecides,
    "The patient missed two visits. The sender decides: continue, cancel, or record a refusal.",
    lambda facts: facts.no_shows < NO_SHOWS_BEFORE_DECISION,
)
visit_begun = Guard(
    VisitAhead,
    "The appointment is still ahead. Reschedule or cancel the visit.",
    lambda facts: facts.visit_begun,
)
loop_complete = Guard(
    LoopOpen,
    "Closing needs the report, a clinician's review of it and the patient informed of the plan, or a waiver.",
    lambda facts: {Mark.REPORTED, Mark.REVIEWED, Mark.INFORMED} <= facts.marks,
)
past_validity = Guard(
    StillValid,
    "The referral has no end of validity, or it is not past it. Cancel instead.",
    lambda f: f.past_validity,
)
no_other_live = Guard(
    AlreadyLive,
    "The need has another live referral. Cancel that one first.",
    lambda facts: not facts.other_live,
)
alive = Guard(
    PatientDied,
    "The patient has died: nothing is sent, booked or reminded of. Correct the patient's record if that is wrong.",
    lambda facts: not facts.deceased,
)
deceased = Guard(PatientLives, "No death of the patient is on record.", lambda facts: facts.deceased)
untold = Guard(
    ReceiverKnows,
    "The cancellation waits for no word of the receiver.",
    lambda facts: Mark.UNTOLD in facts.marks,
)
