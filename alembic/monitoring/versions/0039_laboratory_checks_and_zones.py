"""Who has hypertension or asthma is planned anew: laboratory checks after changes, peak flow by symptoms."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE enrollments NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE enrollments SET planned_version = NULL"
        " WHERE protocol IN ('hypertension', 'asthma') AND state IN ('active', 'paused')"
    )
    op.execute("ALTER TABLE enrollments FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """What was planned stays: a program that does not know it asks for nothing."""
