"""Tiers with their history's inputs and suggestions, what is to be looked at again, LACE with a stay."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("tier_since", "tier_decided_at", "look_due_at"):
        op.add_column("enrollments", sa.Column(name, INSTANT, nullable=False, server_default=sa.func.now()))
        op.alter_column("enrollments", name, server_default=None)
    op.add_column("enrollments", sa.Column("tier_suggestion", JSONB(), nullable=True))
    op.add_column("enrollments", sa.Column("reviews", JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")))
    op.alter_column("enrollments", "reviews", server_default=None)
    op.create_index(
        "ix_enrollments_look_due_at",
        "enrollments",
        ["organization_id", "look_due_at"],
        postgresql_where=sa.text("state IN ('active', 'paused')"),
    )
    op.create_index(
        "ix_enrollments_reviews",
        "enrollments",
        ["organization_id", "id"],
        postgresql_where=sa.text("reviews <> '[]'::jsonb"),
    )
    op.add_column("enrollment_acts", sa.Column("inputs", JSONB(), nullable=True))
    op.add_column("stays", sa.Column("lace", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("stays", "lace")
    op.drop_column("enrollment_acts", "inputs")
    op.drop_index("ix_enrollments_reviews", "enrollments")
    op.drop_index("ix_enrollments_look_due_at", "enrollments")
    for name in ("reviews", "tier_suggestion", "look_due_at", "tier_decided_at", "tier_since"):
        op.drop_column("enrollments", name)
