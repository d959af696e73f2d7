"""A stage's clock is held while one side asks the other; a validity that is over is surfaced once."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

COLUMNS = ("held_started_at", "held_breached_at", "validity_over_at")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("referrals", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_referrals_validity",
        "referrals",
        ["organization_id", "valid_until"],
        postgresql_where=sa.text("live AND validity_over_at IS NULL AND valid_until IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_referrals_validity", "referrals")
    for name in reversed(COLUMNS):
        op.drop_column("referrals", name)
