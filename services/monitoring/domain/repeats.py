"""Rules of repetition: consecutive checks, several in a window, several events in a week (clinical §1.2, §1.3)."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from services.monitoring.domain.bounds import Grade
from services.monitoring.domain.findings import Finding, finding
from services.monitoring.domain.graded import Graded, shown
from services.monitoring.domain.history import History, Line
from services.monitoring.domain.parts import found_at, quiet_of
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Band, Rule
from services.monitoring.domain.watch import Watch
from shared.vocabulary import Metric, Severity


def _start(line: Line, i: int) -> int:
    """The first reading measured at the same instant as ``line[i]``: one check may have several parts."""
    while i > 0 and line[i - 1].observed_at == line[i].observed_at:
        i -= 1
    return i


def _check(line: Line, i: int) -> list[Reading]:
    """All readings of the check ``line[i]`` belongs to."""
    first = last = _start(line, i)
    while last < len(line) and line[last].observed_at == line[first].observed_at:
        last += 1
    return line[first:last]


@dataclass(frozen=True, slots=True)
class Unrepeated:
    """After a first value another check is asked for ``within`` so long; when none comes it is found at this level.

    Counted from receipt where that is later, with ``grace``: devices upload late.
    """

    within: timedelta
    level: Severity
    source: str
    grace: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(Graded):
    """A bound reached at two consecutive checks at least ``apart``, or at ``times`` checks, ``within`` so long.

    Consecutive: every check between the two reaches it as well, and where ``gap`` is given no two neighbours are
    farther from each other. Readings of one instant are one check. ``unrepeated``: what it means when after a first
    value nobody measured again.
    """

    apart: timedelta
    within: timedelta
    times: int | None = None
    gap: timedelta | None = None
    unrepeated: Unrepeated | None = None

    @property
    def lookback(self) -> timedelta:
        return self.within

    @property
    def forward(self) -> timedelta:
        return self.unrepeated.within if self.unrepeated is not None else timedelta(0)

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        top = self.grade(reading, watch)
        if top is None:
            return None
        for grade in reversed(self.grades[: self.grades.index(top) + 1]):
            earlier = self._earlier(line, i, grade, watch)
            if earlier:
                severity = self.serious(grade.severity, watch)
                text = f"{self.compared(reading, grade, watch)}, after "
                text += ", ".join(shown(each) for each in reversed(earlier))
                return finding(
                    self.key, grade.name, severity, reading, text=text, source=self.source, partners=tuple(earlier)
                )
        return None

    def _earlier(self, line: Line, i: int, grade: Grade, watch: Watch) -> list[Reading]:
        """The earlier readings that make ``line[i]`` a repetition, newest first; none where it is not."""
        now, since = line[i].observed_at, line[i].observed_at - self.within
        hits: list[Reading] = []
        consecutive, neighbour = True, now
        j = _start(line, i) - 1
        while j >= 0 and line[j].observed_at >= since:
            first = _start(line, j)
            hit = next((each for each in line[first : j + 1] if self.reaches(each, grade, watch)), None)
            at = line[j].observed_at
            consecutive = consecutive and hit is not None and (self.gap is None or neighbour - at <= self.gap)
            if hit is not None:
                hits.append(hit)
                if consecutive and now - at >= self.apart:
                    return [hit]
                if self.times is not None and len(hits) + 1 >= self.times:
                    return hits
            if not consecutive and self.times is None:
                return []
            neighbour, j = at, first - 1
        return []

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        check = _check(line, i)
        return any(self.is_over(each, watch) for each in check) and all(
            self.grade(each, watch) is None for each in check
        )

    def criterion(self) -> str:
        within = f"within {duration(self.within)}"
        apart = f"≥ {duration(self.apart)} apart " if self.apart else ""
        text = f"{self.steps()}, on two consecutive checks {apart}{within}"
        if self.unrepeated is not None:
            wait = duration(self.unrepeated.within)
            text += f"; a first such value not measured again within {wait} ({self.unrepeated.level})"
        return text if self.times is None else f"{text}, or on {self.times} checks {within}"

    def recheck(self, line: Line, i: int, watch: Watch, now: datetime) -> Finding | datetime | None:
        expected, reading = self.unrepeated, line[i]
        if expected is None or self.grade(reading, watch) is None:
            return None
        # A value that itself repeats another one is confirmed: nothing more is waited for.
        said = any(self.grade(each, watch) is not None for each in line[_start(line, i) : i])
        if said or self._earlier(line, i, self.grades[0], watch):
            return None
        at = reading.observed_at + expected.within
        for later in line[i + 1 :]:
            if later.observed_at > at:
                break
            if later.observed_at >= reading.observed_at + self.apart and later.observed_at > reading.observed_at:
                return None
        due = max(at, reading.received_at + expected.grace)
        if now < due:
            return due
        text = f"{shown(reading)}, and not measured again within {duration(expected.within)}"
        level = self.serious(expected.level, watch)
        return finding(self.key, "not repeated", level, reading, at=at, text=text, source=expected.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeCount(Graded):
    """So many events within a window. An event begins at a value that reaches the bound with none in ``apart`` before.

    Values closer than ``apart`` are one event: what lies between them does not matter, so a normal value that arrives
    late changes nothing. With ``parts``, whatever one of these rules finds belongs to an event, and nothing else.
    """

    times: int
    within: timedelta
    apart: timedelta
    parts: tuple[Rule, ...] = ()

    @property
    def lookback(self) -> timedelta:
        return self.within + self.apart + max((part.lookback for part in self.parts), default=timedelta(0))

    def _begun(self, line: Line, past: History, watch: Watch) -> list[int]:
        """The indices at which events begin; found once for a line."""
        known = past.marks.get(self.key)
        if known is None:
            known, last = [], None
            for i, each in enumerate(line):
                if self._belongs(each, past, watch):
                    if last is None or each.observed_at - last >= self.apart:
                        known.append(i)
                    last = each.observed_at
            past.marks[self.key] = known
        return known

    def _belongs(self, reading: Reading, past: History, watch: Watch) -> bool:
        if not self.parts:
            return self.grade(reading, watch) is not None
        return any(found_at(part, reading, past, watch) is not None for part in self.parts)

    def _events(self, line: Line, i: int, past: History, watch: Watch) -> list[Reading]:
        """The readings at which events of the window ending at ``line[i]`` begin, newest first."""
        since = line[i].observed_at - self.within
        begun = self._begun(line, past, watch)
        known = (line[begun[k]] for k in range(bisect_right(begun, i) - 1, -1, -1))
        return list(takewhile(lambda each: each.observed_at >= since, known))

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        begun = self._begun(line, past, watch)
        place = bisect_right(begun, i) - 1
        if place < 0 or begun[place] != i:
            return None
        events = self._events(line, i, past, watch)
        if len(events) < self.times:
            return None
        grade = self.grades[-1]
        said = ", ".join(_event(each) for each in reversed(events))
        text = f"{len(events)} events within {duration(self.within)}: {said}"
        severity = self.serious(grade.severity, watch)
        return finding(
            self.key, grade.name, severity, line[i], text=text, source=self.source, partners=tuple(events[1:])
        )

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        return len(self._events(line, i, past, watch)) < self.times

    def compared_in(self, units: tuple[str, ...]) -> tuple[str, ...]:
        # With parts each of these compares what comes in its own units.
        return tuple(each for each in units if each in self.grades[0].bound.at) if self.parts else units

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        if not self.parts:
            return super(EpisodeCount, self).may_matter(reading, watch)
        return any(reading.metric in part.metrics and part.may_matter(reading, watch) for part in self.parts)

    def quiet(self, metric: Metric, unit: str) -> Band | None:
        return quiet_of(self.parts, metric, unit) if self.parts else super(EpisodeCount, self).quiet(metric, unit)

    def criterion(self) -> str:
        grades = ", ".join(str(grade) for grade in self.grades)
        within, apart = duration(self.within), duration(self.apart)
        if self.parts:
            grades = " or ".join(f"({part.criterion()})" for part in self.parts)
        return f"{self.times} or more events within {within} of {grades}, ≥ {apart} apart"


def _event(reading: Reading) -> str:
    return shown(reading) if reading.metric is not Metric.SYMPTOMS else "reported"


def duration(span: timedelta) -> str:
    """``7 d``, ``36 h``, ``20 min``."""
    for unit, name in ((timedelta(days=1), "d"), (timedelta(hours=1), "h")):
        if span >= unit and not span % unit:
            return f"{span // unit} {name}"
    return f"{span // timedelta(minutes=1)} min"
