"""Moving enrollments to another version of their protocol, on purpose and after a look at what it changes."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import In, Out, Text
from shared.vocabulary import AlertChange, Severity


class MigrateEnrollment(In):
    """``withdraw_targets``: individual limits that do not fit the new version, as the preview names them."""

    to_version: Text = Field(max_length=100)
    reason: Text
    withdraw_targets: list[UUID] = Field(default=[], max_length=50)


class MigrateEnrollments(In):
    """Up to ``limit`` enrollments pinned to ``from_version``; those whose individual limits do not fit are left."""

    from_version: Text = Field(max_length=100)
    reason: Text
    limit: int = Field(default=100, ge=1, le=200)


class AlertMoved(Out):
    """What becomes of an alert; ``alert_id`` is null for one that would open."""

    change: AlertChange
    alert_id: UUID | None
    rule: str
    title: str
    before: Severity | None
    after: Severity | None


class TargetMisfit(Out):
    """An individual limit that the new version does not know or would refuse."""

    target_id: UUID
    bound: str
    sentence: str


class PartMoved(Out):
    """What is asked, expected or escalated in another way, in words; null where a version has nothing of this name."""

    part: Literal["forms", "expects", "ladder"]
    name: str
    before: str | None
    after: str | None


class MigrationPreview(Out):
    """What moving one enrollment would change; nothing is changed by looking."""

    enrollment_id: UUID
    patient_id: UUID
    from_version: str
    to_version: str
    alerts: list[AlertMoved]
    parts: list[PartMoved]
    targets: list[TargetMisfit]


class MigrationDone(Out):
    """How many were moved, what was left with the reason, and how many are still pinned to ``from_version``."""

    from_version: str
    to_version: str
    migrated: int
    left: list[MigrationPreview]
    remaining: int
