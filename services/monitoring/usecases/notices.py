"""Notices of changes of medicines: given in the transaction of what they tell of, listed, and answered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain.plan_changes import AlreadyAnswered
from services.monitoring.store import notices as store
from services.monitoring.store import patients
from services.monitoring.store.notices import NoticeRow
from services.monitoring.store.plan_changes import PlanChangeRow
from services.monitoring.usecases import outside, panel
from shared.contracts.base import Page
from shared.contracts.monitoring.notices import AcknowledgeNotice, NoticeRead, SbarRead
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.kit.problems import check_version
from shared.vocabulary import NoticeKind


async def give(
    tx: Session,
    row: PlanChangeRow,
    kind: NoticeKind,
    told: Iterable[str],
    *,
    code: str,
    text: str,
    now: datetime,
    sbar: Mapping[str, str] | None = None,
    answer_by: datetime | None = None,
) -> None:
    """Tell people of a change, once for each reason."""
    for person in sorted(set(told)):
        notice = NoticeRow(
            id=new_id(),
            organization_id=row.organization_id,
            patient_id=row.patient_id,
            plan_change_id=row.id,
            kind=kind,
            reason_code=code,
            told=person,
            text=text,
            sbar=dict(sbar) if sbar is not None else None,
            at=now,
            answer_by=answer_by,
            version=1,
            created_at=now,
            updated_at=now,
        )
        tx.add(notice)
        await outside.noticed(tx, notice)
    await tx.flush()


async def get(tx: Session, notice_id: UUID) -> NoticeRead:
    """One notice; raises NotFound."""
    return _read(tx, await store.get(tx, notice_id))


async def page(
    tx: Session,
    filters: dict[str, Any],
    *,
    told: Sequence[str] | None,
    unread: bool | None,
    limit: int,
    cursor: str | None,
) -> Page[NoticeRead]:
    """Notices, newest first."""
    rows = await store.page(tx, filters, told=told, unread=unread, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, lambda row: _read(tx, row))


async def acknowledge(
    tx: Session, notice_id: UUID, body: AcknowledgeNotice, *, version: int, actor: Actor, now: datetime
) -> NoticeRead:
    """Somebody answers it. Raises NotFound, Stale, AlreadyAnswered."""
    await patients.get_for_update(tx, (await store.get(tx, notice_id)).patient_id)
    row = await store.get_for_update(tx, notice_id)
    check_version(row.version, version)
    if row.acknowledged_at is not None:
        raise AlreadyAnswered(f"{row.acknowledged_by} answered it: read GET /v1/notices/{row.id}.")
    row.acknowledged_by, row.acknowledged_at, row.answer = actor.person, now, body.answer
    row.version, row.updated_at = row.version + 1, now
    await tx.flush()
    await panel.refresh(tx, [row.patient_id], now=now)
    return _read(tx, row)


def _read(tx: Session, row: NoticeRow) -> NoticeRead:
    audit.saw(tx, row.patient_id, row.id)
    kept = {name: getattr(row, name) for name in NoticeRead.model_fields if name != "sbar"}
    return NoticeRead(**kept, sbar=SbarRead(**row.sbar) if row.sbar is not None else None)
