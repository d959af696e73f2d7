"""Devices with patients."""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import wall

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("validated", sa.Boolean(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=True),
        sa.Column("assigned_by", sa.Text(), nullable=False),
        sa.Column("returned_by", sa.Text(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name="fk_devices_enrollment_id"),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_devices_patient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
    )
    op.create_index("ix_devices_patient_id", "devices", ["patient_id", "id"])
    op.create_index("ix_devices_source", "devices", ["organization_id", "source"])
    op.create_index(
        "uq_devices_with_one",
        "devices",
        ["organization_id", "source"],
        unique=True,
        postgresql_where=sa.text("ends_at IS NULL AND NOT shared"),
    )
    wall("devices")


def downgrade() -> None:
    op.drop_table("devices")
