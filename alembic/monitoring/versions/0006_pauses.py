"""Pauses as rows, coded ends, and the enrollment before this one."""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import wall

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("enrollments", sa.Column("end_reason", sa.Text(), nullable=True))
    op.add_column("enrollments", sa.Column("previous_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_enrollments_previous_id", "enrollments", "enrollments", ["previous_id"], ["id"])
    op.create_index(
        "ix_enrollments_paused_until",
        "enrollments",
        ["organization_id", "paused_until"],
        postgresql_where=sa.text("state = 'paused' AND paused_until IS NOT NULL"),
    )
    op.create_table(
        "enrollment_pauses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("planned_until", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name="fk_enrollment_pauses_enrollment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_enrollment_pauses"),
    )
    op.create_index("ix_enrollment_pauses_enrollment_id", "enrollment_pauses", ["enrollment_id", "starts_at"])
    wall("enrollment_pauses")


def downgrade() -> None:
    op.drop_table("enrollment_pauses")
    op.drop_index("ix_enrollments_paused_until", "enrollments")
    op.drop_column("enrollments", "previous_id")
    op.drop_column("enrollments", "end_reason")
