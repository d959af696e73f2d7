"""Move the enrollments that are pinned to one version to another one, some at a time."""

from datetime import datetime
from uuid import UUID

from services.monitoring.domain.migrations import CannotMigrate
from services.monitoring.domain.protocol import Protocol
from services.monitoring.store import enrollments, patients
from services.monitoring.store import migrations as store
from services.monitoring.usecases import migrations
from shared.contracts.base import Page
from shared.contracts.monitoring.migrations import MigrateEnrollments, MigrationDone, MigrationPreview
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.paging import after_id


async def preview(
    tx: Session, key: str, to_version: str, from_version: str, *, limit: int, cursor: str | None, now: datetime
) -> Page[MigrationPreview]:
    """What moving each enrollment would change, by patient. Raises NotFound, CannotMigrate."""
    to = await _other(tx, key, to_version, from_version)
    pairs = await store.pinned_to(tx, key, from_version, after=after_id(cursor), limit=limit + 1)
    looked = [(await _look(tx, *pair, to, now=now)).preview(now) for pair in pairs[:limit]]
    page = page_of(pairs, limit, lambda pair: pair, at=lambda pair: (str(pair[0]),))
    return Page(items=looked, next_cursor=page.next_cursor)


async def migrate(
    tx: Session, key: str, to_version: str, body: MigrateEnrollments, *, actor: Actor, now: datetime
) -> MigrationDone:
    """Move up to ``limit``, by patient; one whose limits do not fit is left and named. Repeat until only such remain.

    Raises:
        NotFound, CannotMigrate.
    """
    to = await _other(tx, key, to_version, body.from_version)
    left: list[MigrationPreview] = []
    migrated, after = 0, None
    while migrated < body.limit:
        pairs = await store.pinned_to(tx, key, body.from_version, after=after, limit=body.limit - migrated)
        if not pairs:
            break
        for patient_id, enrollment_id in pairs:
            move = await _look(tx, patient_id, enrollment_id, to, now=now)
            if move.misfits:
                left.append(move.preview(now))
                continue
            patient = await patients.get_for_update(tx, patient_id)
            await migrations.apply(tx, move, patient, body.reason, actor=actor, now=now)
            migrated += 1
        after = pairs[-1][0]
    return MigrationDone(
        from_version=body.from_version,
        to_version=to.version,
        migrated=migrated,
        left=left,
        remaining=await store.count_pinned_to(tx, key, body.from_version),
    )


async def _other(tx: Session, key: str, to_version: str, from_version: str) -> Protocol:
    if to_version == from_version:
        raise CannotMigrate("Both versions are the same.")
    return await migrations.target(tx, key, to_version)


async def _look(tx: Session, patient_id: UUID, enrollment_id: UUID, to: Protocol, *, now: datetime) -> migrations.Move:
    # Patients first and in the order of their ids, as everywhere: nobody waits in a circle.
    await patients.get_for_update(tx, patient_id)
    audit.saw(tx, patient_id, enrollment_id)
    return await migrations.look(tx, await enrollments.get_for_update(tx, enrollment_id), to, now=now)
