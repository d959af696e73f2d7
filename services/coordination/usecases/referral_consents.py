"""What a patient's word about sharing changes about live referrals: reminders, and the question whether they go on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.domain.referrals import STAGES
from services.coordination.store import obligations
from services.coordination.store import referrals as store
from services.coordination.store.referrals import ReferralRow
from services.coordination.usecases.referral_record import CONSENT_WITHDRAWN, SOURCE, owe, owe_reminders
from shared.db.base import Session
from shared.vocabulary import ReferralState

_SENT = [state for state, stage in STAGES.items() if stage.live and state is not ReferralState.DRAFT]
_TITLE = "The patient's consent to this referral does not stand: call it off, or ask the patient"


async def sent_of(tx: Session, patient_id: UUID) -> Sequence[ReferralRow]:
    """A patient's live referrals that are on their way, locked."""
    return await store.of_patient_in(tx, patient_id, _SENT)


async def surface(tx: Session, row: ReferralRow, *, withheld: bool, now: datetime) -> None:
    """Put one piece of work on the worklist while the word stands against a live referral; take it off otherwise."""
    if withheld:
        await owe(tx, row, stage=CONSENT_WITHDRAWN, title=_TITLE, due_at=now, now=now)
    else:
        await obligations.close(tx, source=SOURCE, source_id=row.id, stage=CONSENT_WITHDRAWN, now=now)


async def remind_again(tx: Session, patient_id: UUID, now: datetime) -> None:
    """Whoever may be reached again is reminded of the visits that are booked."""
    for row in await store.of_patient_in(tx, patient_id, [ReferralState.SCHEDULED]):
        await owe_reminders(tx, row, now)
