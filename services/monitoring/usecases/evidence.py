"""The evidence table of a patient's month: minutes, conversations, device days, consent, and what is missing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.domain import programmes, time_entries
from services.monitoring.domain.programmes import Whose
from services.monitoring.domain.time_entries import Month
from services.monitoring.store import enrollments, patients, practices
from services.monitoring.store import time_entries as store
from services.monitoring.store.time_entries import TimeEntryRow
from services.monitoring.usecases import apcm, consents, device_evidence
from shared.contracts.monitoring.evidence import CodeCount, DeviceWindowEvidence, EvidenceRead, ProgrammeEvidence
from shared.db import audit
from shared.db.base import Session
from shared.vocabulary import ConsentPurpose, Credential, Programme, TimeContact

_MINUTE, _SECOND = timedelta(minutes=1), timedelta(seconds=1)
_NO_CONSENT = "No consent to take part in a programme was in force in this month."


async def get(tx: Session, patient_id: UUID, month: Month, *, now: datetime) -> EvidenceRead:
    """What the month holds for each programme. Raises NotFound."""
    patient = await patients.get(tx, patient_id)
    audit.saw(tx, patient_id)
    zone = await practices.zone(tx, patient.time_zone)
    start, stop = month.bounds(zone)
    rows = await store.live(tx, patient_id, start, stop)
    told = [_programme(each, rows, start, stop) for each in Programme if any(row.programme == each for row in rows)]
    windows, set_up = await device_evidence.of_month(tx, patient, month, now)
    agreed = await _agreed(tx, patient_id, min(now, stop - _SECOND))
    missing = [
        *(sentence for _, sentences in told for sentence in sentences),
        *(_few(each) for each in windows if each.device_days < programmes.DEVICE_BANDS[0].low),
        *([] if agreed else [_NO_CONSENT]),
    ]
    return EvidenceRead(
        patient_id=patient_id,
        month=f"{month.year:04}-{month.number:02}",
        zone=zone,
        thresholds_year=programmes.YEAR,
        notice=programmes.NOTICE,
        programmes=[each for each, _ in told],
        windows=windows,
        set_up=set_up,
        apcm=await apcm.elements(tx, patient, rows, agreed, start, min(now, stop), zone),
        consent=agreed,
        missing=missing,
    )


def _programme(
    programme: Programme, rows: Sequence[TimeEntryRow], start: datetime, stop: datetime
) -> tuple[ProgrammeEvidence, list[str]]:
    own = [row for row in rows if row.programme == programme]
    by = {
        Whose.ANY: own,
        Whose.STAFF: [row for row in own if programmes.whose(Credential(row.credential)) is Whose.STAFF],
        Whose.PERSONAL: [row for row in own if programmes.whose(Credential(row.credential)) is Whose.PERSONAL],
    }
    spent = {whose: time_entries.total(map(store.spent_of, part), start, stop) for whose, part in by.items()}
    minutes = {whose: length // _MINUTE for whose, length in spent.items()}
    talks = [row.id for row in own if row.contact == TimeContact.INTERACTIVE]
    counts = [
        CodeCount(
            code=band.code,
            what=band.what,
            count=band.count(minutes[band.whose], interactive=bool(talks)),
            whose=band.whose,
            not_with=list(band.not_with),
            source=band.source,
        )
        for band in programmes.bands_of(programme)
    ]
    read = ProgrammeEvidence(
        programme=programme,
        seconds=spent[Whose.ANY] // _SECOND,
        minutes=minutes[Whose.ANY],
        staff_minutes=minutes[Whose.STAFF],
        personal_minutes=minutes[Whose.PERSONAL],
        entries=[row.id for row in own],
        interactive=talks,
        counts=counts,
    )
    return read, programmes.missing(programme, minutes, interactive=bool(talks))


def _few(window: DeviceWindowEvidence) -> str:
    lowest = programmes.DEVICE_BANDS[0]
    return (
        f"From {window.first_day} to {window.last_day} there are {window.device_days} device days; "
        f"{lowest.code} counts from {lowest.low}."
    )


async def _agreed(tx: Session, patient_id: UUID, at: datetime) -> bool:
    known = await enrollments.page(tx, {"patient_id": patient_id}, after=None, limit=200)
    return any(consents.in_force(row, ConsentPurpose.PROGRAM, at) for row in known)
