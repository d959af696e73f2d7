"""An escalation keeps its SBAR note."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("escalations", sa.Column("sbar", JSONB(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("escalations", "sbar")
