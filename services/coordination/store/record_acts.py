"""What was done to records that change in place: stays, care teams, waitlists, and a patient's death."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session, organization
from shared.kit.ids import new_id
from shared.vocabulary import TimelineKind


class RecordActRow(OfOrganization, Row):
    """One act on the record ``about``; ``before`` and ``after`` hold what it changed. ``by`` None: a clock's act.

    Acts from before this was kept are missing: the timeline tells what the records themselves still know.
    """

    __tablename__ = "record_acts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    about: Mapped[UUID]
    act: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    by: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime] = mapped_column(INSTANT)
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)
    code: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = (Index("ix_record_acts_about", "organization_id", "about", "id"),)


def put(
    tx: Session,
    kind: TimelineKind,
    about: UUID,
    act: str,
    *,
    subject: str,
    by: str | None,
    now: datetime,
    done_at: datetime | None = None,
    code: str | None = None,
    note: str | None = None,
    changed: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
) -> None:
    """Write one act down; done now unless ``done_at`` says when. ``changed``: what it changed, before and after."""
    before, after = (None, None) if changed is None else (dict(changed[0]), dict(changed[1]))
    tx.add(
        RecordActRow(
            id=new_id(),
            organization_id=organization(tx),
            kind=kind.value,
            about=about,
            act=act,
            subject=subject,
            by=by,
            done_at=done_at or now,
            recorded_at=now,
            code=code,
            note=note,
            before=before,
            after=after,
        )
    )
