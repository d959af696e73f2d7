"""Dry runs go on in slices: how far each has come, and how it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TABLE = "protocol_dry_runs"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("enrollments_wanted", sa.Integer(), nullable=True))
    op.add_column(_TABLE, sa.Column("state", sa.Text(), server_default="done", nullable=False))
    op.add_column(_TABLE, sa.Column("come_to", sa.Uuid(), nullable=True))
    op.add_column(_TABLE, sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(_TABLE, sa.Column("problem", sa.Text(), nullable=True))
    running = ["organization_id", "id"]
    op.create_index("ix_protocol_dry_runs_running", _TABLE, running, postgresql_where=sa.text("state = 'running'"))


def downgrade() -> None:
    op.drop_index("ix_protocol_dry_runs_running", _TABLE)
    for column in ("problem", "finished_at", "come_to", "state", "enrollments_wanted"):
        op.drop_column(_TABLE, column)
