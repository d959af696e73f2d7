"""Who is responsible in patients' care, as coordination tells it."""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import wall

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "care_team_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("practitioner", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_care_team_members_patient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_care_team_members"),
    )
    op.create_index("ix_care_team_members_patient_id", "care_team_members", ["patient_id", "starts_on", "id"])
    wall("care_team_members")


def downgrade() -> None:
    op.drop_table("care_team_members")
