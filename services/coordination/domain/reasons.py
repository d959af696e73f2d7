"""Why a need stands: each reason with the clocks it brings. Together they make the need's clocks and priority.

Adding reasons is idempotent and does not depend on their order: the strictest clock wins, every reason is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.coordination.domain.clocks import Clock, Pause, paused, strictest
from services.coordination.domain.off_hours import deferred
from shared.kit.calendar import Calendar
from shared.vocabulary import PathwayKey, Priority, SourceKind


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; ``withdrawn_at`` when it no longer holds. ``recorded_at`` is a UTC instant. ``displaced`` are clocks
    in whose place a fact set another, until that fact is gone."""

    source_kind: SourceKind
    source_id: str | None
    text: str
    priority: Priority
    clocks: tuple[Clock, ...]
    recorded_at: datetime
    recorded_by: str
    pathway: PathwayKey | None = None
    pathway_version: str | None = None
    citation: str | None = None
    earliest_start: date | None = None
    withdrawn_at: datetime | None = None
    displaced: tuple[Clock, ...] = ()

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What makes two reasons the same one: said twice it is still one reason."""
        return (self.source_kind, self.source_id or "", self.pathway or "", self.text)


def with_reason(reasons: Iterable[Reason], new: Reason) -> tuple[Reason, ...]:
    """The reasons and one more. The same reason again can make it stricter and never looser, so that repeating it
    postpones no clock; but it replaces a withdrawn one, and a stay's newest discharge is the one that counts.
    """
    known = {reason.identity: reason for reason in reasons}
    before = known.get(new.identity)
    if before is None or before.withdrawn_at is not None or new.source_kind is SourceKind.STAY:
        known[new.identity] = new
    else:
        known[new.identity] = _both(before, new)
    return tuple(known[key] for key in sorted(known))


def _both(one: Reason, other: Reason) -> Reason:
    """The same reason said twice: the strictest clock of each key, the higher priority, and who said it first."""
    first = min(one, other, key=lambda r: (r.recorded_at, r.recorded_by, r.pathway_version or "", r.citation or ""))
    starts = [reason.earliest_start for reason in (one, other) if reason.earliest_start is not None]
    return replace(
        first,
        priority=max(one.priority, other.priority, key=lambda p: p.rank),
        clocks=strictest((*one.clocks, *other.clocks)),
        earliest_start=max(starts, default=None),
        displaced=strictest((*one.displaced, *other.displaced)),
    )


def without_source(reasons: Iterable[Reason], kind: SourceKind, source_id: str, at: datetime) -> tuple[Reason, ...]:
    """The reasons with those of one source withdrawn."""
    return tuple(
        replace(r, withdrawn_at=at)
        if (r.source_kind, r.source_id) == (kind, source_id) and r.withdrawn_at is None
        else r
        for r in reasons
    )


def standing(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Those that still hold."""
    return tuple(reason for reason in reasons if reason.withdrawn_at is None)


def priority_of(reasons: Iterable[Reason]) -> Priority:
    """The most pressing of the standing reasons."""
    return max((r.priority for r in standing(reasons)), key=lambda p: p.rank, default=Priority.ROUTINE)


def earliest_start_of(reasons: Iterable[Reason]) -> date | None:
    """The day before which nothing may start: the latest that any standing reason names."""
    return max((r.earliest_start for r in standing(reasons) if r.earliest_start is not None), default=None)


def clocks_of(
    reasons: Iterable[Reason], before: Iterable[Clock], pauses: tuple[Pause, ...], calendar: Calendar
) -> tuple[Clock, ...]:
    """The need's clocks: the strictest of each key, with the need's pauses, moved off days off where the practice wants
    that, and still stopped where they were.

    A clock that starts only after the work was done is not stopped by that work.
    """
    stopped = {clock.key: clock for clock in before if clock.met_at is not None}
    found = []
    for clock in strictest(clock for reason in standing(reasons) for clock in reason.clocks):
        now_paused = paused(clock, pauses, calendar) if pauses else clock
        stop = stopped.get(clock.key)
        if stop is not None and stop.met_at is not None and stop.met_at >= clock.start_at:
            now_paused = now_paused.met(stop.met_at, stop.met_how or "")
        found.append(now_paused)
    return deferred(tuple(found), calendar)


def with_clock(reasons: Iterable[Reason], clock: Clock) -> tuple[Reason, ...]:
    """The reasons with their clock of the same key replaced: a fact now known sets it."""
    return tuple(_set(reason, clock) for reason in reasons)


def _set(reason: Reason, clock: Clock) -> Reason:
    own = next((one for one in reason.clocks if one.key == clock.key), None)
    if own is None:
        return reason
    known = clock.key in {one.key for one in reason.displaced}
    clocks = tuple(clock if one.key == clock.key else one for one in reason.clocks)
    return replace(reason, clocks=clocks, displaced=reason.displaced if known else (*reason.displaced, own))


def without_clock(reasons: Iterable[Reason], key: str) -> tuple[Reason, ...]:
    """The reasons with their own clock of a key back: the fact that had set another is gone."""
    return tuple(_restored(reason, key) for reason in reasons)


def _restored(reason: Reason, key: str) -> Reason:
    own = {one.key: one for one in reason.displaced if one.key == key}
    if not own:
        return reason
    kept = tuple(one for one in reason.displaced if one.key != key)
    return replace(reason, clocks=tuple(own.get(one.key, one) for one in reason.clocks), displaced=kept)
