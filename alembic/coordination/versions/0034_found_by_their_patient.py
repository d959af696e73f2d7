"""Merges and waitlist entries are found by their patient, also those that are over."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_patient_merges_patient", "patient_merges", ["organization_id", "patient_id", "id"])
    op.create_index("ix_waitlist_entries_patient", "waitlist_entries", ["organization_id", "patient_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_waitlist_entries_patient", "waitlist_entries")
    op.drop_index("ix_patient_merges_patient", "patient_merges")
