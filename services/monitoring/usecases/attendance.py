"""What was due besides readings and examinations: check-ins that were not held, sensors that are hardly worn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.attendance import (
    NOTHING_DUE,
    Conversation,
    Coverage,
    Due,
    Heard,
    of_conversation,
    of_coverage,
)
from services.monitoring.domain.missing import NOT_EXPECTED, Verdict
from services.monitoring.domain.pinned import expected as expected_of
from services.monitoring.store import attendance
from services.monitoring.store.attendance import Worn
from services.monitoring.store.expectation_looks import DueExamination
from services.monitoring.store.expectations import ExpectationRow
from shared.db.base import Session

Asked = ExpectationRow | DueExamination


@dataclass(frozen=True, slots=True)
class Attended:
    """By enrollment the check-in that is due; by patient the sensor's readings, None where they certainly suffice."""

    due: Mapping[UUID, Due]
    worn: Mapping[UUID, Worn]
    heard: Mapping[UUID, Sequence[Heard] | None]

    def verdict(self, row: Asked, *, now: datetime, zone: str) -> Verdict:
        """Whether it is missing as of ``now``."""
        expected = expected_of(row.protocol, row.protocol_version, row.key)
        if isinstance(expected, Conversation):
            due = self.due.get(row.enrollment_id, NOTHING_DUE)
            return of_conversation(expected, due, since=row.since, now=now, zone=zone)
        if not isinstance(expected, Coverage):
            return NOT_EXPECTED
        worn = self.worn.get(row.patient_id)
        first = worn.first_at if worn is not None else None
        return of_coverage(expected, self.heard.get(row.patient_id, ()), first=first, since=row.since, now=now)


async def known(tx: Session, rows: Iterable[Asked], *, now: datetime) -> Attended:
    """Ask the record about what these rows expect."""
    talks: list[UUID] = []
    sensors: dict[UUID, Coverage] = {}
    for row in rows:
        expected = expected_of(row.protocol, row.protocol_version, row.key)
        if isinstance(expected, Conversation):
            talks.append(row.enrollment_id)
        elif isinstance(expected, Coverage):
            sensors[row.patient_id] = expected
    due = {each: Due(*found) for each, found in (await attendance.check_ins(tx, talks)).items()}
    if not sensors:
        return Attended(due, {}, {})
    worn: dict[UUID, Worn] = {}
    heard: dict[UUID, Sequence[Heard] | None] = {}
    for expected in dict.fromkeys(sensors.values()):
        wearers = [each for each, own in sensors.items() if own == expected]
        found = await attendance.worn(tx, wearers, now=now, period=expected.period)
        # Who sent enough at the usual rhythm needs no look at when and from which sensor.
        least = expected.least * (expected.period // expected.every) / 100
        scarce = [each for each, own in found.items() if own.readings < least]
        spoken = await attendance.heard(tx, scarce, now - expected.period, now)
        worn.update(found)
        heard.update(dict.fromkeys(found))
        heard.update({each: [Heard(*one) for one in spoken.get(each, ())] for each in scarce})
    return Attended(due, worn, heard)
