"""What a reply link may show, from nothing at all to one referral's question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.coordination.domain.bookings import Booking
from services.coordination.store.documents import DocumentRow
from services.coordination.store.referrals import ReferralRow
from services.coordination.store.specialists import SpecialistRow
from shared.contracts.coordination.referral_act import Act as ActBody
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import ReferralAct


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever opened a link: as actor, with the token, and with the code once it was given."""

    tx: Session
    actor: Actor
    token: str
    now: datetime
    code: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent with a form."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What was filled in: the body of the act; of a report also when the visit was, and its file."""

    body: ActBody
    seen_at: datetime | None = None
    file: Sent | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """The link opens nothing: unknown, used, expired, revoked, too-often, or settled (nothing is left to answer)."""

    why: str
    used_for: str | None = None


@dataclass(frozen=True, slots=True)
class Locked:
    """The link is good and waits for the access code."""

    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The question, and the acts that answer it. Instants are aware; ``zone`` is whose days are meant."""

    to: str
    patient: Booking
    priority: str
    question: str
    sender: str
    documents: Sequence[tuple[UUID, str]]
    acts: Sequence[ReferralAct]
    state: str
    zone: str
    modalities: Sequence[str]
    visit_starts_at: datetime | None
    cancel_asked: bool
    return_asked: bool


@dataclass(frozen=True, slots=True)
class Done:
    """An act was taken, or had been before (``again``); ``next_token`` opens the next step, where there is one."""

    act: ReferralAct
    next_token: str | None
    again: bool = False


View = Gone | Locked | Asked | Done


def asked(
    row: ReferralRow,
    sender: str,
    patient: Booking,
    specialist: SpecialistRow,
    documents: Sequence[DocumentRow],
    acts: Sequence[ReferralAct],
) -> Asked:
    """What the receiver needs of a referral, and no more."""
    return Asked(
        to=specialist.name,
        patient=patient,
        priority=row.priority,
        question=row.clinical_question,
        sender=sender,
        documents=[(one.id, one.title) for one in documents],
        acts=acts,
        state=row.state,
        zone=row.zone,
        modalities=specialist.modalities,
        visit_starts_at=row.visit_starts_at,
        cancel_asked=row.cancel_requested_at is not None,
        return_asked=row.return_requested_at is not None,
    )
