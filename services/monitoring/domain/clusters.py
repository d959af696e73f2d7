"""Rules of several symptoms: so many of them in one report, lasting, or reported again (clinical §1.3, §1.5)."""

from dataclasses import dataclass
from datetime import timedelta

from services.monitoring.domain.findings import Finding, finding
from services.monitoring.domain.history import History, Line
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.repeats import duration
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.watch import Watch
from shared.vocabulary import Metric, Severity, Symptom

_REPORTS = (Metric.SYMPTOMS,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster(Rule):
    """A report names ``majors`` of the major symptoms, or one of them and a minor one, and one of ``along`` if given.

    ``lasting``: reports did so already that long before, at most ``within`` ago, with none in between that did not; or
    the report itself says so by its circumstance ``lasting-24-h``. Without it one report is enough.
    """

    major: frozenset[Symptom]
    level: Severity
    majors: int = 2
    minor: frozenset[Symptom] = frozenset()
    along: frozenset[Symptom] = frozenset()
    lasting: timedelta | None = None
    within: timedelta = timedelta(hours=72)
    metrics: tuple[Metric, ...] = _REPORTS

    @property
    def severity(self) -> Severity:
        return self.level

    @property
    def upward(self) -> bool:
        return True

    @property
    def lookback(self) -> timedelta:
        return self.within if self.lasting is not None else timedelta(0)

    def met(self, reading: Reading) -> bool:
        """Whether one report names enough."""
        named = reading.symptoms
        if self.along and not self.along & named:
            return False
        major = len(self.major & named)
        return major >= self.majors or bool(major and self.minor & named)

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        return self.met(reading)

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        if not self.met(reading) or not self.applies(reading, watch):
            return None
        text = "reported: " + ", ".join(sorted((self.major | self.minor | self.along) & reading.symptoms))
        partners: tuple[Reading, ...] = ()
        if self.lasting is not None and "lasting-24-h" not in reading.context:
            first = self._first(line, i, self.lasting)
            if first is None:
                return None
            partners = (first,)
            text += f", since {duration(reading.observed_at - first.observed_at)}"
        level = self.serious(self.level, watch)
        return finding(self.key, "reported", level, reading, text=text, source=self.source, partners=partners)

    def _first(self, line: Line, i: int, lasting: timedelta) -> Reading | None:
        """A report at least ``lasting`` ago since when every report names enough."""
        for j in range(i - 1, -1, -1):
            age = line[i].observed_at - line[j].observed_at
            if age > self.within or not self.met(line[j]):
                return None
            if age >= lasting:
                return line[j]
        return None

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        return not self.met(line[i])

    def criterion(self) -> str:
        text = f"{self.majors} of {', '.join(sorted(self.major))}"
        if self.minor:
            text += f", or one of them with any of {', '.join(sorted(self.minor))}"
        if self.along:
            text += f"; together with any of {', '.join(sorted(self.along))}"
        if self.lasting is not None:
            text += f"; for {duration(self.lasting)} or longer"
        return f"{text} ({self.level})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedAgain(Rule):
    """One of these symptoms in two reports at most ``within`` apart."""

    symptoms: frozenset[Symptom]
    within: timedelta
    level: Severity
    metrics: tuple[Metric, ...] = _REPORTS

    @property
    def severity(self) -> Severity:
        return self.level

    @property
    def upward(self) -> bool:
        return True

    @property
    def lookback(self) -> timedelta:
        return self.within

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        return bool(self.symptoms & reading.symptoms)

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        named = self.symptoms & reading.symptoms
        if not named or not self.applies(reading, watch):
            return None
        for j in range(i - 1, -1, -1):
            before = line[j]
            if reading.observed_at - before.observed_at > self.within:
                break
            if self.symptoms & before.symptoms:
                text = f"reported: {', '.join(sorted(named))}, again within {duration(self.within)}"
                level = self.serious(self.level, watch)
                return finding(self.key, "again", level, reading, text=text, source=self.source, partners=(before,))
        return None

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        return not self.symptoms & line[i].symptoms

    def criterion(self) -> str:
        return f"any of {', '.join(sorted(self.symptoms))} in two reports within {duration(self.within)} ({self.level})"
