"""From readings to episodes: which readings are needed, what the rules find in them, and to whose alert it belongs.

The store follows four steps for a patient's change in readings (new, corrected or voided), per live enrollment:

1. ``touched``: for each metric the earliest instant at which a reading came, changed or went (of a corrected time, both
   instants). For new, valid readings only, :func:`may_change` says which rules have to be looked at, often none.
2. Its alerts: every live one, and every other one whose last finding is at or after the earliest touched instant.
3. :func:`window` says from which instant on each metric's readings are needed. Fetch those, without an upper end.
4. :func:`evaluate`, then ``alerts.reconcile``: pure, and as if all had been evaluated anew (a property test holds it).
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.monitoring.domain.alerts import Alert, Episode, episode
from services.monitoring.domain.findings import Finding
from services.monitoring.domain.history import History, Line, first_from
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.watch import Watch
from shared.vocabulary import AlertState, Metric

Touched = Mapping[Metric, datetime]


@dataclass(frozen=True, slots=True)
class Recheck:
    """A value that is still expected: evaluate again at ``due`` with ``{metric: at}`` touched."""

    rule: str
    metric: Metric
    at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The episodes of the rules that were evaluated, and what time alone will decide."""

    episodes: tuple[Episode, ...]
    rechecks: tuple[Recheck, ...]


def notes(protocol: Protocol, watch: Watch, reading: Reading) -> tuple[Finding, ...]:
    """What is only recorded (severity info) about one reading: it counts in trends and opens no alert."""
    past = History((reading,))
    found: list[Finding] = []
    for rule in protocol.noting:
        if reading.valid and reading.metric in rule.metrics:
            each = rule.find(past.line(rule.metrics), 0, past, watch.at(reading.observed_at))
            found += [each] if each is not None else []
    return tuple(found)


def may_change(protocol: Protocol, watch: Watch, reading: Reading, alerts: Sequence[Alert]) -> tuple[Rule, ...]:
    """The rules of which a *new* reading may change anything: the others certainly stay as they are.

    ``alerts`` as in step 2. A correction or a void concerns every rule.
    """
    if watch.spans:
        return protocol.rules_of(reading.metric)  # it may take part in what is judged while something else holds
    plain = reading.comparator is None and not reading.symptoms and protocol.telling.isdisjoint(reading.context)
    plain = plain and not (reading.metric in protocol.dated and watch.late(reading.observed_at, reading.received_at))
    rules = protocol.rules_of(reading.metric)
    if plain and not alerts and not watch.targets and protocol.wakes.isdisjoint(watch.facts):
        calm = protocol.calm.get((reading.metric, reading.unit))
        if calm is not None and calm[0] < reading.value < calm[1]:
            return ()
        rules = protocol.not_quiet(reading.metric, reading.unit, reading.value)
    at = reading.observed_at
    found = []
    for rule in rules:
        reaches = at >= watch.since or at + protocol.lookback[rule.key] >= watch.since
        if (reaches and rule.may_matter(reading, watch)) or (alerts and concerned_by(reading, rule, alerts)):
            found.append(rule)
    return tuple(found)


def concerned_by(reading: Reading, rule: Rule, alerts: Sequence[Alert]) -> bool:
    """Whether the reading may belong to an alert of the rule, come before its end, or end it."""
    for alert in alerts:
        if alert.rule == rule.key and alert.state is not AlertState.CLOSED:
            last = alert.last_at
            if last is not None and last >= reading.observed_at:
                return True
            if alert.live and (alert.cleared_at is None or alert.cleared_at >= reading.observed_at):
                return True
    return False


def window(
    protocol: Protocol, watch: Watch, alerts: Sequence[Alert], touched: Touched, rules: Container[str] | None = None
) -> dict[Metric, datetime]:
    """From which instant on the readings of each metric are needed; empty when no rule is concerned.

    ``rules``: the keys of those to look at, where the others are known to stay as they are (:func:`may_change`).
    """
    needed: dict[Metric, datetime] = {}
    for rule, since in _concerned(protocol, watch, touched, rules):
        own = [alert for alert in alerts if alert.rule == rule.key]
        start = min(since - rule.forward, _anchor(own, since)) - protocol.lookback[rule.key]
        for metric in rule.metrics:
            needed[metric] = min(start, needed.get(metric, start))
    return needed


def evaluate(
    protocol: Protocol,
    watch: Watch,
    readings: Iterable[Reading],
    alerts: Sequence[Alert] = (),
    *,
    touched: Touched | None = None,
    rules: Container[str] | None = None,
    now: datetime,
) -> Evaluation:
    """The episodes of every rule concerned by ``touched`` (aware instants), or of all rules over all of ``readings``.

    ``readings`` in any order, at least those of :func:`window`, ``rules`` as there, ``alerts`` as in step 2. Episodes
    of alerts come even when nothing changed; an episode without findings is an alert whose evidence was withdrawn.
    """
    past = History(readings)
    episodes: list[Episode] = []
    rechecks: list[Recheck] = []
    everything: Iterable[tuple[Rule, None]] = ((rule, None) for rule in protocol.alerting)
    for rule, since in everything if touched is None else _concerned(protocol, watch, touched, rules):
        line = past.line(rule.metrics)
        own = [alert for alert in alerts if alert.rule == rule.key and alert.state is not AlertState.CLOSED]
        found, expected = _findings(rule, line, past, watch, since, now)
        rechecks.extend(expected)
        episodes.extend(_episodes(rule, own, found, line, past, watch, since))
    return Evaluation(tuple(episodes), tuple(rechecks))


def _concerned(
    protocol: Protocol, watch: Watch, touched: Touched, rules: Container[str] | None
) -> Iterable[tuple[Rule, datetime]]:
    """The rules with the earliest instant that matters to them; one too old to reach the enrollment does not."""
    only = next(iter(touched)) if len(touched) == 1 else None
    for rule in protocol.alerting if only is None else protocol.rules_of(only):
        if rules is not None and rule.key not in rules:
            continue
        since = min((touched[metric] for metric in rule.metrics if metric in touched), default=None)
        if since is not None and since + protocol.lookback[rule.key] + rule.forward >= watch.since:
            yield rule, since


def _findings(
    rule: Rule, line: Line, past: History, watch: Watch, since: datetime | None, now: datetime
) -> tuple[list[Finding], list[Recheck]]:
    """The findings at or after ``since`` (all when None), in order, and what is still expected."""
    found: list[Finding] = []
    expected: list[Recheck] = []
    forward = rule.forward
    start = 0 if since is None else first_from(line, since - forward)
    for i in range(start, len(line)):
        reading = line[i]
        if reading.observed_at < watch.since:
            continue
        here_and_then = watch.at(reading.observed_at)
        if since is None or reading.observed_at >= since:
            here = rule.find(line, i, past, here_and_then)
            if here is not None:
                found.append(here)
        if forward:
            missing = rule.recheck(line, i, here_and_then, now)
            if isinstance(missing, Finding) and (since is None or missing.at >= since):
                found.append(missing)
            elif isinstance(missing, datetime):
                expected.append(Recheck(rule.key, reading.metric, reading.observed_at, missing))
    return found, expected


def _episodes(
    rule: Rule,
    alerts: Sequence[Alert],
    found: Sequence[Finding],
    line: Line,
    past: History,
    watch: Watch,
    since: datetime | None,
) -> Iterable[Episode]:
    """Each finding goes to the resolved alert that covers it, all others to the live alert or to a new one."""
    handled = [alert for alert in alerts if not alert.live]
    current = next((alert for alert in alerts if alert.live), None)
    rest = list(found)
    for alert in handled:
        covered = {(each.reading, each.at): each for each in alert.findings}
        mine = [each for each in rest if _covers(covered.get((each.reading, each.at)), each)]
        rest = [each for each in rest if each not in mine]
        if mine or alert.findings:
            mine_now = _ordered(_kept(alert, since), mine)
            yield episode(rule, alert, mine_now, alert.cleared_at)
    kept = _kept(current, since) if current is not None else []
    findings = _ordered(kept, rest)
    if findings or current is not None:
        cleared = _cleared(rule, current, findings, line, past, watch, since)
        yield episode(rule, current, findings, cleared)


def _covers(then: Finding | None, found: Finding) -> bool:
    """Whether a person has dealt with this already: it was there when resolved, and is not worse now."""
    return then is not None and then.severity.rank >= found.severity.rank


def _kept(alert: Alert, since: datetime | None) -> list[Finding]:
    """Stored evidence from before anything changed."""
    return [] if since is None else [each for each in alert.findings if each.at < since]


def _ordered(kept: Sequence[Finding], found: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted((*kept, *found), key=lambda each: (each.at, each.reading, each.grade)))


def _anchor(alerts: Sequence[Alert], since: datetime) -> datetime:
    """From where on it has to be seen again whether the live alert is over: the last finding that certainly stays."""
    for alert in alerts:
        if not alert.live:
            continue
        untouched = alert.cleared_at is not None and alert.cleared_at < since
        if untouched and all(each.at < since for each in alert.findings):
            return since
        return max((each.at for each in alert.findings if each.at < since), default=since)
    return since


def _cleared(
    rule: Rule,
    alert: Alert | None,
    findings: Sequence[Finding],
    line: Line,
    past: History,
    watch: Watch,
    since: datetime | None,
) -> datetime | None:
    """The instant of the first reading after the last finding at which the rule is over, None while it is not."""
    if not findings:
        return None
    last = max(each.at for each in findings)
    if since is not None and alert is not None and last < since:
        before = alert.cleared_at
        if before is not None and before < since and alert.last_at == last:
            return before
    for i in range(first_from(line, last), len(line)):
        # A recheck that did not come is found between readings: only what follows it can clear it.
        if line[i].observed_at > last and rule.clears(line, i, past, watch.at(line[i].observed_at)):
            return line[i].observed_at
    return None
