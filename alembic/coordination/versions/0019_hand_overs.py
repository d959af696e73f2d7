"""Panels that were handed over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import wall

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hand_overs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_owner", sa.Text(), nullable=False),
        sa.Column("to_owner", sa.Text(), nullable=True),
        sa.Column("to_team", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("patients", sa.Integer(), nullable=False),
        sa.Column("work_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("refused", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("handed_by", sa.Text(), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hand_overs"),
    )
    op.create_index("ix_hand_overs_listed", "hand_overs", ["organization_id", "id"])
    wall("hand_overs")


def downgrade() -> None:
    op.drop_table("hand_overs")
