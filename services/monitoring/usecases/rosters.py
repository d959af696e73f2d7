"""The patients of a batch as rules see them, locked until the end of the transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.monitoring.domain.bounds import Bound
from services.monitoring.domain.pinned import pinned
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.watch import Baseline, Span, Target, Watch
from services.monitoring.store import followed
from services.monitoring.store.followed import RosterRow
from shared.db.base import Session
from shared.vocabulary import Metric


class Followed(NamedTuple):
    """One live enrollment with its pinned protocol; ``awaits_first`` until its first reading has come.

    ``silent``: something expected did not come, and an alert says so.
    """

    enrollment_id: UUID
    patient_id: UUID
    protocol: Protocol
    watch: Watch
    request_id: UUID | None
    awaits_first: bool
    silent: bool


class Person(NamedTuple):
    """A patient; ``followed`` is empty when no rule looks at their readings."""

    patient_id: UUID
    coordination_id: UUID | None
    followed: tuple[Followed, ...]
    born: date
    deceased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """The patients of a batch; ``devices``: some source of it is a device that was handed out."""

    people: dict[UUID, Person]
    devices: bool


async def lock(tx: Session, patient_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """The patients of this organization among these ids, each with their live enrollments."""
    return _people(await followed.lock(tx, patient_ids))


async def of_batch(tx: Session, patient_ids: Iterable[UUID], sources: Iterable[str]) -> Roster:
    """The same for what was sent from these sources."""
    rows = await followed.lock(tx, patient_ids, sources)
    return Roster(_people(rows), devices=any(row.devices for row in rows[:1]))


def _people(rows: Iterable[RosterRow]) -> dict[UUID, Person]:
    people: dict[UUID, Person] = {}
    for row in rows:
        known = people.get(row.patient_id)
        here = (_followed(row, row.enrollment_id),) if row.enrollment_id is not None else ()
        before = known.followed if known is not None else ()
        people[row.patient_id] = Person(
            row.patient_id, row.coordination_id, before + here, row.birth_date, row.deceased_at
        )
    return people


def _followed(row: RosterRow, enrollment_id: UUID) -> Followed:
    return Followed(
        enrollment_id=enrollment_id,
        patient_id=row.patient_id,
        protocol=pinned(row.protocol, row.protocol_version),
        watch=watch(row.time_zone, row.activated_at, row.baselines, row.targets, row.circumstances),
        request_id=row.request_id,
        awaits_first=row.first_reading_at is None,
        silent=row.silent,
    )


@lru_cache(maxsize=20_000)
def watch(zone: str, since: datetime, baselines: str, targets: str, circumstances: str) -> Watch:
    """What rules know besides readings; the JSON as it is kept in the enrollment's row."""
    known = orjson.loads(circumstances)
    return Watch(
        zone=zone,
        since=since,
        baselines=tuple(baseline(each) for each in orjson.loads(baselines)),
        targets=tuple(target(each) for each in orjson.loads(targets)),
        facts=frozenset(each for each in known if isinstance(each, str)),
        spans=tuple(span(each) for each in known if not isinstance(each, str)),
    )


def span(kept: str | dict[str, Any]) -> Span:
    """A circumstance from the enrollment's row: with its time, or one that always held."""
    if isinstance(kept, str):
        return Span(kept)
    return Span(kept["fact"], _instant(kept["start"]), _instant(kept["end"]))


def baseline(kept: dict[str, Any]) -> Baseline:
    """A baseline from the enrollment's row; those of before baselines expired have no end."""
    return Baseline(
        metric=Metric(kept["metric"]),
        value=Decimal(kept["value"]),
        unit=kept["unit"],
        set_at=datetime.fromisoformat(kept["set_at"]),
        expires_at=_instant(kept.get("expires_at")),
        expiry_reason=kept.get("expiry_reason"),
        review_at=_instant(kept.get("review_at")),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def target(kept: dict[str, Any]) -> Target:
    """An individual limit from the enrollment's row."""
    return Target(
        bound=kept["bound"],
        limit=Bound(kept["bound"], {unit: Decimal(value) for unit, value in kept["limits"].items()}),
        starts_at=datetime.fromisoformat(kept["starts_at"]),
        ends_at=datetime.fromisoformat(kept["ends_at"]) if kept["ends_at"] else None,
        author=kept["author"],
        reason=kept["reason"],
        review_by=datetime.fromisoformat(kept["review_by"]).date(),
        prescriber=kept["prescriber"],
    )
