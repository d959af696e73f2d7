"""Alerts of a dry run have their deadlines under either version; those of before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

RUNS, ALERTS = "protocol_dry_runs", "protocol_dry_run_alerts"
_INSTANTS = [f"{which}_{what}" for which in ("old", "new") for what in ("raised_at", "ack_due_at", "escalate_at")]


def upgrade() -> None:
    op.add_column(RUNS, sa.Column("deadlines", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    for name in _INSTANTS:
        op.add_column(ALERTS, sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in reversed(_INSTANTS):
        op.drop_column(ALERTS, name)
    op.drop_column(RUNS, "deadlines")
