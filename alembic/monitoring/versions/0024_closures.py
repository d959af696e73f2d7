"""Attempts to reach a patient, and why alerts were put off or overridden."""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import wall

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("alert_acts", sa.Column("reason_code", sa.Text(), nullable=True))
    op.create_table(
        "attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("contacted", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_attempts_patient_id"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_attempts_alert_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_patient_id", "attempts", ["patient_id", "at"])
    wall("attempts")


def downgrade() -> None:
    op.drop_table("attempts")
    op.drop_column("alert_acts", "reason_code")
