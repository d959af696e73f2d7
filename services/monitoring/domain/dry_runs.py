"""Two versions of a protocol over the same readings: which alerts each opens, and how they differ."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from services.monitoring.domain.bounds import rank
from services.monitoring.domain.evaluation import evaluate
from services.monitoring.domain.findings import Finding
from services.monitoring.domain.history import History, Line, first_from
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.silence import Examination, Stream
from services.monitoring.domain.watch import Watch
from shared.kit.problems import Problem
from shared.vocabulary import AlertDifference, Severity


class PeriodRefused(Problem):
    """A dry run looks back over days that have been."""

    code = "dry-run.period"
    title = "The period does not fit"


class CannotBeDecided(Problem):
    """The content cannot judge these readings."""

    code = "dry-run.cannot-be-decided"
    title = "A rule of this version fails on stored readings"


@dataclass(frozen=True, slots=True)
class Spell:
    """One alert: a rule from its first finding until its exit; ``until`` is the last finding while it ``lasts``.

    ``raised_at``: when it was known to be this serious, so that its deadlines began; ``late``: it pages nobody.
    """

    rule: str
    severity: Severity
    began_at: datetime
    raised_at: datetime
    until: datetime
    lasts: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """An alert of the old version beside the one of the new version that stands for the same event."""

    difference: AlertDifference
    rule: str
    old: Spell | None
    new: Spell | None


def spells(protocol: Protocol, watch: Watch, readings: Sequence[Reading], *, now: datetime) -> list[Spell]:
    """The alerts these readings open from ``watch.since`` on, as if each were resolved as soon as it is over.

    ``readings`` in any order, from the longest lookback before ``watch.since`` up to ``now`` (aware).
    """
    past = History(readings)
    found: list[Spell] = []
    for episode in evaluate(protocol, watch, readings, now=now).episodes:
        rule = protocol.rule(episode.rule)
        assert rule is not None
        found += _split(rule, episode.findings, past.line(rule.metrics), past, watch)
    return found


def _split(rule: Rule, findings: Sequence[Finding], line: Line, past: History, watch: Watch) -> Iterator[Spell]:
    mine: list[Finding] = []
    for each, following in pairwise((*findings, None)):
        assert each is not None
        mine.append(each)
        over = _over(rule, each.at, following.at if following is not None else None, line, past, watch)
        if over is not None or following is None:
            yield _spell(rule, mine, over)
            mine = []


def _spell(rule: Rule, mine: Sequence[Finding], over: datetime | None) -> Spell:
    worst = max((one.severity for one in mine), key=rank)
    # A recheck that did not come is found when it was due.
    raised_at = min(max(one.at, one.known_at) for one in mine if one.severity is worst)
    late = all(one.late for one in mine)
    return Spell(rule.key, worst, mine[0].at, raised_at, over or mine[-1].at, lasts=over is None, late=late)


def _over(
    rule: Rule, last: datetime, before: datetime | None, line: Line, past: History, watch: Watch
) -> datetime | None:
    for i in range(first_from(line, last), len(line)):
        at = line[i].observed_at
        if before is not None and at >= before:
            return None
        if at > last and rule.clears(line, i, past, watch.at(at)):
            return at
    return None


def compared(old: Iterable[Spell], new: Iterable[Spell]) -> list[Compared]:
    """Every alert of either version once: those of one rule that overlap in time are the same event."""
    rest = sorted(new, key=_place)
    found: list[Compared] = []
    for spell in sorted(old, key=_place):
        twin = next((each for each in rest if each.rule == spell.rule and _overlap(spell, each)), None)
        if twin is None:
            found.append(Compared(AlertDifference.ONLY_OLD, spell.rule, spell, None))
            continue
        rest.remove(twin)
        same = twin.severity is spell.severity
        difference = AlertDifference.SAME if same else AlertDifference.OTHER_SEVERITY
        found.append(Compared(difference, spell.rule, spell, twin))
    return found + [Compared(AlertDifference.ONLY_NEW, each.rule, None, each) for each in rest]


def _place(spell: Spell) -> tuple[str, datetime]:
    return spell.rule, spell.began_at


def _overlap(one: Spell, other: Spell) -> bool:
    return one.began_at <= other.until and other.began_at <= one.until


def left_out(old: Protocol, new: Protocol, *, silences: bool, overdue: bool, deadlines: bool) -> list[str]:
    """In sentences, what a report of these two says nothing of; the three say whether it looked for them."""
    every = [each for one in (old, new) for each in one.expects]
    others = sorted({each.key for each in every if not isinstance(each, Stream | Examination)})
    return [
        *([] if silences else [_BEFORE.format("Readings that did not come")]),
        *([] if overdue else [_BEFORE.format("Examinations that were overdue")]),
        *([] if deadlines else [_BEFORE.format("Deadlines of alerts")]),
        *([f"What else is expected: {', '.join(others)}."] if others else []),
        "Who would have been told of alerts in the end: that hangs on who answers.",
        "Forms: what they ask, and what their answers raise by themselves.",
        "What people did: alerts that were put off or ended. Silence that is high because another alert stands.",
        "Device clouds that were dark, and alerts of before the period on which an expectation hangs.",
    ]


_BEFORE = "{}: the run was begun by a program that did not look for them. Run it again."
