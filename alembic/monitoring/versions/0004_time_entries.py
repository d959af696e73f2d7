"""Time entries, and the practice whose clock cuts them."""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import wall

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "practices",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name="pk_practices"),
    )
    wall("practices")
    op.create_table(
        "time_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Uuid(), nullable=True),
        sa.Column("voided_at", INSTANT, nullable=True),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_time_entries_patient_id"),
        sa.ForeignKeyConstraint(["replaces"], ["time_entries.id"], name="fk_time_entries_replaces"),
        sa.PrimaryKeyConstraint("id", name="pk_time_entries"),
    )
    op.create_index(
        "ix_time_entries_live",
        "time_entries",
        ["patient_id", "started_at"],
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_index("ix_time_entries_patient_id", "time_entries", ["patient_id", "id"])
    op.create_index("ix_time_entries_staff", "time_entries", ["organization_id", "staff", "id"])
    wall("time_entries")


def downgrade() -> None:
    op.drop_table("time_entries")
    op.drop_table("practices")
