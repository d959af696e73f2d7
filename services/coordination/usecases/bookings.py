"""What the receiver of a referral is told to book a visit by, as far as the patient agrees."""

from datetime import datetime

from services.coordination.domain import bookings as rules
from services.coordination.domain.bookings import Booking
from services.coordination.store import patients, practices
from services.coordination.store.referrals import ReferralRow
from services.coordination.usecases import sharing
from shared.db.base import Session
from shared.vocabulary import Channel, SharingPurpose, TelecomKind


async def of(tx: Session, row: ReferralRow, now: datetime) -> Booking:
    """Of the patient of a referral; the telephone only where they agree to be called."""
    patient = await patients.get(tx, row.patient_id)
    site = await practices.site_of(tx, patient.id)
    calls = await sharing.allowed(tx, patient.id, SharingPurpose.OUTREACH, Channel.PHONE, now)
    numbers = [each["value"] for each in patient.telecom if each["kind"] == TelecomKind.PHONE]
    return Booking(
        family=patient.family,
        given=patient.given,
        birth_date=patient.birth_date,
        sex=patient.sex,
        language=patient.language,
        interpreter=patient.interpreter_needed,
        telephones=numbers if calls else None,
        coverages=[rules.coverage(each) for each in patient.coverage],
        clinic=None if site is None else rules.line((site.name, site.address, site.telephone)),
    )
