"""Education that is reviewed by the year and at critical times (ADA, clinical §1.2 cadence)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.monitoring.domain.silence import OF_PATIENT, Done, Examination
from shared.vocabulary import Metric

DISCHARGE = "discharge"
"""The transition of care that is on record here."""


@dataclass(frozen=True, slots=True, order=True)
class CriticalTime:
    """On which local day something began that asks for a review, and what: a circumstance, or a discharge."""

    on: date
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Education(Examination):
    """A review due by the calendar, and within ``within_days`` of a critical time that came after the last one.

    Critical are the end of a hospital stay and the beginning of one of the ``critical`` circumstances. ``times`` are
    those of the patient since following began: what was before, the first review looks at.
    """

    critical: frozenset[str]
    within_days: int = 30
    times: tuple[CriticalTime, ...] = field(default=(), metadata=OF_PATIENT)

    def due_on(self, done: Mapping[Metric, Done], followed_on: date) -> date | None:
        usual = Examination.due_on(self, done, followed_on)
        asked = self._asked(done)
        if asked is None or usual is None:
            return usual
        return min(usual, asked.on + timedelta(days=self.within_days))

    def why(self, done: Mapping[Metric, Done]) -> str:
        asked = self._asked(done)
        return "" if asked is None else f"{asked.what} of {asked.on}"

    def rhythm(self) -> str:
        text = f"every {self.months} months, and within {self.within_days} days of a discharge or the beginning of "
        text += ", ".join(sorted(self.critical))
        return f"{text}; low a day after it was due, moderate after {self.moderate_days} days"

    def _asked(self, done: Mapping[Metric, Done]) -> CriticalTime | None:
        """The first critical time since the last review."""
        last = self.last(done)
        return min((each for each in self.times if last is None or each.on > last.on), default=None)
