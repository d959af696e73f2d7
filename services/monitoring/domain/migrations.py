"""Moving an enrollment to another version of its protocol: what is judged anew, and what no longer fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from services.monitoring.domain import targets
from services.monitoring.domain.alerts import Alert, Episode
from services.monitoring.domain.evaluation import Evaluation, Recheck, evaluate
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.watch import Target, Watch
from shared.kit.problems import Conflict, Problem
from shared.vocabulary import Metric

# Values older than a day inform and page nobody (domain §5.4): a new version does not page for them either.
REACH = timedelta(hours=24)


class CannotMigrate(Problem):
    """The enrollment cannot be moved to that version."""

    code = "enrollment.cannot-migrate"
    title = "The enrollment cannot be moved to this version"


class TargetsUnsettled(Conflict):
    """Individual limits that the new version does not know, or would refuse, are dealt with first."""

    code = "enrollment.targets-unsettled"
    title = "Individual limits do not fit the new version"


@dataclass(frozen=True, slots=True)
class Misfit:
    """An individual limit in force that does not fit another version, and why."""

    target_id: UUID
    bound: str
    sentence: str


def misfits(protocol: Protocol, known: Iterable[tuple[UUID, Target]], *, now: datetime) -> list[Misfit]:
    """The limits in force at ``now`` or later that must be withdrawn before moving to ``protocol``."""
    found = []
    for target_id, target in known:
        why = _misfit(protocol, target) if target.ends_at is None or target.ends_at > now else None
        if why is not None:
            found.append(Misfit(target_id, target.bound, why))
    return found


def _misfit(protocol: Protocol, target: Target) -> str | None:
    if target.bound in protocol.goals_of_examinations:
        return None
    default = protocol.bounds.get(target.bound)
    if default is None:
        return f"The version has no bound {target.bound}: this limit would never be looked at."
    if set(default.at) - set(target.limit.at):
        return f"The version compares {target.bound} in other units: {', '.join(default.at)}."
    return targets.refusal(
        protocol, target.limit, prescriber=target.prescriber, starts_on=date.min, review_by=target.review_by
    )


def since(rule: Rule, alerts: Sequence[Alert], *, now: datetime) -> datetime:
    """From when on a rule is judged anew: a day back, and all the evidence of its live alert."""
    first = [finding.at for alert in alerts if alert.live and alert.rule == rule.key for finding in alert.findings]
    return min((*first, now - REACH))


def needed(protocol: Protocol, alerts: Sequence[Alert], *, now: datetime) -> dict[Metric, datetime]:
    """From which instant on the readings of each metric are needed."""
    found: dict[Metric, datetime] = {}
    for rule in protocol.alerting:
        start = since(rule, alerts, now=now) - rule.forward - rule.lookback
        for metric in rule.metrics:
            found[metric] = min(start, found.get(metric, start))
    return found


def judged(
    old: Protocol,
    protocol: Protocol,
    watch: Watch,
    readings: Sequence[Reading],
    alerts: Sequence[Alert],
    *,
    now: datetime,
) -> Evaluation:
    """What the version makes of what is live and of the last day; alerts that people have ended stay as they are.

    An alert of a rule that the version does not have any more has no evidence left. Silence is nobody's rule and stays.
    """
    ended = {alert.id for alert in alerts if not alert.live}
    gone = {rule.key for rule in old.alerting} - {rule.key for rule in protocol.alerting}
    episodes = [Episode(each.rule, each.id, (), None) for each in alerts if each.live and each.rule in gone]
    rechecks: list[Recheck] = []
    for rule in protocol.alerting:
        own = [alert for alert in alerts if alert.rule == rule.key]
        # Followed for less than a day: a rule touched long before that would be taken for one that cannot reach it.
        at = max(since(rule, own, now=now), watch.since)
        alone = replace(protocol, rules=(rule,))
        found = evaluate(alone, watch, readings, own, touched=dict.fromkeys(rule.metrics, at), now=now)
        episodes += [episode for episode in found.episodes if episode.alert not in ended]
        rechecks += found.rechecks
    return Evaluation(tuple(episodes), tuple(rechecks))
