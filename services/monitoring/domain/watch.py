"""What rules know of one enrolled patient besides readings: zone, baselines, individual targets, facts."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.monitoring.domain.bounds import Bound
from shared.vocabulary import Metric

_AHEAD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Baseline:
    """A value to compare with, such as a dry weight; it holds from ``set_at`` until a newer one or ``expires_at``.

    Instants are aware. From ``review_at`` on somebody should confirm it; it is still used.
    """

    metric: Metric
    value: Decimal
    unit: str
    set_at: datetime
    expires_at: datetime | None = None
    expiry_reason: str | None = None
    review_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A patient's own number in place of a protocol's bound, from ``starts_at`` until ``ends_at`` (aware).

    ``limit`` has one number per unit of the bound: :func:`services.monitoring.domain.targets.paired`.
    """

    bound: str
    limit: Bound
    starts_at: datetime
    ends_at: datetime | None
    author: str
    reason: str
    review_by: date
    prescriber: str | None = None


def in_force(targets: Iterable[Target], key: str, at: datetime) -> Target | None:
    """The one of these that holds for a bound at an instant (aware): the one that started last."""
    found: Target | None = None
    for each in targets:
        holds = each.starts_at <= at and (each.ends_at is None or at < each.ends_at)
        if each.bound == key and holds and (found is None or each.starts_at > found.starts_at):
            found = each
    return found


@dataclass(frozen=True, slots=True)
class Span:
    """A circumstance that holds from ``start`` (None: ever since) until before ``end`` (None: until further notice)."""

    fact: str
    start: datetime | None = None
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it holds at an instant (aware)."""
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Watch:
    """One enrollment as the rules see it. Findings before ``since`` (aware) open nothing, but count as history.

    ``zone`` is the IANA name of the zone in which the patient's days begin. ``facts`` are circumstances of
    clinical §1.8 such as ``hypoglycaemia-unaware``; those of ``spans`` hold for a time, see :meth:`at`.
    """

    zone: str
    since: datetime
    baselines: tuple[Baseline, ...] = ()
    targets: tuple[Target, ...] = ()
    facts: frozenset[str] = frozenset()
    spans: tuple[Span, ...] = ()
    _tz: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tz", ZoneInfo(self.zone))

    def at(self, instant: datetime) -> "Watch":
        """The same with the circumstances in force at an instant, as whoever judges a reading of then needs it."""
        if not self.spans:
            return self
        return replace(self, facts=self.facts | {each.fact for each in self.spans if each.holds(instant)}, spans=())

    def day(self, instant: datetime) -> date:
        """The patient's calendar day."""
        return instant.astimezone(self._tz).date()

    def late(self, observed_at: datetime, received_at: datetime) -> bool:
        """Whether something measured on a later day may have come before it; device clocks run ahead by minutes."""
        return self.day(observed_at) != self.day(received_at + _AHEAD)

    def baseline(self, metric: Metric, at: datetime) -> Baseline | None:
        """The newest baseline set at or before an instant; None when there was none yet, or that one had expired."""
        found: Baseline | None = None
        for each in self.baselines:
            newer = found is None or each.set_at > found.set_at
            if each.metric is metric and each.set_at <= at and newer:
                found = each
        if found is not None and found.expires_at is not None and found.expires_at <= at:
            return None
        return found

    def target(self, key: str, at: datetime) -> Target | None:
        """The individual target in force for a bound at an instant: the one that started last."""
        return in_force(self.targets, key, at)

    def limit(self, bound: Bound, unit: str, at: datetime) -> Decimal | None:
        """The number a value in ``unit`` is compared with; None when the rule does not know the unit."""
        if self.targets:
            own = self.target(bound.key, at)
            if own is not None:
                return own.limit.at.get(unit)
        return bound.at.get(unit)
