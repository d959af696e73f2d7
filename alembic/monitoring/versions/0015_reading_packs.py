"""Readings of closed months, packed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import wall

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "reading_packs",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("unit_sent", sa.Text(), nullable=True),
        sa.Column("comparator", sa.Text(), nullable=True),
        sa.Column("offset_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("context", postgresql.JSONB(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("step", sa.Numeric(), nullable=False),
        sa.Column("first_received_at", INSTANT, nullable=False),
        sa.Column("gaps", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("received_gaps", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("steps", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("canonicals", postgresql.ARRAY(sa.Numeric()), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("patient_id", "metric", "first_at", "source", name="pk_reading_packs"),
    )
    wall("reading_packs")
    op.create_table(
        "packing_rounds",
        sa.Column("before", INSTANT, nullable=False),
        sa.Column("after_patient", sa.Uuid(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name="pk_packing_rounds"),
    )
    wall("packing_rounds")


def downgrade() -> None:
    # What is packed would be lost with the table: unpack it before going back.
    op.drop_table("packing_rounds")
    op.drop_table("reading_packs")
