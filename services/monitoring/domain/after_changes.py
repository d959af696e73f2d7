"""Tests that come due because a medicine was begun or its dose changed (clinical §1.3 labs, §6.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.monitoring.domain.silence import OF_PATIENT, Done, Examination
from shared.vocabulary import MedicineClass, Metric, PlanChangeKind

COUNTED = frozenset({PlanChangeKind.START, PlanChangeKind.DOSE, PlanChangeKind.RESUME})
"""What begins a medicine or changes its dose; one that is taken up again begins anew [default]."""


@dataclass(frozen=True, slots=True)
class MedicineChange:
    """A change that took effect on a local day; ``window``: from and until when its own order asks for the tests."""

    on: date
    drug: str
    drug_class: MedicineClass
    kind: PlanChangeKind
    window: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Tests from the ``opens``-th day after a change on, by its ``due``-th at the latest."""

    opens: int
    due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterChange(Examination):
    """Tests due so many days after each change of a medicine of these classes, not again by the calendar alone.

    ``groups``: of each one metric suffices. A test counts for every check that had opened by its day, so a later one
    makes up for those that were missed. ``changes`` are those of the patient. ``months`` says nothing here.
    """

    checks: Mapping[MedicineClass, tuple[Check, ...]]
    groups: tuple[tuple[Metric, ...], ...]
    changes: tuple[MedicineChange, ...] = field(default=(), metadata=OF_PATIENT)
    months: int = 0
    moderate_days: int = 7

    def last(self, done: Mapping[Metric, Done]) -> Done | None:
        """The group that was tested longest ago; None when one never was."""
        found = [max((done[each] for each in group if each in done), key=_day, default=None) for group in self.groups]
        known = [each for each in found if each is not None]
        return min(known, key=_day) if len(known) == len(found) else None

    def due_on(self, done: Mapping[Metric, Done], followed_on: date) -> date | None:
        """The first day by which a check should have been made and was not; None when none is open."""
        pending = self._pending(done)
        return pending[0] if pending is not None else None

    def why(self, done: Mapping[Metric, Done]) -> str:
        pending = self._pending(done)
        if pending is None:
            return ""
        due, opens, change = pending
        return f"{change.drug}, {change.kind} of {change.on}: from {opens} to {due}"

    def rhythm(self) -> str:
        rows: dict[tuple[Check, ...], list[str]] = {}
        for drug_class, checks in self.checks.items():
            rows.setdefault(checks, []).append(drug_class)
        said = "; ".join(
            f"{', '.join(classes)}: day {', '.join(f'{check.opens} to {check.due}' for check in checks)}"
            for checks, classes in rows.items()
        )
        text = f"after a start, a new dose or taking up again, by its order, else {said}"
        return f"{text}; low a day after it was due, moderate after {self.moderate_days} days"

    def _pending(self, done: Mapping[Metric, Done]) -> tuple[date, date, MedicineChange] | None:
        last = self.last(done)
        missed = [
            (due, opens, change)
            for change in self.changes
            for opens, due in self._windows(change)
            if last is None or last.on < opens
        ]
        return min(missed, key=lambda each: each[:2], default=None)

    def _windows(self, change: MedicineChange) -> Iterator[tuple[date, date]]:
        if change.window is not None:
            yield change.window
            return
        for check in self.checks.get(change.drug_class, ()):
            yield change.on + timedelta(days=check.opens), change.on + timedelta(days=check.due)


def _day(done: Done) -> date:
    return done.on
