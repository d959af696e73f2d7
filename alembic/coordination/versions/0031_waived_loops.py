"""A waived loop is no closed one: whoever was referred is judged anew."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLES = ("referrals", "outcome_marks")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO outcome_marks (organization_id, patient_id) "
        "SELECT DISTINCT organization_id, patient_id FROM referrals WHERE waived_at IS NOT NULL"
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """What was marked is judged by the rule in force."""
