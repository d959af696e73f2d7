"""Whether something expected is missing as of an instant, how serious that is, and when to look again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.monitoring.domain.silence import URGENT, Done, Examination, Stream, Waits, in_words
from shared.kit.zones import local_day
from shared.vocabulary import Metric, Severity

_STANDS = timedelta(hours=24)
"""How often an absence that cannot become more serious is looked at again."""
UNSTARTED = timedelta(days=7)
"""How often it is looked whether somebody has begun to send what they need not send."""
_REVIEWED = timedelta(days=30)
"""Results are corrected and sent late: an examination that is not due is looked at again after so long at most."""
_STEPS = (Severity.LOW, Severity.MODERATE)


@dataclass(frozen=True, slots=True)
class Absence:
    """What is missing since ``since``; it reached its severity at ``reached_at`` (both aware)."""

    severity: Severity
    since: datetime
    reached_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """``absence`` when something is missing; ``look_at`` when that may next change, None while nothing is expected.

    ``came``: where nothing is missing, because it came; otherwise because it is no longer asked for.
    """

    absence: Absence | None
    look_at: datetime | None
    came: bool = True


NOT_EXPECTED = Verdict(None, None)


class Reason(NamedTuple):
    """An alert of a rule on which an expectation hangs; aware instants.

    ``cleared_at``: measured or reported to be over; ``settled_at``: a person ended it.
    """

    rule: str
    opened_at: datetime
    cleared_at: datetime | None = None
    settled_at: datetime | None = None


def asked_since(expected: Stream, reasons: Iterable[Reason], heard: datetime | None, now: datetime) -> datetime | None:
    """Since when an expectation that hangs on alerts is asked for; None: it is not, or not any more.

    Asked for while one of them stands and ``lingers`` after it was over. What a person ended is over by that only once
    something was ``heard`` (received) since: of who sends nothing nobody knows that they are well again (§1.11, "stops
    when green 7 d").
    """
    own = (each for each in reasons if each.rule in expected.during)
    return min((each.opened_at for each in own if _asks(each, expected.lingers, heard, now)), default=None)


def _asks(reason: Reason, lingers: timedelta, heard: datetime | None, now: datetime) -> bool:
    over = reason.cleared_at or reason.settled_at
    if over is None or now - over <= lingers:
        return True
    return reason.cleared_at is None and (heard is None or heard < over)


def of_stream(
    expected: Stream,
    *,
    since: datetime,
    heard: datetime | None,
    now: datetime,
    zone: str,
    own: Waits | None = None,
    urgent: bool = False,
) -> Verdict:
    """``heard`` is when the last reading was received; ``urgent``: a high or critical alert stands unresolved."""
    if expected.once_started and heard is None:
        return Verdict(None, now + UNSTARTED)
    begun = since if heard is None else max(since, heard)
    steps = [(each, expected.step_at(each, begun, zone, own)) for each in _STEPS]
    if urgent:
        steps.append((Severity.HIGH, begun + URGENT))
    reached = [(step, at) for step, at in steps if at <= now]
    ahead = [at for _, at in steps if at > now]
    look_at = min(ahead) if ahead else now + _STANDS
    if not reached:
        return Verdict(None, look_at)
    severity, at = max(reached, key=lambda step: (step[0].rank, step[1]))
    return Verdict(Absence(severity, begun, at, _silence(expected, begun, heard, zone, steps)), look_at)


def _silence(
    expected: Stream, begun: datetime, heard: datetime | None, zone: str, steps: list[tuple[Severity, datetime]]
) -> str:
    what = ", ".join(metric.value for metric in expected.metrics)
    never = heard is None or heard < begun
    since = "expected from" if never else "last received"
    said = ", ".join(f"{severity} at {_local(at, zone)} ({in_words(at - begun)})" for severity, at in steps)
    return f"{what}: {since} {_local(begun, zone)}, nothing since: {said}"


def of_examination(
    expected: Examination, *, done: Mapping[Metric, Done], since: datetime, followed: datetime, now: datetime, zone: str
) -> Verdict:
    """``done`` is when each was last done; ``since``: nothing is said before; ``followed``: following began."""
    last = expected.last(done)
    due_on = expected.due_on(done, local_day(followed, zone))
    if due_on is None:
        return Verdict(None, now + _REVIEWED)
    steps = [(each, max(expected.step_at(each, due_on, zone), since)) for each in _STEPS]
    reached = [(step, at) for step, at in steps if at <= now]
    ahead = [at for _, at in steps if at > now]
    look_at = min((*ahead, now + _REVIEWED))
    if not reached:
        return Verdict(None, look_at)
    severity, at = reached[-1]
    was = "none known" if last is None else f"last done {last.on}"
    why = f" ({said})" if (said := expected.why(done)) else ""
    text = f"{', '.join(metric.value for metric in expected.metrics)}: {was}{why}, due {due_on}: " + ", ".join(
        f"{step} from {local_day(each, zone)}" for step, each in steps
    )
    return Verdict(Absence(severity, steps[0][1], at, text), look_at)


def _local(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M}"
