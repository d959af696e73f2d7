"""From the directory's rows to the offers that matching judges."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from services.coordination.domain.costs import own_rules
from services.coordination.domain.distances import box
from services.coordination.domain.matching_checks import primary
from services.coordination.domain.offers import Cover, Offer, Opening, Place, Price, Site, Wanted, key_of
from services.coordination.store import slots, specialists
from services.coordination.store.directory_sieve import Sieve
from shared.db.base import Session
from shared.vocabulary import Modality, Sex, Specialty


def sieve_of(wanted: Wanted) -> Sieve:
    """What the database may leave out of what is wanted: never anybody who could be eligible."""
    wishes = wanted.wishes
    rules = own_rules(wanted)
    ways = wanted.modalities
    spoken = () if wanted.language is None else (wanted.language, *wishes.languages)
    return Sieve(
        specialties=wanted.specialties,
        payers=[key_of(cover.payer) for cover in wanted.covers],
        age=wanted.age,
        tongues=sorted({primary(one) for one in spoken}),
        modalities=sorted(ways),
        box=None if wanted.home is None else box(wanted.home, wanted.max_km),
        by_video=not ways or Modality.VIDEO in ways,
        gender=wishes.gender if wishes.gender_firm else None,
        # A network that is the only one excludes everybody who is in none of those named.
        networks=[key_of(rule.network) for rule in rules] if any(rule.only for rule in rules) else [],
        avoid=sorted(wishes.avoid),
    )


def outline(row: Any) -> Offer:
    """An offer as far as the directory's prices and networks say: enough for where it may rank, see ``outset``."""
    nothing: frozenset[Any] = frozenset()
    return Offer(
        row.id, row.name, row.specialty, nothing, False, nothing,
        prices=prices(row.prices), networks=frozenset(row.networks),
    )  # fmt: skip


async def whole(tx: Session, rows: Sequence[Any], now: datetime) -> list[Offer]:
    """Offers with their first open slots and their records of closed loops."""
    ids = [row.id for row in rows]
    openings = await slots.first_open(tx, ids, now)
    loops = await specialists.loops(tx, ids)
    return [offer(row, openings.get(row.id, ()), loops.get(row.id, (0, 0))) for row in rows]


def offer(row: Any, openings: Iterable[Any], loops: tuple[int, int]) -> Offer:
    """One entry as matching sees it."""
    return Offer(
        id=row.id,
        name=row.name,
        specialty=Specialty(row.specialty),
        languages=frozenset(row.languages),
        interpreter=row.interpreter,
        modalities=frozenset(Modality(modality) for modality in row.modalities),
        min_age=row.min_age,
        max_age=row.max_age,
        covers=_covers(row.coverages),
        prices=prices(row.prices),
        sites=_sites(row.sites),
        openings=tuple(Opening(slot.id, slot.starts_at, Modality(slot.modality), slot.site_id) for slot in openings),
        capacity=row.capacity,
        capacity_as_of=row.capacity_as_of,
        loops_sent=row.sent_before + loops[0],
        loops_closed=row.closed_before + loops[1],
        gender=None if row.gender is None else Sex(row.gender),
        networks=frozenset(row.networks),
    )


# Entries of one practice say the same of payers, prices and sites, word for word.
@lru_cache(maxsize=4096)
def _covers(document: str) -> tuple[Cover, ...]:
    return tuple(Cover(cover["payer"], frozenset(cover["plans"])) for cover in orjson.loads(document))


@lru_cache(maxsize=16_384)
def prices(document: str) -> tuple[Price, ...]:
    """The prices of an entry's document."""
    return tuple(_price(price) for price in orjson.loads(document))


def _price(price: Mapping[str, Any]) -> Price:
    as_of = price.get("as_of")
    return Price(
        price["service"], Decimal(price["amount"]), price["currency"], price["payer"], price["plan"],
        price.get("told_by"), None if as_of is None else date.fromisoformat(as_of),
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _sites(document: str) -> tuple[Site, ...]:
    return tuple(_site(site) for site in orjson.loads(document))


def _site(site: Mapping[str, Any]) -> Site:
    where = None
    if site["latitude"] is not None:
        where = Place(Decimal(site["latitude"]), Decimal(site["longitude"]))
    return Site(UUID(site["id"]), site["name"], where)
