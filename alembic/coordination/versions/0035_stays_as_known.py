"""A stay counts as it was known at the instant asked for: whose stays have acts on record are judged anew."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLES = ("stays", "record_acts", "outcome_marks")


def upgrade() -> None:
    # The owner of the tables stands before the walls like everybody else: they are opened for this statement.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO outcome_marks (organization_id, patient_id) SELECT DISTINCT s.organization_id, s.patient_id "
        "FROM record_acts a JOIN stays s ON s.organization_id = a.organization_id AND s.id = a.about "
        "WHERE a.kind = 'stay'"
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """What was marked is judged by the rule in force."""
