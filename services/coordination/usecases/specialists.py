"""Keeping the directory."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.domain import specialists as rules
from services.coordination.store import slots, specialists
from services.coordination.store.specialists import DirectoryFilter, SpecialistRow
from services.coordination.usecases import sites
from services.coordination.usecases.allowed import only_as_specialist
from shared.contracts.base import Page
from shared.contracts.coordination.specialists import CapacityTold, PutSpecialist, SitePut, SpecialistRead
from shared.contracts.paging import page_of
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import place
from shared.kit.problems import check_version
from shared.vocabulary import Specialty


async def create(tx: Session, body: PutSpecialist, *, now: datetime) -> SpecialistRead:
    """Add an entry.

    Raises:
        NotOnce: another entry has the NPI.
    """
    row = SpecialistRow(
        id=new_id(), organization_id=organization(tx), version=1, created_at=now, updated_at=now, retired_at=None
    )
    row.identifiers, row.of_person = [], body.npi is not None or body.gender is not None
    _fill(row, body)
    await specialists.save(tx, row)
    await sites.keep(tx, row, now)
    return await _read(tx, row, now)


async def replace(
    tx: Session, specialist_id: UUID, body: PutSpecialist, *, version: int, now: datetime
) -> SpecialistRead:
    """Replace an entry whole.

    Raises:
        NotOnce: another entry has the NPI.
    """
    row = await specialists.get(tx, specialist_id, lock=True)
    check_version(row.version, version)
    _fill(row, body)
    await sites.keep(tx, row, now)
    return await _changed(tx, row, now)


async def tell_capacity(
    tx: Session, specialist_id: UUID, body: CapacityTold, *, version: int, actor: Actor, now: datetime
) -> SpecialistRead:
    """Record how many patients more can be taken.

    Raises:
        NotYourRecord: a specialist speaks for another one.
    """
    row = await specialists.get(tx, specialist_id, lock=True)
    check_own(row, actor, "specialists.capacity")
    check_version(row.version, version)
    row.capacity, row.capacity_as_of = body.free, body.as_of
    return await _changed(tx, row, now)


async def retire(tx: Session, specialist_id: UUID, *, back: bool, version: int, now: datetime) -> SpecialistRead:
    """Take an entry out of matching, or bring it ``back``; referrals under way go on."""
    row = await specialists.get(tx, specialist_id, lock=True)
    check_version(row.version, version)
    row.retired_at = None if back else now
    return await _changed(tx, row, now)


async def get(tx: Session, specialist_id: UUID, *, now: datetime) -> SpecialistRead:
    """One entry."""
    return await _read(tx, await specialists.get(tx, specialist_id), now)


async def page(
    tx: Session, wanted: DirectoryFilter, *, cursor: str | None, limit: int, now: datetime
) -> Page[SpecialistRead]:
    """Entries by name."""
    rows = await specialists.page(tx, wanted, after=place(cursor, str, UUID), limit=limit + 1)
    shown = {read.id: read for read in await _read_all(tx, rows[:limit], now)}
    return page_of(rows, limit, lambda row: shown[row.id], at=lambda row: (row.name, str(row.id)))


def check_own(row: SpecialistRow, actor: Actor, action: str) -> None:
    """Raises:
    NotYourRecord: only as a specialist may the caller do this, and the record is of another.
    """
    if only_as_specialist(actor, action) and row.user_subject != actor.person:
        raise rules.NotYourRecord("Your account is linked to another entry of the directory.")


def _fill(row: SpecialistRow, body: PutSpecialist) -> None:
    plain = {
        "name",
        "organization_name",
        "npi",
        "telephone",
        "gender",
        "interpreter",
        "min_age",
        "max_age",
        "user_subject",
    }
    for name in plain:
        setattr(row, name, getattr(body, name))
    row.specialty = body.specialty
    row.languages = sorted(set(body.languages))
    row.modalities = sorted(set(body.modalities))
    row.coverages = [coverage.model_dump(mode="json") for coverage in body.coverages]
    row.prices = [price.model_dump(mode="json") for price in body.prices]
    row.sites = [_site(site) for site in body.sites]
    row.networks = sorted(set(body.networks))
    row.capacity = body.capacity.free if body.capacity else None
    row.capacity_as_of = body.capacity.as_of if body.capacity else None
    row.sent_before, row.closed_before = body.record_before.sent, body.record_before.closed


def _site(site: SitePut) -> dict[str, object]:
    return {**site.model_dump(mode="json"), "id": str(site.id or new_id())}


async def _changed(tx: Session, row: SpecialistRow, now: datetime) -> SpecialistRead:
    row.version += 1
    row.updated_at = now
    await specialists.save(tx, row)
    return await _read(tx, row, now)


async def _read(tx: Session, row: SpecialistRow, now: datetime) -> SpecialistRead:
    return (await _read_all(tx, [row], now))[0]


async def _read_all(tx: Session, rows: Sequence[SpecialistRow], now: datetime) -> list[SpecialistRead]:
    ids = [row.id for row in rows]
    loops = await specialists.loops(tx, ids)
    openings = await slots.first_open(tx, ids, now)
    return [
        _shown(row, loops.get(row.id, (0, 0)), (slot.starts_at for slot in openings.get(row.id, []))) for row in rows
    ]


def _shown(row: SpecialistRow, loops: tuple[int, int], starts: Iterable[datetime]) -> SpecialistRead:
    columns = {name: getattr(row, name) for name in SpecialistRead.model_fields if hasattr(row, name)}
    more = {
        "prices": [{"told_by": None, "as_of": None, **price} for price in row.prices],
        "nucc": Specialty(row.specialty).nucc,
        "next_slots": sorted(set(starts)),
        "loops_sent": row.sent_before + loops[0],
        "loops_closed": row.closed_before + loops[1],
        "retired": row.retired_at is not None,
    }
    return SpecialistRead.model_validate({**columns, **more})
