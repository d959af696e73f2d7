"""What each choice of specialist cost beside the adequate others."""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import wall

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referral_choices",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("specialist_id", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_rank", sa.Integer(), nullable=True),
        sa.Column("chosen_cost", sa.Numeric(14, 2), nullable=True),
        sa.Column("cheapest_id", sa.Uuid(), nullable=True),
        sa.Column("cheapest_cost", sa.Numeric(14, 2), nullable=True),
        sa.Column("median_cost", sa.Numeric(14, 2), nullable=True),
        sa.Column("adequate", sa.Integer(), nullable=False),
        sa.Column("priced", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name="fk_referral_choices_referral_id"),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name="fk_referral_choices_need_id"),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_referral_choices_patient_id"),
        sa.ForeignKeyConstraint(["specialist_id"], ["specialists.id"], name="fk_referral_choices_specialist_id"),
        sa.ForeignKeyConstraint(["cheapest_id"], ["specialists.id"], name="fk_referral_choices_cheapest_id"),
        sa.PrimaryKeyConstraint("referral_id", name="pk_referral_choices"),
    )
    op.create_index("ix_referral_choices_chosen_at", "referral_choices", ["organization_id", "chosen_at"])
    wall("referral_choices")


def downgrade() -> None:
    op.drop_table("referral_choices")
