"""What a closure of an alert must say, by its severity and its disposition (clinical §1.9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from shared.kit.calendar import Calendar
from shared.kit.problems import Problem
from shared.kit.reaching import Tried, lacking
from shared.vocabulary import Channel, ContactOutcome, Disposition, OverrideReason, Severity

_CONTACT, _INFORMED, _PLAN, _RECHECK, _LETTER = "contact_outcome", "informed", "plan", "recheck_at", "letter_sent_at"
# Low is reviewed in the panel round; from moderate on the nurse contacts the patient and looks again (§1.9).
BY_SEVERITY: Mapping[Severity, frozenset[str]] = MappingProxyType(
    {
        Severity.INFO: frozenset[str](),
        Severity.LOW: frozenset[str](),
        Severity.MODERATE: frozenset({_CONTACT, _PLAN, _RECHECK}),
        Severity.HIGH: frozenset({_CONTACT, _PLAN, _RECHECK}),
        Severity.CRITICAL: frozenset({_CONTACT, _PLAN, _RECHECK, _INFORMED}),
    }
)
BY_DISPOSITION: Mapping[Disposition, frozenset[str]] = MappingProxyType(
    {
        Disposition.ESCALATED: frozenset({_INFORMED}),
        Disposition.ED_SENT: frozenset({_INFORMED}),
        Disposition.PATIENT_DECLINED: frozenset({_CONTACT}),
        # After the attempts a letter, and a notice to the primary care practitioner (§1.9).
        Disposition.UNABLE_TO_REACH: frozenset({_INFORMED, _LETTER}),
    }
)
NOT_ASKED: Mapping[Disposition, frozenset[str]] = MappingProxyType(
    {Disposition.UNABLE_TO_REACH: frozenset({_CONTACT}), Disposition.FALSE_READING: frozenset({_PLAN})}
)
# High: re-check within 24 h; moderate: 24 to 72 h (§1.9). [default] the same holds for critical as for high. Where
# somebody else has taken over, or a protocol step has its own monitoring, the look again comes when that says.
RECHECK_WITHIN: Mapping[Severity, timedelta] = MappingProxyType(
    {
        Severity.MODERATE: timedelta(hours=72),
        Severity.HIGH: timedelta(hours=24),
        Severity.CRITICAL: timedelta(hours=24),
    }
)
OVERRIDDEN: Mapping[Disposition, OverrideReason] = MappingProxyType(
    {
        Disposition.FALSE_READING: OverrideReason.MEASUREMENT_ERROR,
        Disposition.PATIENT_DECLINED: OverrideReason.PATIENT_PREFERENCE,
    }
)
"""Ends without anything done that say their reason themselves."""
ACTED = frozenset({Disposition.PROTOCOL_STEP, Disposition.ESCALATED, Disposition.ED_SENT})
_WORDS = {
    _CONTACT: "contact_outcome (whom you reached, on which channel)",
    _INFORMED: "informed (who was told)",
    _PLAN: "plan (what happens next)",
    _RECHECK: "recheck_at (when it is looked at again)",
    _LETTER: "letter_sent_at (when the letter went out)",
}


class ClosureIncomplete(Problem):
    """Every closure records what the clinical reference asks for (§1.9)."""

    code = "alert.closure-incomplete"
    title = "The closure does not say enough"


class RecheckTooLate(Problem):
    """A serious alert is looked at again soon after it is closed (§1.9)."""

    code = "alert.recheck-too-late"
    title = "The re-check is too late"


class RecheckPast(Problem):
    """What is looked at again lies ahead."""

    code = "alert.recheck-past"
    title = "The re-check is not ahead"


class AttemptsMissing(Problem):
    """Unable to reach is said after the attempts the clinical reference asks for (§1.9)."""

    code = "alert.attempts-missing"
    title = "The patient was not tried often enough"


class NotAnOverride(Problem):
    """What led to an act was not overridden."""

    code = "alert.not-an-override"
    title = "Something was done on this alert"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach the patient or a caregiver; ``at`` is aware."""

    at: datetime
    channel: Channel
    outcome: ContactOutcome


@dataclass(frozen=True, slots=True)
class Ending:
    """What a person says when closing an alert; ``said`` names the fields that are filled in."""

    severity: Severity
    disposition: Disposition
    said: frozenset[str]
    recheck_at: datetime | None = None
    letter_sent_at: datetime | None = None
    override: OverrideReason | None = None


def required(severity: Severity, disposition: Disposition) -> frozenset[str]:
    """The fields a closure needs beside assessment and action."""
    asked = BY_SEVERITY[severity] | BY_DISPOSITION.get(disposition, frozenset())
    return asked - NOT_ASKED.get(disposition, frozenset())


def check(ending: Ending, attempts: Iterable[Attempt], calendar: Calendar, now: datetime) -> None:
    """Refuse a closure that does not say or show enough; ``attempts`` are those since the alert opened.

    Raises:
        ClosureIncomplete, RecheckPast, RecheckTooLate, AttemptsMissing, NotAnOverride.
    """
    if ending.disposition is Disposition.SOURCE_CORRECTED:
        raise ClosureIncomplete("The correction of the reading gives source-corrected: correct or void it instead.")
    missing = sorted(required(ending.severity, ending.disposition) - ending.said)
    if missing:
        said = ", ".join(_WORDS[name] for name in missing)
        raise ClosureIncomplete(
            f"An alert of severity {ending.severity} that ends as {ending.disposition} also needs: {said}.",
            missing=missing,
        )
    if ending.override is not None and ending.disposition in ACTED:
        raise NotAnOverride(f"It ended as {ending.disposition}: leave override_reason out, or close it as resolved.")
    _check_recheck(ending, now)
    if ending.disposition is Disposition.UNABLE_TO_REACH:
        _check_unreached(ending, tuple(attempts), calendar, now)


def override_of(disposition: Disposition, said: OverrideReason | None) -> OverrideReason | None:
    """Why the alert led to nothing: as said, or as its disposition implies; None when it was not overridden."""
    return said if said is not None else OVERRIDDEN.get(disposition)


def unreached(attempts: Iterable[Attempt], calendar: Calendar) -> str | None:
    """Why *unable to reach* may not be said after these attempts, in a sentence; None when it may."""
    tried = sorted((each for each in attempts if each.channel is not Channel.LETTER), key=lambda each: each.at)
    for each in tried:
        if each.outcome in (ContactOutcome.REACHED, ContactOutcome.DECLINED):
            return f"The patient was reached on {calendar.day_of(each.at)}: close it with what came of that."
    short = lacking([Tried(each.at, each.channel) for each in tried], calendar)
    if not short:
        return None
    return f"Recorded since the alert opened: {', '.join(short)}. Try again and record it at the alert's attempts."


def _check_recheck(ending: Ending, now: datetime) -> None:
    if ending.recheck_at is not None and ending.recheck_at <= now:
        raise RecheckPast("Give recheck_at as the time at which the patient will be looked at again.")
    longest = RECHECK_WITHIN.get(ending.severity)
    if longest is None or ending.recheck_at is None or ending.disposition in ACTED:
        return
    if ending.recheck_at - now > longest:
        hours = longest // timedelta(hours=1)
        raise RecheckTooLate(f"An alert of severity {ending.severity} is looked at again within {hours} h of its end.")


def _check_unreached(ending: Ending, attempts: tuple[Attempt, ...], calendar: Calendar, now: datetime) -> None:
    why = unreached(attempts, calendar)
    if why is not None:
        raise AttemptsMissing(why)
    last = max(each.at for each in attempts if each.channel is not Channel.LETTER)
    sent = ending.letter_sent_at
    if sent is not None and not last <= sent <= now:
        raise AttemptsMissing("The letter follows the last attempt and has been sent: give when that was.")
