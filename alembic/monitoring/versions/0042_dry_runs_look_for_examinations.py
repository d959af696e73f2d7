"""A dry run says whether it looked for examinations that were overdue; those of before did not."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "protocol_dry_runs", sa.Column("overdue", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )


def downgrade() -> None:
    op.drop_column("protocol_dry_runs", "overdue")
