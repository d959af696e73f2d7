"""Whether examinations are overdue, by everything the record says of them: asked in one way wherever it is asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.monitoring.domain import pinned
from services.monitoring.domain.after_changes import COUNTED, AfterChange, MedicineChange
from services.monitoring.domain.education import DISCHARGE, CriticalTime, Education
from services.monitoring.domain.missing import NOT_EXPECTED, Verdict, of_examination
from services.monitoring.domain.silence import Done, Examination
from services.monitoring.domain.watch import in_force
from services.monitoring.store import critical_times, medicine_changes, receipts
from services.monitoring.store.expectation_looks import DueExamination
from services.monitoring.store.expectations import ExpectationRow
from services.monitoring.store.medicine_changes import TookEffect
from services.monitoring.store.receipts import Latest
from services.monitoring.usecases import rosters
from shared.db.base import Session
from shared.kit.zones import local_day
from shared.vocabulary import MedicineClass, Metric, PlanChangeKind


class Named(NamedTuple):
    """An examination of an enrollment by the version that names it."""

    enrollment_id: UUID
    key: str
    patient_id: UUID
    protocol: str
    protocol_version: str
    since: datetime


Asked = ExpectationRow | DueExamination | Named


@dataclass(frozen=True, slots=True)
class Examined:
    """By patient and metric the newest result, by patient the changes of medicines that tests follow.

    ``times``: by enrollment what began when that asks for education.
    """

    latest: Mapping[tuple[UUID, str], Latest]
    changes: Mapping[UUID, Sequence[TookEffect]]
    times: Mapping[UUID, Sequence[tuple[str, datetime]]]

    def of(
        self, row: Asked, targets: Iterable[dict[str, Any]], *, zone: str, now: datetime
    ) -> tuple[Examination, dict[Metric, Done]] | None:
        """The examination as it is for this patient, and when its parts were done; None when the row is of none.

        ``targets``: the individual targets that the enrollment keeps.
        """
        expected = pinned.expected(row.protocol, row.protocol_version, row.key)
        if not isinstance(expected, Examination):
            return None
        if isinstance(expected, AfterChange):
            changes = self.changes.get(row.patient_id, ())
            expected = replace(expected, changes=tuple(change_of(each, zone) for each in changes))
        elif isinstance(expected, Education):
            times = self.times.get(row.enrollment_id, ())
            expected = replace(expected, times=tuple(CriticalTime(local_day(at, zone), what) for what, at in times))
        return _by_own_goal(expected, targets, now), self._done(row.patient_id, expected.metrics, zone)

    def verdict(
        self,
        row: Asked,
        targets: Iterable[dict[str, Any]],
        *,
        activated_at: datetime | None,
        zone: str,
        now: datetime,
    ) -> Verdict:
        """Whether it is missing as of ``now``."""
        found = self.of(row, targets, zone=zone, now=now)
        if found is None:
            return NOT_EXPECTED
        expected, done = found
        followed = activated_at or row.since
        return of_examination(expected, done=done, since=row.since, followed=followed, now=now, zone=zone)

    def _done(self, patient_id: UUID, metrics: Iterable[Metric], zone: str) -> dict[Metric, Done]:
        found = {each: self.latest.get((patient_id, each.value)) for each in metrics}
        return {
            metric: Done(local_day(last.observed_at, zone), last.value, last.unit)
            for metric, last in found.items()
            if last is not None
        }


async def known(tx: Session, rows: Iterable[Asked], now: datetime, *, known_by: datetime | None = None) -> Examined:
    """Ask the record about those of these rows that are examinations; of results those received by ``known_by``.

    The metrics are those the protocol names now, also where a row was planned before it named them.
    """
    asked = [(row, expected) for row in rows if (expected := _examination(row)) is not None]
    tests = [(row.patient_id, metric.value) for row, expected in asked for metric in expected.metrics]
    after = {row.patient_id: each for row, each in asked if isinstance(each, AfterChange)}
    classes = {drug_class for each in after.values() for drug_class in each.checks}
    taught = {row.enrollment_id: each for row, each in asked if isinstance(each, Education)}
    facts = {fact for each in taught.values() for fact in each.critical}
    return Examined(
        await receipts.latest(tx, tests, now, known_by=known_by),
        await medicine_changes.took_effect(tx, after, now, kinds=COUNTED, classes=classes),
        await critical_times.of_enrollments(tx, taught, now, facts=facts, discharge=DISCHARGE),
    )


def _examination(row: Asked) -> Examination | None:
    expected = pinned.expected(row.protocol, row.protocol_version, row.key)
    return expected if isinstance(expected, Examination) else None


def _by_own_goal(expected: Examination, kept: Iterable[dict[str, Any]], now: datetime) -> Examination:
    key = expected.goal_key
    if key is None:
        return expected
    own = in_force((rosters.target(each) for each in kept if each["bound"] == key), key, now)
    return expected.of_patient(None if own is None else own.limit.at)


def change_of(change: TookEffect, zone: str) -> MedicineChange:
    """A change as tests after it are due by."""
    window = (change.labs_from, change.labs_to)
    return MedicineChange(
        on=local_day(change.effective_at, zone),
        drug=change.drug,
        drug_class=MedicineClass(change.drug_class),
        kind=PlanChangeKind(change.kind),
        window=None if window[0] is None or window[1] is None else (window[0], window[1]),
    )
