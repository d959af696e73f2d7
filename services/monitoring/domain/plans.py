"""Plans as versions: what differs between two of them, and what a change does to the list of medicines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from services.monitoring.domain.medicines import Medicine
from shared.kit.problems import Conflict, Forbidden, Problem
from shared.vocabulary import MedicineStatus, PlanChangeKind

SECTIONS = ("goals", "medicines", "orders", "education")


class PlanExists(Conflict):
    """A patient has one plan."""

    code = "plan.exists"
    title = "The patient has a plan already"


class MedicinesNeedPrescriber(Forbidden):
    """Only who may prescribe, or the record of what was prescribed, says what a patient takes."""

    code = "plan.medicines-need-prescriber"
    title = "A prescriber or the EHR lists the medicines"


class KeyTwice(Problem):
    """A key names one line of a section."""

    code = "plan.key-twice"
    title = "Two lines have the same key"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that differs; ``key`` is the line's own."""

    section: str
    key: str
    change: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


Content = Mapping[str, Sequence[Mapping[str, Any]]]


def differences(earlier: Content, later: Content) -> Iterator[Difference]:
    """What differs between two versions, section by section."""
    for section in SECTIONS:
        before, after = _by_key(earlier, section), _by_key(later, section)
        for key in sorted(before.keys() | after.keys()):
            old, new = before.get(key), after.get(key)
            if old != new:
                change = "added" if old is None else "removed" if new is None else "changed"
                yield Difference(section, key, change, old, new)


def _by_key(content: Content, section: str) -> dict[str, Mapping[str, Any]]:
    return {str(line["id" if section == "medicines" else "key"]): line for line in content[section]}


def changed(
    medicine: Medicine, kind: PlanChangeKind, dose: Decimal | None, at: datetime, prescriber: str | None
) -> Medicine:
    """The line after a change takes effect; ``prescriber`` when one decided, which makes it the prescriber's dose."""
    match kind:
        case PlanChangeKind.DOSE if dose is not None:
            medicine = replace(medicine, dose=dose, changed_at=at, returns_at=None, returns_to=None)
        case PlanChangeKind.HOLD:
            medicine = replace(medicine, status=MedicineStatus.ON_HOLD)
        case PlanChangeKind.STOP:
            medicine = replace(medicine, status=MedicineStatus.STOPPED, returns_at=None, returns_to=None)
        case _:
            medicine = replace(medicine, status=MedicineStatus.ACTIVE)
    if prescriber is None:
        return medicine
    return replace(medicine, prescriber=prescriber, prescribed_dose=medicine.dose, prescribed_at=at)


def unfit(medicine: Medicine, kind: PlanChangeKind) -> str | None:
    """Why a change does not fit a line as it stands; None when it does."""
    fitting = {
        PlanChangeKind.DOSE: {MedicineStatus.ACTIVE},
        PlanChangeKind.HOLD: {MedicineStatus.ACTIVE},
        PlanChangeKind.STOP: {MedicineStatus.ACTIVE, MedicineStatus.ON_HOLD},
        PlanChangeKind.RESUME: {MedicineStatus.ON_HOLD},
    }
    if medicine.status in fitting.get(kind, set()):
        return None
    return f"The medicine is {medicine.status}; {kind} does not fit."
