"""Who is followed for diabetes is planned anew: a review of self-management education is expected."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE enrollments NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE enrollments SET planned_version = NULL WHERE protocol = 'diabetes' AND state IN ('active', 'paused')"
    )
    op.execute("ALTER TABLE enrollments FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """What was planned stays: a program that does not know it asks for nothing."""
