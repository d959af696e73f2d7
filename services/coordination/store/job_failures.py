"""Rows on which the clock's jobs fail; what is done with them is in :mod:`shared.db.job_failures`."""

from sqlalchemy import PrimaryKeyConstraint

from services.coordination.store.base import Row
from shared.db.job_failures import JobFailure


class JobFailureRow(JobFailure, Row):
    """One row on which one job fails."""

    __table_args__ = (PrimaryKeyConstraint("organization_id", "job", "subject_id"),)
