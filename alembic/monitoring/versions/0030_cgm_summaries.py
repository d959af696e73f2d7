"""Whose sensor data are summed up each day."""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import wall

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "cgm_summaries",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_cgm_summaries_patient_id_patients"),
        sa.PrimaryKeyConstraint("patient_id", name="pk_cgm_summaries"),
    )
    op.create_index("ix_cgm_summaries_due_at", "cgm_summaries", ["organization_id", "due_at"])
    wall("cgm_summaries")


def downgrade() -> None:
    op.drop_table("cgm_summaries")
