"""Consents of an enrollment: none is known of those made before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("enrollments", sa.Column("consents", JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")))
    op.alter_column("enrollments", "consents", server_default=None)


def downgrade() -> None:
    op.drop_column("enrollments", "consents")
