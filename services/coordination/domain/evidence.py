"""What a piece of evidence does to a need: meets it, stops one of its clocks, or nothing; and why."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from services.coordination.domain.clocks import Clock
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.needs import EvidenceDoesNotFit
from shared.kit.problems import Problem
from shared.kit.zones import before_birth
from shared.vocabulary import EvidenceKind, Metric, NeedKind

E = EvidenceKind
# What happens to or with the patient at home counts from the instant the clocks start, not a minute before.
_FROM_START = frozenset({E.INTERACTIVE_CONTACT, E.TWO_ATTEMPTS, E.DEVICE_SET_UP, E.FIRST_READING, E.LAB_RESULT})
# A visit during the stay is none after the discharge.
_NOT_IN_HOSPITAL = frozenset({E.VISIT, E.REFERRAL_CLOSED})
# What the evidence alone says it is for; a laboratory result says it by what was measured.
_SAYS: dict[EvidenceKind, NeedKind] = {
    E.INTERACTIVE_CONTACT: NeedKind.CONTACT,
    E.TWO_ATTEMPTS: NeedKind.CONTACT,
    E.VISIT: NeedKind.VISIT,
    E.RECONCILIATION: NeedKind.MED_RECONCILIATION,
    E.DEVICE_SET_UP: NeedKind.TELEMONITORING,
    E.FIRST_READING: NeedKind.TELEMONITORING,
    E.WATCH_ENDED: NeedKind.READMISSION_WATCH,
}


class DoneBeforeBirth(Problem):
    """Work said to be done before its patient was born."""

    code = "need.done-before-birth"
    title = "The work is before the patient's birth"


class DoneBeforeStart(Problem):
    """Work said to be done before the need for it could begin."""

    code = "need.done-before-start"
    title = "The work is before the need could begin"


@dataclass(frozen=True, slots=True)
class Shown:
    """Evidence as it came: done at a UTC instant; ``metrics`` what a laboratory measured."""

    kind: EvidenceKind
    done_at: datetime
    metrics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Begun:
    """When a need began: ``day`` is the start of that local day, ``admitted`` the admission of the stay it is of."""

    day: datetime
    admitted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """``meets`` the need; or ``stops`` one clock; or is ``kept`` as a part of what is missing; or does nothing."""

    because: str
    meets: bool = False
    stops: str | None = None
    kept: bool = False

    @property
    def does(self) -> bool:
        """Whether anything follows from the evidence."""
        return self.meets or self.kept or self.stops is not None


def counts_from(evidence: EvidenceKind, clocks: Collection[Clock], begun: Begun) -> datetime:
    """The first instant at which such work counts for a need.

    Calls, devices and what is measured count from the start of the clocks. Paper, reconciliations, screens and teaching
    may be done in hospital, so they count from the admission; without a stay, they and visits count from the start
    of the day on which the need began [default]. A visit during the stay is none after it.
    """
    start = min((clock.start_at for clock in clocks), default=begun.day)
    if evidence in _FROM_START or (evidence in _NOT_IN_HOSPITAL and begun.admitted is not None):
        return start
    return earliest(clocks, begun)


def earliest(clocks: Iterable[Clock], begun: Begun) -> datetime:
    """The first instant at which anything can be done for a need."""
    start = min((clock.start_at for clock in clocks), default=begun.day)
    return min(start, begun.day, begun.admitted or start)


def check_done(evidence: EvidenceKind, done_at: datetime, since: datetime) -> None:
    """Raises:
    DoneBeforeStart: earlier than ``since``, the first instant that counts.
    """
    if done_at < since:
        raise DoneBeforeStart(
            f"{evidence} counts for this need from {since:%Y-%m-%dT%H:%MZ}, and this was done at "
            f"{done_at:%Y-%m-%dT%H:%MZ}. Correct the time, or waive the need with the code already-done-elsewhere."
        )


def check_born(done_at: datetime, born: date) -> None:
    """Raises:
    DoneBeforeBirth: more than a day before the birth date (zones may differ by one).
    """
    if before_birth(done_at, born):
        raise DoneBeforeBirth("The work is before the patient's birth date. Check the time and the patient.")


def fits(kind: NeedKind, evidence: EvidenceKind) -> bool:
    """Whether evidence of this sort can do anything for needs of a kind."""
    return evidence in KINDS[kind].accepts or evidence in KINDS[kind].stops


def says(evidence: EvidenceKind, kind: NeedKind) -> bool:
    """Whether the evidence alone says that it is for needs of a kind, with no need named."""
    if evidence is EvidenceKind.LAB_RESULT:
        return bool(KINDS[kind].metrics)
    return _SAYS.get(evidence) is kind


def unsaid(evidence: EvidenceKind, candidates: Collection[str], *, met: bool) -> str:
    """The sentence for needs that evidence may be for, though it does not say so; empty when there are none."""
    if not candidates:
        return ""
    which = ", ".join(candidates)
    if met:
        return f"{evidence} may also be for: {which}. Name one with need_id if it is"
    return f"{evidence} does not say which need it is for, so nothing is met. Name it with need_id, or need: {which}"


def judge(kind: NeedKind, since: datetime, earlier: frozenset[str], shown: Shown) -> Effect:
    """What ``shown`` does to a need for which it counts ``since`` then; ``earlier`` metrics were measured before."""
    facts = KINDS[kind]
    if shown.done_at < since:
        return Effect(
            f"{shown.kind} at {shown.done_at:%Y-%m-%dT%H:%MZ} came before {since:%Y-%m-%dT%H:%MZ}, from when it counts"
        )
    if shown.kind in facts.stops:
        return Effect(f"{shown.kind} stops the clock {facts.stops[shown.kind]}", stops=facts.stops[shown.kind])
    if shown.kind not in facts.accepts:
        return Effect(f"{shown.kind} does not show that {kind} is met")
    return _complete(facts.metrics, earlier, shown)


def _complete(wanted: frozenset[Metric], earlier: frozenset[str], shown: Shown) -> Effect:
    if shown.kind is not EvidenceKind.LAB_RESULT or not wanted:
        return Effect(f"{shown.kind} meets the need", meets=True)
    if not wanted & shown.metrics:
        return Effect(f"other results than {', '.join(sorted(wanted))}")
    missing = wanted - earlier - shown.metrics
    if missing:
        return Effect(f"still missing: {', '.join(sorted(missing))}", kept=True)
    return Effect(f"all results are there: {', '.join(sorted(wanted))}", meets=True)


def check_fits(kind: NeedKind, evidence: EvidenceKind) -> None:
    """Raises:
    EvidenceDoesNotFit: evidence of this sort does not meet needs of this kind.
    """
    accepts = KINDS[kind].accepts
    if evidence not in accepts:
        wanted = ", ".join(sorted(accepts))
        raise EvidenceDoesNotFit(f"{kind} is met by: {wanted}. Send one of these, or waive the need with a reason.")
