"""Moving enrollments to another protocol version over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.monitoring.usecases import migration_batches, migrations
from shared.contracts.base import Page
from shared.contracts.monitoring.enrollments import EnrollmentRead
from shared.contracts.monitoring.migrations import (
    MigrateEnrollment,
    MigrateEnrollments,
    MigrationDone,
    MigrationPreview,
)
from shared.web.deps import IfMatch, Now, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1", tags=["protocols"])


@router.get("/enrollments/{enrollment_id}/migration", operation_id="enrollments.migration")
async def preview(enrollment_id: UUID, to_version: str, tx: Tx, now: Now) -> MigrationPreview:
    """Which alerts would open, change or close, and which individual limits do not fit; changes nothing."""
    return await migrations.preview(tx, enrollment_id, to_version, now=now)


@router.post("/enrollments/{enrollment_id}/migrate", operation_id="enrollments.migrate")
async def migrate(
    enrollment_id: UUID, body: MigrateEnrollment, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> EnrollmentRead:
    """Pin the enrollment to another version: live alerts and the last day are judged anew, the rest stays as it was."""
    done = await migrations.migrate(tx, enrollment_id, body, version=if_match, actor=actor, now=now)
    return tagged(response, done)


@router.get("/protocols/{key}/versions/{version}/migration", operation_id="protocol-versions.migration")
async def preview_all(
    key: str, version: str, from_version: str, asked: Request, response: Response, tx: Tx, page: PageAsked, now: Now
) -> Page[MigrationPreview]:
    """The same for each enrollment pinned to `from_version`, by patient."""
    found = await migration_batches.preview(
        tx, key, version, from_version, limit=page.limit, cursor=page.cursor, now=now
    )
    return paged(response, asked, found)


@router.post("/protocols/{key}/versions/{version}/migrate", operation_id="protocol-versions.migrate")
async def migrate_all(key: str, version: str, body: MigrateEnrollments, tx: Tx, actor: Who, now: Now) -> MigrationDone:
    """Move enrollments pinned to `from_version` here; those whose own limits do not fit are left and named."""
    return await migration_batches.migrate(tx, key, version, body, actor=actor, now=now)
