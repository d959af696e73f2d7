"""Readmission scores."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrate import wall

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "risk_scores",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("stay_id", sa.Uuid(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("points", JSONB(), nullable=False),
        sa.Column("caveats", JSONB(), nullable=False),
        sa.Column("inputs", JSONB(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("calculated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calculated_by", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_risk_scores_patient_id"),
        sa.ForeignKeyConstraint(["stay_id"], ["stays.id"], name="fk_risk_scores_stay_id"),
        sa.PrimaryKeyConstraint("id", name="pk_risk_scores"),
    )
    op.create_index("ix_risk_scores_listed", "risk_scores", ["organization_id", "id"])
    op.create_index("ix_risk_scores_patient", "risk_scores", ["organization_id", "patient_id", "id"])
    op.create_index("ix_risk_scores_stay", "risk_scores", ["stay_id", "id"])
    wall("risk_scores")


def downgrade() -> None:
    op.drop_table("risk_scores")
