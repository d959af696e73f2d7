"""One enrolled patient without a database: readings come, are corrected and voided, nurses act, alerts follow.

It takes the same steps as the store (``services.monitoring.domain.evaluation``): gate, alerts, window, evaluate.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from services.monitoring.domain.alerts import Alert, CloseSourceCorrected, Extend, Open, reconcile, state_now
from services.monitoring.domain.evaluation import Recheck, Touched, concerned_by, evaluate, may_change, window
from services.monitoring.domain.extents import NEAR, Extent, horizon, stirred
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.readings import Reading, ReadingKey, circumstances, outcome
from services.monitoring.domain.watch import Baseline, Watch
from services.monitoring.domain.worsening import upward, worst
from shared.vocabulary import AlertState, Comparator, ItemOutcome, Metric, ReadingStatus

NEW_YORK = ZoneInfo("America/New_York")


def local(text: str) -> datetime:
    """``"2026-09-08 07:02"`` on a clock in New York."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def a_reading(
    metric: Metric,
    value: str,
    unit: str,
    at: str | datetime,
    *,
    received: datetime | None = None,
    source: str = "home",
    **context: object,
) -> Reading:
    """A reading in words: ``a_reading(Metric.GLUCOSE_SMBG, "< 20", "mg/dL", "2026-09-10 03:10", fasting=True)``."""
    observed = local(at) if isinstance(at, str) else at
    sign, _, number = value.rpartition(" ")
    true, symptoms = circumstances(context)
    return Reading(
        metric=metric,
        value=Decimal(number),
        unit=unit,
        observed_at=observed,
        received_at=received or observed,
        source=source,
        comparator=Comparator(sign) if sign else None,
        symptoms=symptoms,
        context=true,
    )


def a_weight(
    value: str, at: str | datetime, unit: str = "kg", *, received: datetime | None = None, verified: bool = False
) -> Reading:
    """A weight on the scale at home."""
    return a_reading(Metric.BODY_WEIGHT, value, unit, at, received=received, verified=verified)


def a_glucose(
    value: str, at: str | datetime, unit: str = "mg/dL", *, received: datetime | None = None, named: Iterable[str] = ()
) -> Reading:
    """A fingerstick at home, with the symptoms named at the same time."""
    return a_reading(Metric.GLUCOSE_SMBG, value, unit, at, received=received, symptoms=list(named))


def symptoms(at: str | datetime, *named: str) -> Reading:
    """A report of symptoms by themselves."""
    return a_reading(Metric.SYMPTOMS, str(max(1, len(named))), "{count}", at, symptoms=list(named))


def a_watch(since: str = "2026-09-01 00:00", *, dry_weight: str | None = None, facts: Iterable[str] = ()) -> Watch:
    """A patient in New York, followed from ``since``."""
    begun = local(since)
    baselines = (Baseline(Metric.DRY_WEIGHT, Decimal(dry_weight), "kg", begun),) if dry_weight else ()
    return Watch("America/New_York", begun, baselines=baselines, facts=frozenset(facts))


@dataclass
class Ward:
    """The record of one patient under one protocol."""

    protocol: Protocol
    watch: Watch
    gated: bool = True
    readings: dict[ReadingKey, Reading] = field(default_factory=dict)
    alerts: dict[UUID, Alert] = field(default_factory=dict)
    expected: list[Recheck] = field(default_factory=list)
    log: list[Open | Extend | CloseSourceCorrected] = field(default_factory=list)

    def record(self, reading: Reading, now: datetime | None = None) -> ItemOutcome:
        """A reading arrives; by default at the time it was received."""
        became = outcome(reading, self.readings.get(reading.key))
        if became is not ItemOutcome.STORED:
            return became
        self.readings[reading.key] = reading
        rules = self._concerned(reading) if self.gated else None
        if rules is None or rules:
            self._evaluate({reading.metric: reading.observed_at}, now or reading.received_at, rules)
        return became

    def correct(self, key: ReadingKey, value: str, received: datetime) -> None:
        """The value was wrong."""
        old = self.readings[key]
        self.change(old._replace(value=Decimal(value), received_at=received, status=ReadingStatus.CORRECTED), received)

    def change(self, reading: Reading, now: datetime) -> None:
        """A new version of a reading that is there."""
        self.readings[reading.key] = reading
        self._evaluate({reading.metric: reading.observed_at}, now)

    def void(self, key: ReadingKey, now: datetime) -> None:
        """It never happened, or to somebody else."""
        self.readings[key] = self.readings[key]._replace(status=ReadingStatus.ENTERED_IN_ERROR)
        self._evaluate({key.metric: key.observed_at}, now)

    def sweep(self, now: datetime) -> None:
        """What time alone decides: snoozes that are over, rechecks that are due."""
        for alert in self.alerts.values():
            self.alerts[alert.id] = replace(alert, state=state_now(alert, alert.severity, now))
        due, self.expected = [e for e in self.expected if e.due <= now], [e for e in self.expected if e.due > now]
        for each in due:
            self._evaluate({each.metric: each.at}, now)

    def acknowledge(self, rule: str) -> None:
        alert = self.live(rule)
        self.alerts[alert.id] = replace(alert, state=AlertState.ACKNOWLEDGED, seen=alert.severity, snoozed_until=None)

    def snooze(self, rule: str, until: datetime) -> None:
        alert = self.live(rule)
        rising = upward(self.protocol.rule(rule))
        known = {} if rising is None else worst(alert.findings, rising)
        quiet = replace(alert, state=AlertState.SNOOZED, seen=alert.severity, snoozed_until=until, seen_values=known)
        self.alerts[alert.id] = quiet

    def resolve(self, rule: str) -> None:
        alert = self.live(rule)
        self.alerts[alert.id] = replace(alert, state=AlertState.RESOLVED, seen=alert.severity)

    def live(self, rule: str) -> Alert:
        """The one live alert of a rule."""
        (alert,) = [each for each in self.alerts.values() if each.rule == rule and each.live]
        return alert

    def raised(self) -> dict[str, str]:
        """Rule to severity of everything that was not withdrawn."""
        return {a.rule: str(a.severity) for a in self.alerts.values() if a.state is not AlertState.CLOSED}

    def state(self, now: datetime) -> set[object]:
        """The alerts without their ids, but for those whose evidence was withdrawn."""
        return {
            (a.rule, state_now(a, a.severity, now), a.severity, a.findings, a.cleared_at, a.retrospective)
            for a in self.alerts.values()
            if a.state is not AlertState.CLOSED
        }

    def everything(self, now: datetime) -> tuple[object, ...]:
        """What a full evaluation of the whole record would still change."""
        known = tuple(self.alerts.values())
        return reconcile(
            known, evaluate(self.protocol, self.watch, self.readings.values(), known, now=now).episodes, now
        )

    def _known(self, since: datetime) -> list[Alert]:
        return [
            alert
            for alert in self.alerts.values()
            if alert.live or (alert.last_at is not None and alert.last_at >= since)
        ]

    def _concerned(self, reading: Reading) -> set[str]:
        """The rules that have to be looked at, found as the store's gate finds them."""
        own = may_change(self.protocol, self.watch, reading, ())
        reach = horizon(self.protocol, reading.metric)
        if own and reach is not None:
            own = stirred(self.protocol, self.watch, reading, own, self._extent(reading, reach))
        known = self._known(reading.observed_at)
        rules = self.protocol.rules_of(reading.metric)
        return {rule.key for rule in own} | {rule.key for rule in rules if concerned_by(reading, rule, known)}

    def _extent(self, reading: Reading, reach: timedelta) -> Extent:
        around = [each for each in self.readings.values() if each.metric is reading.metric and each.valid]
        far = [each for each in around if each.observed_at >= reading.observed_at - reach]
        near = [each.value for each in far if each.observed_at >= reading.observed_at - NEAR]
        values = [each.value for each in far]
        mixed = any(each.unit != reading.unit or each.comparator is not None for each in far)
        later = any(each.observed_at > reading.observed_at for each in far)
        others = [each.observed_at for each in far if each.key != reading.key]
        before = max((at for at in others if at <= reading.observed_at), default=None)
        return Extent((min(near), max(near)), (min(values), max(values)), mixed=mixed, later=later, before=before)

    def _evaluate(self, touched: Touched, now: datetime, rules: set[str] | None = None) -> None:
        known = self._known(min(touched.values()))
        needed = window(self.protocol, self.watch, known, touched, rules)
        fetched = [r for r in self.readings.values() if r.metric in needed and r.observed_at >= needed[r.metric]]
        result = evaluate(self.protocol, self.watch, fetched, known, touched=touched, rules=rules, now=now)
        self.expected.extend(result.rechecks)
        for change in reconcile(known, result.episodes, now):
            self.log.append(change)
            self._write(change)

    def _write(self, change: Open | Extend | CloseSourceCorrected) -> None:
        if isinstance(change, CloseSourceCorrected):
            old = self.alerts[change.alert]
            self.alerts[change.alert] = replace(old, state=AlertState.CLOSED, findings=())
            return
        episode = change.episode
        new_id = UUID(int=len(self.alerts) + 1)
        fresh = Alert(new_id, episode.rule, AlertState.OPEN, episode.severity, ())
        old = fresh if isinstance(change, Open) else self.alerts[change.alert]
        if isinstance(change, Extend) and change.pierced and not change.raised:
            old = replace(old, seen=None, snoozed_until=None, seen_values=None)
        self.alerts[old.id] = replace(
            old,
            state=AlertState.OPEN if isinstance(change, Open) else change.state,
            severity=episode.severity if episode.findings else old.severity,
            findings=episode.findings,
            cleared_at=episode.cleared_at,
            retrospective=episode.retrospective,
        )
