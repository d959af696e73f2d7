"""Prescriptive authority: a simple record per person, asked at each decision."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from services.monitoring.domain.medicines import Drug, Medicine, may_prescribe, stands_behind
from services.monitoring.domain.plan_changes import NoAuthority
from services.monitoring.store import prescribers as store
from services.monitoring.store.prescribers import PrescriberRow
from shared.contracts.base import Page
from shared.contracts.monitoring.prescribers import EndAuthority, PrescriberRead, RecordAuthority
from shared.contracts.paging import page_of
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.kit.problems import check_version


async def record(tx: Session, body: RecordAuthority, *, actor: Actor, now: datetime) -> PrescriberRead:
    """Record what a person may prescribe."""
    row = PrescriberRow(
        id=new_id(),
        organization_id=organization(tx),
        version=1,
        recorded_by=actor.person,
        created_at=now,
        updated_at=now,
        **{**body.model_dump(), "classes": sorted(set(body.classes))},
    )
    tx.add(row)
    await tx.flush()
    return PrescriberRead.model_validate(row)


async def end(tx: Session, prescriber_id: UUID, body: EndAuthority, *, version: int, now: datetime) -> PrescriberRead:
    """Give an authority its last day. Raises NotFound, Stale."""
    row = await store.get_for_update(tx, prescriber_id)
    check_version(row.version, version)
    row.until, row.version, row.updated_at = body.until, row.version + 1, now
    await tx.flush()
    return PrescriberRead.model_validate(row)


async def page(tx: Session, *, person: str | None, limit: int, cursor: str | None) -> Page[PrescriberRead]:
    """Records by id."""
    rows = await store.page(tx, person=person, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, PrescriberRead.model_validate)


async def entitled(tx: Session, person: str, drug: Drug | Medicine, *, on: date) -> bool:
    """Whether a person holds prescriptive authority for a drug on a local day."""
    known = await store.of_person(tx, person)
    return may_prescribe(known, person, drug.drug_class, controlled=drug.controlled, on=on)


async def require(tx: Session, person: str, drug: Drug | Medicine, *, on: date) -> None:
    """Raises NoAuthority unless the person may prescribe the drug on that day."""
    if not await entitled(tx, person, drug, on=on):
        raise NoAuthority(
            f"No record of prescriptive authority covers {drug.drug_class} for this person on {on}. "
            "An administrator records it at /v1/prescribers."
        )


async def stand_behind(tx: Session, person: str | None, *, authors: Iterable[str], on: date) -> None:
    """Whoever is named for a looser limit or an exclusion must be able to answer for it; None names nobody.

    Raises:
        NamedThemselves, NotAPrescriber.
    """
    if person is not None:
        stands_behind(await store.of_person(tx, person), person, authors=authors, on=on)
