"""What somebody without an account may do by a letter's reply link: which acts, for how long, how often."""

from collections.abc import Container, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from services.coordination.domain.referral_rules import Facts, Party
from services.coordination.domain.referral_table import TABLE, Stage
from services.coordination.domain.referrals import refusal
from shared.kit.problems import Conflict, Problem
from shared.vocabulary import ReferralAct as Act
from shared.vocabulary import ReferralState as State

DAYS_AFTER = 60  # the link for the next step: a report may take weeks [default]
WRONG_CODES = 5  # then the link is closed [default]
USES = 30  # in any WINDOW [default]
WINDOW = timedelta(minutes=10)
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another when read aloud or from a fax
CODE_LENGTH = 8  # 31 ** 8 = 8.5e11 codes against WRONG_CODES tries

# Opening with the right code says that it was received, and the clinic reminds.
NOT_BY_LINK = frozenset({Act.RECEIVE, Act.REMIND})
# A report of a visit that was never recorded also records that it took place.
BEFORE_REPORT = frozenset({State.ACCEPTED, State.REBOOKING, State.SCHEDULED, State.NO_SHOW})
# What is asked first comes first on the page.
_ORDER = (
    Act.CONFIRM_CANCEL, Act.REFUSE_CANCEL, Act.ACCEPT, Act.DECLINE, Act.SCHEDULE, Act.REPORT, Act.RESCHEDULE,
    Act.ATTEND, Act.NO_SHOW, Act.INTERIM_NOTE, Act.INFORM, Act.CANCEL_VISIT, Act.WITHDRAW_RETURN, Act.RETURN,
    Act.PATIENT_DECLINES, Act.CLOSED_ELSEWHERE,
)  # fmt: skip
# Offered in every live state: alone it keeps no link open whose own question was settled otherwise.
_ASIDE = frozenset({Act.PATIENT_DECLINES})


def _by_link(stage: Stage) -> tuple[Act, ...]:
    theirs = {move.act for move in stage.moves if Party.RECEIVER in move.by} - NOT_BY_LINK
    if stage.state in BEFORE_REPORT:
        theirs.add(Act.REPORT)
    return tuple(sorted(theirs, key=_ORDER.index))


OFFERED: Mapping[State, tuple[Act, ...]] = {stage.state: _by_link(stage) for stage in TABLE}
"""The receiver's moves of the table, in each state."""


class LinkState(StrEnum):
    """Whether a link still opens."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


class ReceiverHasAccount(Conflict):
    code = "letter.receiver-has-account"
    title = "The receiver signs in"


class PatientDeceased(Conflict):
    code = "letter.patient-deceased"
    title = "The patient has died before the visit"


class NothingToAnswer(Conflict):
    code = "letter.nothing-to-answer"
    title = "The referral waits for no answer of the receiver"


class NoPublicAddress(Conflict):
    code = "letter.no-public-address"
    title = "This service does not know its public address"


class KeyNotTaken(Problem):
    status = 400
    code = "letter.no-idempotency-key"
    title = "A letter's secrets are not kept"


class LinkNotOpen(Conflict):
    code = "reply-link.not-open"
    title = "The link does not open any more"


class TimePassed(Problem):
    code = "reply.time-passed"
    title = "The proposed time lies in the past"


class Unclear(Problem):
    code = "reply.unclear"
    title = "The answer cannot be read"


class Link(Protocol):
    """What is looked at of a link."""

    used_at: datetime | None
    revoked_at: datetime | None
    expires_at: datetime


def state_of(link: Link, now: datetime) -> LinkState:
    """Whether it opens at ``now``; what happened to it comes before its age."""
    if link.used_at is not None:
        return LinkState.USED
    if link.revoked_at is not None:
        return LinkState.REVOKED
    return LinkState.EXPIRED if link.expires_at <= now else LinkState.OPEN


def offered(state: State, granted: Container[str], facts: Facts) -> tuple[Act, ...]:
    """The acts a link that grants some can take now: in this state, as far as the table's guards hold."""
    acts = tuple(act for act in OFFERED[state] if act in granted and _possible(state, act, facts))
    return () if _ASIDE.issuperset(acts) else acts


def _possible(state: State, act: Act, facts: Facts) -> bool:
    first = Act.ATTEND if act is Act.REPORT and state in BEFORE_REPORT else act
    return refusal(state, first, facts, (Party.RECEIVER,)) is None


def within_rate(started_at: datetime, uses: int, now: datetime) -> tuple[datetime, int, bool]:
    """The window and count after one more use, and whether that use may go on."""
    if now - started_at >= WINDOW:
        return now, 1, True
    return started_at, uses + 1, uses < USES


def plain(code: str) -> str:
    """An access code as it is compared: without the dash and spaces, in capitals."""
    return "".join(letter for letter in code.upper() if letter.isalnum())
