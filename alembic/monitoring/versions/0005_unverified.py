"""Flagged readings that wait for somebody to say that they are right."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UNVERIFIED = sa.text("flags <> '{}' AND status <> 'entered-in-error' AND NOT coalesce(context ? 'verified', false)")


def upgrade() -> None:
    op.create_index(
        "ix_readings_unverified", "readings", ["organization_id", "observed_at"], postgresql_where=UNVERIFIED
    )


def downgrade() -> None:
    op.drop_index("ix_readings_unverified", "readings")
