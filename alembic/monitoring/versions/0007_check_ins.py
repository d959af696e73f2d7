"""Check-ins, the enrollments they serve, and the history of their answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.db.migrate import wall

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("state IN ('due', 'in-progress')")
TABLES = ("check_ins", "check_in_enrollments", "check_in_changes")


def upgrade() -> None:
    _check_ins()
    _enrollments()
    _changes()
    for table in TABLES:
        wall(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _check_ins() -> None:
    op.create_table(
        "check_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("scheduled", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("forms", ARRAY(sa.Text()), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("answers", JSONB(), nullable=False),
        sa.Column("not_asked", JSONB(), nullable=False),
        sa.Column("contact", JSONB(), nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_reason", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_check_ins_patient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_check_ins"),
    )
    op.create_index("ix_check_ins_patient_id", "check_ins", ["patient_id", "id"])
    op.create_index("ix_check_ins_due_at", "check_ins", ["organization_id", "due_at"], postgresql_where=OPEN)


def _enrollments() -> None:
    op.create_table(
        "check_in_enrollments",
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["check_in_id"], ["check_ins.id"], name="fk_check_in_enrollments_check_in_id"),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name="fk_check_in_enrollments_enrollment_id"),
        sa.PrimaryKeyConstraint("check_in_id", "enrollment_id", name="pk_check_in_enrollments"),
    )
    # One open planned check-in an enrollment, whatever two workers do at once.
    op.create_index(
        "uq_check_in_enrollments_open",
        "check_in_enrollments",
        ["enrollment_id"],
        unique=True,
        postgresql_where=sa.text("open"),
    )
    op.create_index("ix_check_in_enrollments_settled_on", "check_in_enrollments", ["enrollment_id", "settled_on"])


def _changes() -> None:
    op.create_table(
        "check_in_changes",
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("before", JSONB(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["check_in_id"], ["check_ins.id"], name="fk_check_in_changes_check_in_id"),
        sa.PrimaryKeyConstraint("check_in_id", "version", name="pk_check_in_changes"),
    )
