"""What a piece of evidence does to a need: meets it, stops one of its clocks, or nothing; and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.coordination.domain.clocks import Clock
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.needs import EvidenceDoesNotFit
from shared.vocabulary import EvidenceKind, Metric, NeedKind


@dataclass(frozen=True, slots=True)
class Shown:
    """Evidence as it came: done at a UTC instant; ``metrics`` what a laboratory measured."""

    kind: EvidenceKind
    done_at: datetime
    metrics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Effect:
    """``meets`` the need; or ``stops`` one clock; or is ``kept`` as a part of what is missing; or does nothing."""

    because: str
    meets: bool = False
    stops: str | None = None
    kept: bool = False


def judge(kind: NeedKind, clocks: Iterable[Clock], earlier: frozenset[str], shown: Shown) -> Effect:
    """What ``shown`` does to a need; ``earlier`` are metrics measured before, since the clocks started."""
    facts = KINDS[kind]
    start = min((clock.start_at for clock in clocks), default=shown.done_at)
    if shown.done_at < start:
        return Effect(f"{shown.kind} at {shown.done_at:%Y-%m-%dT%H:%MZ} came before the need's clocks started")
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
