"""Enrollments are found by their patient, whatever their state; changes of a plan by the plan."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_enrollments_patient_id", "enrollments", ["patient_id", "protocol"])
    op.create_index("ix_plan_changes_plan_id", "plan_changes", ["plan_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_plan_changes_plan_id", "plan_changes")
    op.drop_index("ix_enrollments_patient_id", "enrollments")
