"""A dry run says whether it looked for what did not come; those of before did not."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "protocol_dry_runs", sa.Column("silences", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )


def downgrade() -> None:
    op.drop_column("protocol_dry_runs", "silences")
