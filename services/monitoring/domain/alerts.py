"""Alerts: what is kept of an episode, what a nurse may do with it, and what newly found episodes change.

The state of an alert is a function of the findings and of the human acts (L4). A resolve covers the findings the alert
held at that moment; whatever is found later, or found to be worse, belongs to the live alert of the rule or opens one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import takewhile
from uuid import UUID

from services.monitoring.domain.bounds import rank
from services.monitoring.domain.findings import Finding
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.worsening import upward, worse
from shared.vocabulary import AlertState, Metric, NeedKind, Severity

LIVE = frozenset({AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED})


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as stored. ``findings`` are its evidence, ordered by ``at``.

    ``seen`` is the severity when somebody last acknowledged, snoozed or resolved it; ``snoozed_until`` is set while
    the last act was a snooze, ``seen_values`` is by metric the worst value known at it; ``cleared_at`` is the first
    reading after the last finding at which the rule's exit bound was reached.
    """

    id: UUID
    rule: str
    state: AlertState
    severity: Severity
    findings: tuple[Finding, ...]
    cleared_at: datetime | None = None
    seen: Severity | None = None
    snoozed_until: datetime | None = None
    retrospective: bool = False
    seen_values: Mapping[Metric, Decimal] | None = None

    @property
    def live(self) -> bool:
        """Whether it still waits for its end."""
        return self.state in LIVE

    @property
    def last_at(self) -> datetime | None:
        """The instant of the last finding; None when all evidence was withdrawn."""
        return max((each.at for each in self.findings), default=None)


@dataclass(frozen=True, slots=True)
class Episode:
    """What evaluation makes of one rule: the findings that belong to one alert, or to a new one (``alert`` None).

    ``upward``: the direction in which single values get worse, None where they do not say.
    """

    rule: str
    alert: UUID | None
    findings: tuple[Finding, ...]
    cleared_at: datetime | None
    opens_need: NeedKind | None = None
    need_from: Severity = Severity.HIGH
    upward: bool | None = None

    @property
    def severity(self) -> Severity:
        """The most serious finding."""
        return max((each.severity for each in self.findings), key=rank, default=Severity.INFO)

    @property
    def retrospective(self) -> bool:
        """Whether everything arrived more than 24 h late: it informs, and pages nobody."""
        return all(each.late for each in self.findings)

    @property
    def began_at(self) -> datetime:
        """The instant of the first finding. Raises ValueError for an episode without evidence."""
        return min(each.at for each in self.findings)

    @property
    def text(self) -> str:
        """The arithmetic of the most serious finding, the latest of them."""
        worst = max(self.findings, key=lambda each: (rank(each.severity), each.at), default=None)
        return "" if worst is None else worst.text


def episode(rule: Rule, alert: Alert | None, found: tuple[Finding, ...], cleared: datetime | None) -> Episode:
    """What was found for an alert of a rule, or for a new one."""
    mine = alert.id if alert is not None else None
    return Episode(rule.key, mine, found, cleared, rule.opens_need, rule.need_from, upward(rule))


@dataclass(frozen=True, slots=True)
class Open:
    """A new alert in state open."""

    episode: Episode

    @property
    def opens_need(self) -> NeedKind | None:
        """The need coordination is asked for: as serious as the rule asks, and not retrospective."""
        return _need(self.episode)


@dataclass(frozen=True, slots=True)
class Extend:
    """An alert whose evidence, severity, recovery or state changed; write every field as given.

    ``added`` and ``withdrawn`` are the evidence that came and went. A severity that fell (``lowered``) did so because
    evidence was withdrawn, never silently. ``pierced``: it had been acknowledged, snoozed or resolved and is open
    again because it became worse.
    """

    alert: UUID
    rule: str
    state: AlertState
    episode: Episode
    added: tuple[Finding, ...]
    withdrawn: tuple[Finding, ...]
    raised: bool
    lowered: bool
    pierced: bool

    @property
    def opens_need(self) -> NeedKind | None:
        """The need coordination is asked for when the severity was raised, as far as the rule asks for one."""
        return _need(self.episode) if self.raised else None


@dataclass(frozen=True, slots=True)
class CloseSourceCorrected:
    """A live alert whose only evidence was withdrawn: state closed, disposition source-corrected; it stays."""

    alert: UUID
    rule: str
    withdrawn: tuple[Finding, ...]


Change = Open | Extend | CloseSourceCorrected


def _need(episode: Episode) -> NeedKind | None:
    pressing = rank(episode.severity) >= rank(episode.need_from) and not episode.retrospective
    return episode.opens_need if pressing else None


def reconcile(alerts: Iterable[Alert], episodes: Iterable[Episode], now: datetime) -> tuple[Change, ...]:
    """What the store has to change so that its alerts are the episodes; nothing for an alert that is as it should be.

    ``episodes`` come from :func:`services.monitoring.domain.evaluation.evaluate` over the same ``alerts``.
    """
    stored = {alert.id: alert for alert in alerts}
    changes: list[Change] = []
    for episode in episodes:
        if episode.alert is None:
            changes.append(Open(episode))
            continue
        change = _change(stored[episode.alert], episode, now)
        if change is not None:
            changes.append(change)
    return tuple(changes)


def _change(alert: Alert, episode: Episode, now: datetime) -> Change | None:
    # What comes before the earliest change was handed on as it is.
    handed = sum(
        1 for _ in takewhile(lambda pair: pair[0] is pair[1], zip(alert.findings, episode.findings, strict=False))
    )
    then, found = alert.findings[handed:], episode.findings[handed:]
    before, after = set(then), set(found)
    withdrawn = tuple(each for each in then if each not in after)
    if not episode.findings:
        if alert.live:
            return CloseSourceCorrected(alert.id, alert.rule, withdrawn)
        # Already handled by a person: the record shows that the evidence went, the outcome stands.
        return _extension(alert, episode, alert.state, alert.severity, (), withdrawn) if withdrawn else None
    state = state_now(alert, episode.severity, now)
    if state is AlertState.SNOOZED and alert.seen_values and episode.upward is not None:
        state = AlertState.OPEN if worse(alert.seen_values, episode.findings, episode.upward) else state
    added = tuple(each for each in found if each not in before)
    same = (state, episode.severity, episode.cleared_at, episode.retrospective)
    if not added and not withdrawn and same == (alert.state, alert.severity, alert.cleared_at, alert.retrospective):
        return None
    return _extension(alert, episode, state, episode.severity, added, withdrawn)


def _extension(
    alert: Alert,
    episode: Episode,
    state: AlertState,
    severity: Severity,
    added: tuple[Finding, ...],
    withdrawn: tuple[Finding, ...],
) -> Extend:
    return Extend(
        alert=alert.id,
        rule=alert.rule,
        state=state,
        episode=episode,
        added=added,
        withdrawn=withdrawn,
        raised=rank(severity) > rank(alert.severity),
        lowered=rank(severity) < rank(alert.severity),
        pierced=state is AlertState.OPEN and alert.state is not AlertState.OPEN,
    )


def state_now(alert: Alert, severity: Severity, now: datetime) -> AlertState:
    """The state of an alert at ``now`` with this severity: worse than when last seen, or a snooze over, is open."""
    if alert.state is AlertState.RESOLVED or alert.state is AlertState.CLOSED or alert.seen is None:
        return alert.state
    if rank(severity) > rank(alert.seen):
        return AlertState.OPEN
    if alert.snoozed_until is None:
        return AlertState.ACKNOWLEDGED
    return AlertState.SNOOZED if now < alert.snoozed_until else AlertState.OPEN
