"""Circumstances of an enrollment in time; none while nothing was said of when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("enrollments", sa.Column("circumstance_spans", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("enrollments", "circumstance_spans")
