"""What was known when an alert was put off; a tier is taken once for every time an alert's clock began."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alerts", sa.Column("seen_values", sa.dialects.postgresql.JSONB(), nullable=True))
    # Null for tiers of before: they count as taken, whenever the clock began.
    op.add_column("escalations", sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("uq_escalations_alert_id", "escalations")
    op.create_index("uq_escalations_raised", "escalations", ["alert_id", "tier", "raised_at"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_escalations_raised", "escalations")
    op.create_index("uq_escalations_alert_id", "escalations", ["alert_id", "tier"], unique=True)
    op.drop_column("escalations", "raised_at")
    op.drop_column("alerts", "seen_values")
