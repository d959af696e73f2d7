"""Who is followed for heart failure or kidney disease is planned anew: tests after changes are expected."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE enrollments NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE enrollments SET planned_version = NULL"
        " WHERE protocol IN ('heart-failure', 'ckd') AND state IN ('active', 'paused')"
    )
    op.execute("ALTER TABLE enrollments FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """What was planned stays: a program that does not know it asks for nothing."""
