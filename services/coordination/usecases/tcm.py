"""The evidence of transitional care of one discharge, from contacts, needs and stays on record."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from services.coordination.domain.needs import scope_of
from services.coordination.domain.stays import HOSPITAL
from services.coordination.domain.tcm import LAST_DAY, Episode, Made, evidence
from services.coordination.store import calendars, contacts, needs, patients, stays
from services.coordination.store.needs import NeedRow
from services.coordination.store.stays import StayRow
from shared.contracts.base import Page
from shared.contracts.coordination.tcm import TcmCheckRead, TcmRead
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.calendar import Calendar
from shared.kit.paging import after_id
from shared.kit.problems import NotFound
from shared.vocabulary import Complexity, DischargeDisposition, NeedKind, NeedState, StayClass, StayState

_PERIOD = timedelta(days=LAST_DAY + 1)
DISCLAIMER = "Evidence as it is on record. It is no billing advice; payers differ."


async def read(tx: Session, stay_id: UUID, *, now: datetime) -> TcmRead:
    """The evidence of a discharge as it stands.

    Raises:
        NotFound: there is no such stay, or it has not ended.
    """
    row = await stays.get(tx, stay_id)
    if row.ended_at is None or row.disposition is None:
        raise NotFound("discharge")
    audit.saw(tx, row.patient_id, row.id)
    return await of_stay(tx, row, await needs.from_stay(tx, row.patient_id, row.id), now=now)


async def page(tx: Session, patient_id: UUID, *, limit: int, cursor: str | None, now: datetime) -> Page[TcmRead]:
    """The evidence of every discharge of a patient, in the order the stays were recorded, each with what is missing.

    Raises:
        NotFound: no such patient.
        BadCursor.
    """
    await patients.get(tx, patient_id)
    audit.saw(tx, patient_id)
    wanted = stays.Wanted(patient_id=patient_id, state=StayState.FINISHED)
    rows = await stays.page(tx, wanted, after=after_id(cursor), limit=limit + 1)
    ended = [row for row in rows[:limit] if row.ended_at is not None and row.disposition is not None]
    reads = {row.id: await of_stay(tx, row, await needs.from_stay(tx, patient_id, row.id), now=now) for row in ended}
    shown = page_of(rows, limit, lambda row: reads.get(row.id))
    return Page(items=[one for one in shown.items if one is not None], next_cursor=shown.next_cursor)


async def of_stay(tx: Session, row: StayRow, rows: Iterable[NeedRow], *, now: datetime) -> TcmRead:
    """The same, of a finished stay whose needs are known."""
    calendar = await calendars.calendar(tx, row.time_zone, of=row.patient_id)
    episode = await _episode(tx, row, rows, calendar)
    found = evidence(episode, calendar, now)
    return TcmRead(
        stay_id=row.id,
        patient_id=row.patient_id,
        state=found.state,
        code=found.code,
        possible=found.possible,
        first_day=found.first_day,
        last_day=found.last_day,
        checks=[TcmCheckRead.model_validate(check) for check in found.checks],
        missing=list(found.missing),
        notes=[*found.notes, DISCLAIMER],
    )


async def _episode(tx: Session, row: StayRow, rows: Iterable[NeedRow], calendar: Calendar) -> Episode:
    assert row.ended_at is not None
    own = [need for need in rows if need.scope == scope_of(NeedKind.VISIT, row.id)]
    patient = await patients.get(tx, row.patient_id)
    around = await stays.around(tx, row.patient_id, row.ended_at - _PERIOD, row.ended_at + _PERIOD)
    others = [each for each in around if each.id != row.id and each.stay_class != StayClass.EMERGENCY]
    back = [
        each.started_at
        for each in others
        if each.stay_class in HOSPITAL and each.started_at is not None and each.started_at >= row.ended_at
    ]
    ended = [each.ended_at for each in others if each.ended_at is not None]
    return Episode(
        stay_class=StayClass(row.stay_class),
        disposition=DischargeDisposition(row.disposition or DischargeDisposition.OTHER),
        complexity=Complexity(row.complexity or Complexity.MODERATE),
        discharged_at=row.ended_at,
        contacts=tuple(
            Made(contacts.attempt_of(one), one.interactive)
            for one in await contacts.of_patient(tx, row.patient_id, row.ended_at)
        ),
        visits=_done(own, NeedKind.VISIT),
        reconciled=_done(own, NeedKind.MED_RECONCILIATION),
        readmitted_at=min(back, default=None),
        deceased_at=patient.deceased_at,
        other_periods=tuple(calendar.day_of(at) for at in ended if abs(at - row.ended_at) < _PERIOD),
    )


def _done(rows: Iterable[NeedRow], kind: NeedKind) -> tuple[datetime, ...]:
    return tuple(
        row.done_at for row in rows if row.kind == kind and row.state == NeedState.MET and row.done_at is not None
    )
