"""Words of operations: messages between the services, drift, jobs."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.contracts.base import In, Instant, Out


class MessageRead(Out):
    """A message for the other service that has not arrived."""

    id: UUID
    kind: str
    stream: str
    created_at: datetime
    attempts: int
    due_at: datetime
    parked_at: datetime | None
    waits_for: UUID | None = Field(description="The message of its stream that has to arrive first, if any.")
    explanation: str | None = Field(
        description="Why it did not arrive, in the other service's words, or what it waits for."
    )


class Drift(Out):
    """What the other service should know and does not; 0 when both agree."""

    drift: int | None = Field(description="Null when the other service could not be asked.")
    undelivered: int
    parked: int
    unknown_there: list[UUID]
    explanation: str


class AskReceived(In):
    """Message ids one service asks the other about."""

    ids: list[UUID] = Field(max_length=1000)


class Received(Out):
    """Those that never arrived."""

    unknown: list[UUID]


class JobFailureRead(Out):
    """A row on which a clock's job failed; it is tried again at ``retry_at``, and is gone from here once that works.

    ``subject_id`` is the id of an enrollment, plan change, need, referral, waitlist entry or specialist, or a patient's
    where the job goes by patients. ``error`` names what was raised; its place in the code is in the worker's log under
    ``job.row-failed``.
    """

    job: str
    subject_id: UUID
    attempts: int
    first_failed_at: datetime
    last_failed_at: datetime
    retry_at: datetime
    error: str


class RunJobs(In):
    """Run the clock's jobs and the relay once, as of ``now`` (development only)."""

    now: Instant = Field(examples=["2026-09-07T15:20:00-04:00"])


class JobsRun(Out):
    """What each job did."""

    done: dict[str, int]
