"""Letters to specialists without an account, and the links by which they answer."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.contracts.base import In, Out, Text
from shared.contracts.coordination.documents import DocumentRead
from shared.contracts.coordination.examples import example
from shared.vocabulary import ReferralAct


class WriteLetter(In):
    """A letter with a reply link that opens for so many days."""

    model_config = example({"sender": "Nora Example RN, Riverside care coordination, 555-0100", "days": 14})

    sender: Text = Field(description="Who writes, as the receiver should read it: name, clinic, telephone.")
    days: int = Field(default=14, ge=1, le=60)


class ReplyLinkRead(Out):
    """A reply link, without its secret. ``state`` is open, used, expired or revoked."""

    id: UUID
    state: str
    acts: list[ReferralAct]
    created_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_for: ReferralAct | None
    revoked_at: datetime | None
    revoked_why: str | None
    wrong_codes: int


class LetterWritten(Out):
    """The letter to print or send, once: ``link`` and ``access_code`` are kept nowhere."""

    document: DocumentRead
    reply_link: ReplyLinkRead
    link: str
    access_code: str
    html: str


class ReplyLinkList(Out):
    """The reply links of a referral, newest first."""

    items: list[ReplyLinkRead]
