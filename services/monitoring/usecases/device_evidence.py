"""Periods of 30 days from the first use of a device on: its days, those of respiratory devices, reviews of data."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.monitoring.domain import device_days, programmes, time_entries
from services.monitoring.domain.device_days import Window
from services.monitoring.domain.programmes import Band, DeviceBand, Whose
from services.monitoring.domain.time_entries import Month
from services.monitoring.store import device_days as store
from services.monitoring.store import time_entries as entry_store
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.time_entries import TimeEntryRow
from shared.contracts.monitoring.evidence import CodeCount, DeviceWindowEvidence, SetUpEvidence
from shared.db.base import Session
from shared.kit.calendar import Calendar
from shared.kit.zones import local_day
from shared.vocabulary import Credential, Programme

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


async def of_month(
    tx: Session, patient: PatientRow, month: Month, now: datetime
) -> tuple[list[DeviceWindowEvidence], SetUpEvidence | None]:
    """The periods that touch a month, and the set-up where the first of all is among them; days are the patient's."""
    used = await store.first(tx, patient.id, known_at=now)
    zone = patient.time_zone
    first = None if used is None else local_day(used, zone)
    spans = device_days.windows(first, month)
    if not spans:
        return [], None
    calendar = Calendar(zone)
    start, stop = calendar.start_of(spans[0][0]), calendar.start_of(spans[-1][1] + _DAY)
    days = await store.days(tx, patient.id, zone, start, stop, known_at=now)
    of_lungs = await store.days(tx, patient.id, zone, start, stop, known_at=now, metrics=device_days.RESPIRATORY)
    rows = await entry_store.live(tx, patient.id, start, stop)
    windows = ((device_days.counted(span, days), device_days.counted(span, of_lungs)) for span in spans)
    told = [_window(window, lungs, rows, calendar) for window, lungs in windows]
    return told, _set_up(told[0]) if spans[0][0] == first else None


def _window(window: Window, lungs: Window, rows: Sequence[TimeEntryRow], calendar: Calendar) -> DeviceWindowEvidence:
    start, stop = calendar.start_of(window.first), calendar.start_of(window.last + _DAY)
    own = [row for row in rows if row.programme == Programme.RPM and _personal(row)]
    minutes = time_entries.total(map(entry_store.spent_of, own), start, stop) // _MINUTE
    return DeviceWindowEvidence(
        first_day=window.first,
        last_day=window.last,
        device_days=len(window.days),
        days=list(window.days),
        respiratory_days=list(lungs.days),
        review_minutes=minutes,
        counts=[
            *(_counted(band, len(window.days)) for band in programmes.DEVICE_BANDS),
            *(_counted(band, len(lungs.days)) for band in programmes.RESPIRATORY_BANDS),
            _reviewed(programmes.DATA_REVIEW, minutes),
        ],
    )


def _set_up(window: DeviceWindowEvidence) -> SetUpEvidence:
    return SetUpEvidence(
        first_used_on=window.first_day,
        device_days=window.device_days,
        counts=[
            _counted(programmes.SET_UP, window.device_days),
            _counted(programmes.RESPIRATORY_SET_UP, len(window.respiratory_days)),
        ],
    )


def _personal(row: TimeEntryRow) -> bool:
    return programmes.whose(Credential(row.credential)) is Whose.PERSONAL


def _counted(band: DeviceBand, days: int) -> CodeCount:
    return CodeCount(
        code=band.code, what=band.what, count=band.count(days), whose="device", not_with=[], source=band.source
    )


def _reviewed(band: Band, minutes: int) -> CodeCount:
    return CodeCount(
        code=band.code,
        what=band.what,
        count=band.count(minutes, interactive=True),
        whose=band.whose,
        not_with=list(band.not_with),
        source=band.source,
    )
