"""How closely a patient is followed: the entries of clinical §1.10 as one pure rule, with the inputs it used."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from shared.kit.months import months_after
from shared.vocabulary import Metric, RiskTier, Severity

SOURCE = "clinical §1.10"
AFTER_DISCHARGE = timedelta(days=30)
HIGH_WINDOW = timedelta(days=14)
RISING_WINDOW = timedelta(days=30)
LACE = 10
GOLD_E = "gold-e"
"""The circumstance by which a clinician says COPD group E; counted exacerbations say it too (clinical §1.5)."""
STABLE_MONTHS = 6
# [default] §1.10 does not say how old a score may be, nor when a tier may be loosened.
SCORES_COUNT = timedelta(days=365)
SETTLED = timedelta(days=14)

_CLOSEST = tuple(RiskTier)


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert of the enrollment that still counts: when its episode began, and when it was opened here."""

    severity: Severity
    began_at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Score:
    """The newest value of a metric, in the unit received."""

    metric: Metric
    value: Decimal
    unit: str
    at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Discharge:
    """The newest end of a hospital stay, with the LACE score when it is known."""

    at: datetime
    known_at: datetime
    lace: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rule looks at; all instants are aware."""

    discharge: Discharge | None = None
    alerts: tuple[Raised, ...] = ()
    scores: tuple[Score, ...] = ()
    circumstances: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cause:
    """One entry criterion that holds; ``known_at`` is when it became known, None when nobody can say."""

    key: str
    tier: RiskTier
    sentence: str
    known_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the enrollment stands: its tier, since when, and when anybody last decided about it."""

    tier: RiskTier
    since: datetime
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """A tier the rule comes to. ``suggested``: it is less close, so the case manager decides."""

    tier: RiskTier
    suggested: bool
    causes: tuple[Cause, ...]
    reason: str


def causes(facts: Facts, now: datetime) -> tuple[Cause, ...]:
    """Every entry criterion of a closer tier that holds at an instant, closest tier first."""
    found = [*_discharge(facts.discharge, now), *_alerts(facts.alerts, now), *_scores(facts.scores, now)]
    if GOLD_E in facts.circumstances:
        found.append(Cause("gold-e", RiskTier.RISING, "COPD group E", None))
    return tuple(sorted(found, key=lambda cause: _CLOSEST.index(cause.tier)))


def move(standing: Standing, found: Sequence[Cause], now: datetime) -> Move | None:
    """What follows for a patient: closer at once, less close as a suggestion; None when the tier stays.

    Closer only for what became known after the last decision: a person who saw it and decided otherwise is not
    overruled. Less close no sooner than 14 days after the last decision [default]. Goals are taken to be met while no
    criterion of a closer tier holds [default].
    """
    news = [each for each in found if each.known_at is not None and each.known_at > standing.decided_at]
    for each in news:
        if _closer(each.tier, standing.tier):
            because = tuple(cause for cause in news if cause.tier is each.tier)
            return Move(each.tier, suggested=False, causes=because, reason=_said(because))
    rests = found[0].tier if found else _quiet(standing, now)
    if not _closer(standing.tier, rests) or now < standing.decided_at + SETTLED:
        return None
    held = tuple(cause for cause in found if cause.tier is rests)
    if rests is RiskTier.MAINTENANCE:
        reason = f"stable for {STABLE_MONTHS} months"
    else:
        reason = _said(held) if held else f"no criterion for {standing.tier} holds any more"
    return Move(rests, suggested=True, causes=held, reason=reason)


def _closer(one: RiskTier, other: RiskTier) -> bool:
    return _CLOSEST.index(one) < _CLOSEST.index(other)


def _quiet(standing: Standing, now: datetime) -> RiskTier:
    if standing.tier is RiskTier.MAINTENANCE:
        return RiskTier.MAINTENANCE
    long = standing.tier is RiskTier.STABLE and now >= months_after(standing.since, STABLE_MONTHS)
    return RiskTier.MAINTENANCE if long else RiskTier.STABLE


def _discharge(last: Discharge | None, now: datetime) -> Iterable[Cause]:
    if last is None or now >= last.at + AFTER_DISCHARGE:
        return
    yield Cause("post-discharge", RiskTier.HIGH, "discharged from hospital less than 30 days ago", last.known_at)
    if last.lace is not None and last.lace >= LACE:
        yield Cause("lace", RiskTier.HIGH, f"LACE {last.lace} ≥ {LACE}", last.known_at)


def _alerts(alerts: Sequence[Raised], now: datetime) -> Iterable[Cause]:
    def known(severity: Severity, window: timedelta) -> list[datetime]:
        return sorted(each.known_at for each in alerts if each.severity is severity and _inside(each, window, now))

    critical = known(Severity.CRITICAL, HIGH_WINDOW)
    if critical:
        yield Cause("critical-alert", RiskTier.HIGH, "a critical alert in 14 days", critical[-1])
    high = known(Severity.HIGH, HIGH_WINDOW)
    if len(high) >= 2:
        yield Cause("high-alerts", RiskTier.HIGH, f"{len(high)} high alerts in 14 days", high[-1])
    lately = known(Severity.HIGH, RISING_WINDOW)
    if lately:
        yield Cause("high-alert", RiskTier.RISING, "a high alert in 30 days", lately[-1])
    moderate = known(Severity.MODERATE, RISING_WINDOW)
    if len(moderate) >= 3:
        yield Cause("moderate-alerts", RiskTier.RISING, f"{len(moderate)} moderate alerts in 30 days", moderate[-1])


def _inside(alert: Raised, window: timedelta, now: datetime) -> bool:
    return now - window < alert.began_at <= now


# By metric and unit received: the bound, and whether above or below it is the criterion.
_ABOVE = MappingProxyType(
    {
        (Metric.HBA1C, "%"): Decimal(9),
        (Metric.HBA1C, "mmol/mol"): Decimal(75),
    }
)
_AT_LEAST = MappingProxyType({Metric.NYHA: Decimal(3)})
# GOLD 2026: one moderate or severe exacerbation in the past year (before, two moderate or one hospitalised).
_GOLD_2026 = MappingProxyType({Metric.EXACERBATIONS: "moderate", Metric.EXACERBATION_ADMISSIONS: "hospitalised"})
_AT_MOST = MappingProxyType({Metric.ACT: Decimal(15)})
SCORED = frozenset({Metric.HBA1C, Metric.NYHA, Metric.ACT, *_GOLD_2026})


def _scores(scores: Sequence[Score], now: datetime) -> Iterable[Cause]:
    for each in scores:
        if not now - SCORES_COUNT < each.at <= now:
            continue
        said = _criterion(each)
        if said is not None:
            yield Cause(each.metric.value, RiskTier.RISING, said, each.known_at)


def _criterion(score: Score) -> str | None:
    above = _ABOVE.get((score.metric, score.unit))
    if above is not None and score.value > above:
        return f"HbA1c {score.value} {score.unit} > {above}"
    least = _AT_LEAST.get(score.metric)
    if least is not None and score.value >= least:
        return f"NYHA {score.value} ≥ {least}"
    if (how := _GOLD_2026.get(score.metric)) is not None and score.value >= 1:
        return f"COPD group E by GOLD 2026 ({how} exacerbations in the year: {score.value})"
    most = _AT_MOST.get(score.metric)
    if most is not None and score.value <= most:
        return f"ACT {score.value} ≤ {most}"
    return None


def _said(found: Sequence[Cause]) -> str:
    return "; ".join(each.sentence for each in found)
