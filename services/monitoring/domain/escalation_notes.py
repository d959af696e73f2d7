"""The SBAR note of an escalation, written from what is stored when it is taken (clinical §6.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.kit.zones import age_on, local_day

LABS_WITHIN = timedelta(days=365)
"""[default] What is older says nothing about today."""
CHANGES_WITHIN = timedelta(days=30)
"""[default] How far back a change of a medicine is called recent."""
REPORTED_WITHIN = timedelta(days=7)
"""[default] How far back the answers of a check-in are called symptoms of now."""
_MOST_EVIDENCE = 5
_UNASSESSED = "Nobody has assessed the patient for this alert yet; nothing is recorded as ruled out."
_NOTHING = "none on record"


@dataclass(frozen=True, slots=True)
class Said:
    """Something on record, with when it was (aware)."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of an alert and its patient, whoever is told of it. Instants are aware.

    ``evidence``: the arithmetic of its findings; ``reported``: what check-ins and the patient reported; ``acts``: what
    was done on the alert, attempts included; ``judged``: what the nurse said about it.
    """

    zone: str
    title: str
    rule: str
    protocol: str
    severity: str
    citation: str
    asks: str
    began_at: datetime
    raised_at: datetime
    evidence: Sequence[Said]
    born: date
    sex: str
    followed: Sequence[str]
    medicines: Sequence[str]
    labs: Sequence[Said]
    changes: Sequence[Said]
    reported: Sequence[Said]
    judged: Sequence[Said]
    acts: Sequence[Said]


def telling(who: str, at: datetime) -> Said:
    """That somebody was told at ``at`` (aware), as whoever is told next reads it."""
    return Said(at, f"told the {who}")


def note(case: Case, told: str, now: datetime) -> dict[str, str]:
    """Situation, background, assessment and request to whoever is ``told``, with times in the patient's zone."""
    return {
        "situation": _situation(case),
        "background": _background(case, now),
        "assessment": _assessment(case),
        "request": _request(case, told),
    }


def _situation(case: Case) -> str:
    shown = sorted(case.evidence, key=lambda each: each.at)[-_MOST_EVIDENCE:]
    left = len(case.evidence) - len(shown)
    earlier = f" ({left} earlier findings at the alert)" if left else ""
    return (
        f"{case.title} ({case.rule}, {case.protocol}), {case.severity}, since {_local(case, case.began_at)}; "
        f"unanswered since {_local(case, case.raised_at)}. {_lines(case, shown)}{earlier}. By {case.citation}."
    )


def _background(case: Case, now: datetime) -> str:
    return " ".join(
        (
            f"{age_on(case.born, local_day(now, case.zone))} years, {case.sex}.",
            f"Followed for: {'; '.join(case.followed) or _NOTHING}.",
            f"Medicines: {'; '.join(case.medicines) or _NOTHING}.",
            f"Last labs ({LABS_WITHIN.days} days): {_lines(case, case.labs)}.",
            f"Changes of medicines ({CHANGES_WITHIN.days} days): {_lines(case, case.changes)}.",
        )
    )


def _assessment(case: Case) -> str:
    judged = f"Nurse: {_lines(case, case.judged)}." if case.judged else _UNASSESSED
    return (
        f"{judged} Reported ({REPORTED_WITHIN.days} days): {_lines(case, case.reported)}. "
        f"Done: {_lines(case, case.acts)}."
    )


def _request(case: Case, told: str) -> str:
    asked = f" The protocol asks: {case.asks}" if case.asks else ""
    return f"To the {told}: what is to be done now, by whom, until when?{asked}"


def _lines(case: Case, found: Sequence[Said]) -> str:
    return "; ".join(f"{_local(case, each.at)}: {each.text.rstrip('.')}" for each in found) or _NOTHING


def _local(case: Case, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(case.zone)):%Y-%m-%d %H:%M %Z}"
