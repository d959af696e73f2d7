"""Deadlines of alerts, who was told of unanswered ones, and each organization's rota."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrate import wall

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ALERT_COLUMNS = ("raised_at", "ack_due_at", "act_by", "escalate_at")


def upgrade() -> None:
    for name in ALERT_COLUMNS:
        op.add_column("alerts", sa.Column(name, INSTANT, nullable=True))
    op.add_column("alerts", sa.Column("escalated_to", sa.Text(), nullable=True))
    op.add_column("alerts", sa.Column("notice", sa.Text(), nullable=True))
    op.create_index(
        "ix_alerts_escalate_at",
        "alerts",
        ["organization_id", "escalate_at"],
        postgresql_where=sa.text("escalate_at IS NOT NULL"),
    )
    op.create_index(
        "ix_alerts_snoozed_until",
        "alerts",
        ["organization_id", "snoozed_until"],
        postgresql_where=sa.text("state = 'snoozed'"),
    )
    op.create_table(
        "escalations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_escalations_alert_id"),
        sa.PrimaryKeyConstraint("id", name="pk_escalations"),
    )
    op.create_index("uq_escalations_alert_id", "escalations", ["alert_id", "tier"], unique=True)
    op.create_index("ix_escalations_organization_id", "escalations", ["organization_id", "id"])
    op.create_table(
        "alert_acts",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_acts_alert_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_alert_acts"),
    )
    op.create_index("ix_alert_acts_alert_id", "alert_acts", ["alert_id", "seq"])
    op.create_table(
        "rotas",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("kept", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name="pk_rotas"),
    )
    for table in ("escalations", "alert_acts", "rotas"):
        wall(table)


def downgrade() -> None:
    for table in ("rotas", "alert_acts", "escalations"):
        op.drop_table(table)
    op.drop_index("ix_alerts_snoozed_until", "alerts")
    op.drop_index("ix_alerts_escalate_at", "alerts")
    for name in ("notice", "escalated_to", *ALERT_COLUMNS):
        op.drop_column("alerts", name)
