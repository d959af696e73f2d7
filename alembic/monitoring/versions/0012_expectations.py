"""What is expected of each enrollment, device clouds that went dark, and when the clock's jobs last ran."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.db.migrate import wall

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("enrollments", sa.Column("waits", JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")))
    op.add_column("enrollments", sa.Column("silent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("enrollments", sa.Column("planned_version", sa.Integer(), nullable=True))
    op.create_index(
        "ix_enrollments_unplanned",
        "enrollments",
        ["organization_id", "id"],
        postgresql_where=sa.text("planned_version IS DISTINCT FROM version"),
    )
    op.create_table(
        "blackouts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cloud", sa.Text(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("patients", sa.Integer(), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_blackouts"),
    )
    op.create_index(
        "uq_blackouts_open",
        "blackouts",
        ["organization_id", "cloud"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "expectations",
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("metrics", ARRAY(sa.Text()), nullable=False),
        sa.Column("examination", sa.Boolean(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("low_hours", sa.Integer(), nullable=True),
        sa.Column("moderate_hours", sa.Integer(), nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("suspected_at", INSTANT, nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=True),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        sa.Column("cloud", sa.Text(), nullable=True),
        sa.Column("blackout_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name="fk_expectations_enrollment_id"),
        sa.ForeignKeyConstraint(["blackout_id"], ["blackouts.id"], name="fk_expectations_blackout_id"),
        sa.PrimaryKeyConstraint("enrollment_id", "key", name="pk_expectations"),
    )
    op.create_index("ix_expectations_due_at", "expectations", ["organization_id", "examination", "due_at"])
    op.create_index("ix_expectations_cloud", "expectations", ["organization_id", "cloud", "key"])
    op.create_index(
        "ix_expectations_alert_id", "expectations", ["alert_id"], postgresql_where=sa.text("alert_id IS NOT NULL")
    )
    op.create_index(
        "ix_expectations_suspected",
        "expectations",
        ["organization_id", "suspected_at"],
        postgresql_where=sa.text("suspected_at IS NOT NULL"),
    )
    for table in ("blackouts", "expectations"):
        wall(table)
    op.create_table(
        "rounds",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("ran_at", INSTANT, nullable=False),
        sa.Column("judged_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("job", name="pk_rounds"),
    )
    op.alter_column("enrollments", "waits", server_default=None)
    op.alter_column("enrollments", "silent", server_default=None)


def downgrade() -> None:
    for table in ("rounds", "expectations", "blackouts"):
        op.drop_table(table)
    op.drop_index("ix_enrollments_unplanned", "enrollments")
    for column in ("planned_version", "silent", "waits"):
        op.drop_column("enrollments", column)
