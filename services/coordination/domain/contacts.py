"""Contacts: what counts as a conversation, and what two attempts are worth (clinical §2.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.kit.calendar import Calendar
from shared.kit.problems import Conflict, Problem
from shared.kit.reaching import ATTEMPTS, BUSINESS_DAYS, CHANNELS, Tried, lacking
from shared.kit.zones import before_birth
from shared.vocabulary import Channel, ContactOutcome, ContactWith

SEPARATE = timedelta(hours=1)  # [default] how far apart two attempts must be to count as two
REACHED_FOR = frozenset({ContactWith.PATIENT, ContactWith.CAREGIVER})
"""Whom an attempt must be meant for to count (clinical §2.5)."""
_TWO_WAY = frozenset(Channel) - {Channel.LETTER, Channel.TEXT_MESSAGE}


class CallBackTooEarly(Problem):
    code = "contact.call-back-too-early"
    title = "The call-back would come before the contact"


class EndsBeforeStart(Problem):
    """A conversation's end lies before its start."""

    code = "contact.ends-before-start"
    title = "The contact ends before it starts"


class BeforeBirth(Problem):
    """A contact about somebody who was not born yet."""

    code = "contact.before-birth"
    title = "The contact is before the patient's birth"


class BeforeNeed(Problem):
    """A contact for a need that could not have begun yet."""

    code = "contact.before-need"
    title = "The contact is before the need it names"


class AfterDeath(Conflict):
    """A contact with a patient who had died; one with the family is something else."""

    code = "contact.after-death"
    title = "The contact is after the patient's death"


class InterpreterMissing(Problem):
    """An interpreter's language without an interpreter."""

    code = "contact.interpreter-inconsistent"
    title = "A language was named but no interpreter was used"


class MoreAttemptsNeeded(Problem):
    """Unable to reach was said before enough was tried."""

    code = "need.more-attempts-needed"
    title = "Not enough attempts for 'unable to reach'"


def check_lived(started_at: datetime, contacted: ContactWith, *, born: date, deceased_at: datetime | None) -> None:
    """A contact lies within the patient's life; who is left may be spoken with after it.

    Raises:
        BeforeBirth: more than a day before the birth date (zones may differ by one).
        AfterDeath: with the patient, after the recorded death.
    """
    if before_birth(started_at, born):
        raise BeforeBirth("The contact is before the patient's birth date. Check started_at and the patient.")
    if contacted is ContactWith.PATIENT and deceased_at is not None and started_at > deceased_at:
        raise AfterDeath(
            "The contact is after the patient's recorded death. Check started_at and the patient, or say under "
            "contacted with whom it was."
        )


def check_within(started_at: datetime, need_began: datetime) -> None:
    """Raises:
    BeforeNeed: made before the first instant (UTC) at which anything can be done for the need.
    """
    if started_at < need_began:
        raise BeforeNeed(
            f"The need it names could begin at {need_began:%Y-%m-%dT%H:%MZ} at the earliest, and the contact was made "
            "before. Correct started_at, or leave need_id out."
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One contact as the rules see it; ``at`` is when it was made (UTC)."""

    at: datetime
    channel: Channel
    contacted: ContactWith
    outcome: ContactOutcome
    interpreter_used: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a contact is a conversation that can meet a contact need, and why."""

    interactive: bool
    because: str


def judge(attempt: Attempt, *, interpreter_needed: bool) -> Judgement:
    """A two-way conversation with the patient or caregiver, through an interpreter where one is needed (§1.8)."""
    if attempt.outcome is not ContactOutcome.REACHED:
        return Judgement(False, f"{attempt.outcome} is an attempt, not a contact")
    if attempt.contacted not in REACHED_FOR:
        return Judgement(False, f"a talk with a {attempt.contacted} is no contact with the patient or caregiver")
    if attempt.channel not in _TWO_WAY:
        return Judgement(False, f"a {attempt.channel} is not interactive")
    if interpreter_needed and not attempt.interpreter_used:
        return Judgement(False, "the patient needs an interpreter and none was used: the contact is not complete")
    return Judgement(True, "an interactive contact")


def second_attempt(attempts: Iterable[Attempt], since: datetime) -> datetime | None:
    """When the second of two separate attempts to reach the patient or caregiver since the clock's start was made; None
    while there are not two. A call to a practice is none.
    """
    first: datetime | None = None
    for at in sorted(a.at for a in attempts if a.at >= since and a.contacted in REACHED_FOR):
        if first is None:
            first = at
        elif at - first >= SEPARATE:
            return at
    return None


def check_unreachable(attempts: Iterable[Attempt], calendar: Calendar) -> None:
    """Raises:
    MoreAttemptsNeeded: too few attempts, channels or business days to call the patient unable to reach.
    """
    short = lacking([Tried(each.at, each.channel) for each in attempts if each.contacted in REACHED_FOR], calendar)
    if short:
        raise MoreAttemptsNeeded(
            f"Unable to reach needs {ATTEMPTS} attempts on {CHANNELS} channels over {BUSINESS_DAYS} business days, "
            f"letters not counted; so far {', '.join(short)}. Keep trying patient or caregiver."
        )
