"""An organization's own versions of protocols, and what trying one out over stored readings shows."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field

from shared.contracts.base import AllowedAct, In, Instant, Name, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.contracts.monitoring.enrollments import PRESCRIBER
from shared.vocabulary import AlertDifference, DryRunState, ProtocolVersionState, Severity


class DraftVersion(In):
    """A new draft with the content of the catalogue's version or of an own one."""

    model_config = example({"based_on": "1.0.0", "reason": "Our clinic calls earlier about high values"})

    based_on: Text = Field(max_length=100)
    reason: Text


class ReviseVersion(In):
    """The whole content anew, as `GET …/content` shows it; what was valid has to be validated again."""

    content: dict[str, Any]


class ValidateVersion(In):
    """``prescriber``: who stands behind rules that let more pass than those of the version it is based on."""

    model_config = example({"prescriber": "dev.prescriber"})

    prescriber: Name | None = Field(default=None, description=PRESCRIBER)


class PublishVersion(In):
    """From now on the content never changes, and new enrollments take this version."""

    model_config = example({"reason": "Agreed by the quality board"})

    reason: Text


class RetireVersion(In):
    """New enrollments no longer take this version; those that are pinned to it stay."""

    model_config = example({"reason": "Replaced by the next version"})

    reason: Text


class ProtocolVersionSummary(Versioned):
    """One of the organization's own versions; ``name`` is what addresses and enrollments call it by."""

    key: str
    name: str
    number: int
    based_on: str
    state: ProtocolVersionState
    reason: str
    authors: list[str]
    prescriber: str | None
    validated_by: str | None
    validated_at: datetime | None
    published_by: str | None
    published_at: datetime | None
    retired_by: str | None
    retired_at: datetime | None
    retired_reason: str | None


class ProtocolVersionList(Out):
    """The organization's own versions of a protocol, oldest first."""

    items: list[ProtocolVersionSummary]


class ProtocolVersionRead(ProtocolVersionSummary):
    """A version with its content: rules by kind, bounds as pairs, numbers as texts, durations in ISO 8601."""

    content: dict[str, Any]
    acts: list[AllowedAct]


class DryRun(In):
    """Which alerts this content would have opened in a period, beside those of the version it is based on.

    ``sample``: at most so many of the enrollments pinned to that version, the oldest first; all when left out. The
    first are looked at before the answer, the others by the worker: read the report until its ``state`` is done.
    """

    model_config = example({"starts_at": "2026-08-13T00:00:00Z", "ends_at": "2026-09-12T00:00:00Z", "sample": 100})

    starts_at: Instant
    ends_at: Instant
    sample: int | None = Field(default=None, ge=1)


class DryRunFigures(Out):
    """Alerts by the old and by the new version; every figure is the length of a list."""

    before: int
    after: int
    only_old: int
    only_new: int
    other_severity: int


class DryRunRule(DryRunFigures):
    """The figures of one rule."""

    rule: str
    title: str


class DryRunRead(Out):
    """What a dry run showed: alerts of rules over readings, of readings that did not come, of overdue examinations.

    An alert is one spell of a rule, from its first finding until the rule's exit: as if each were resolved once over.
    What did not come is one absence that stood in the period; a silence begins when waiting began, what is overdue when
    it became that, both maybe before the period.
    ``left_out`` says in sentences what the report says nothing of.
    While ``state`` is running the figures are those of the ``enrollments`` looked at so far, of ``enrollments_wanted``.
    A run whose content was rewritten is overtaken; one that failed says why under ``problem``.
    """

    id: UUID
    key: str
    name: str
    based_on: str
    content_version: int
    starts_at: datetime
    ends_at: datetime
    ran_at: datetime
    ran_by: str
    state: DryRunState
    finished_at: datetime | None
    problem: str | None
    enrollments: int = Field(description="Looked at so far.")
    enrollments_wanted: int = Field(description="To be looked at.")
    enrollments_pinned: int = Field(description="Pinned to that version; more than are wanted: a sample.")
    readings: int
    patient_weeks: Decimal
    per_patient_week_before: Decimal | None
    per_patient_week_after: Decimal | None
    figures: DryRunFigures
    rules: list[DryRunRule]
    left_out: list[str]


class DryRunList(Out):
    """The dry runs of a version, newest first."""

    items: list[DryRunRead]


class DryRunAlert(Out):
    """One alert of either version, for whom; null where that version has none.

    Deadlines began at ``…_raised_at``, when it was known to be this serious: by ``…_ack_due_at`` somebody acknowledges
    it, at ``…_escalate_at`` the first is told when nobody did; by the version's ladder and the rota as it stood when it
    was run. Null also in runs that kept no deadlines (``left_out`` of the report), and where nobody is told.
    """

    enrollment_id: UUID
    patient_id: UUID
    rule: str
    difference: AlertDifference
    old_severity: Severity | None
    old_began_at: datetime | None
    old_raised_at: datetime | None
    old_ack_due_at: datetime | None
    old_escalate_at: datetime | None
    new_severity: Severity | None
    new_began_at: datetime | None
    new_raised_at: datetime | None
    new_ack_due_at: datetime | None
    new_escalate_at: datetime | None
