"""Pairs of records that were found to be of two people."""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import wall

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patient_distinctions",
        sa.Column("lesser", sa.Uuid(), nullable=False),
        sa.Column("greater", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["lesser"], ["patients.id"], name="fk_patient_distinctions_lesser"),
        sa.ForeignKeyConstraint(["greater"], ["patients.id"], name="fk_patient_distinctions_greater"),
        sa.PrimaryKeyConstraint("organization_id", "lesser", "greater", name="pk_patient_distinctions"),
    )
    wall("patient_distinctions")


def downgrade() -> None:
    op.drop_table("patient_distinctions")
