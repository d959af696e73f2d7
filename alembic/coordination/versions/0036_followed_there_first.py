"""Whom monitoring follows without having been asked from here is told of too: the record as it is, then each change."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

TABLES = ("patients", "enrollments", "consent_words", "consent_rules", "outbox")


def upgrade() -> None:
    # The owner of the tables stands before the walls like everybody else: they are opened for this statement.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "WITH followed AS ("
        " UPDATE patients p SET monitored = true, version = p.version + 1, updated_at = now() WHERE NOT p.monitored"
        " AND EXISTS (SELECT 1 FROM enrollments e"
        "  WHERE e.organization_id = p.organization_id AND e.patient_id = p.id)"
        # Where the patient's word may be against it, the rules decide at monitoring's next word.
        " AND NOT EXISTS (SELECT 1 FROM consent_words w WHERE w.organization_id = p.organization_id"
        "  AND w.patient_id = p.id AND w.purpose = 'monitoring')"
        " AND NOT EXISTS (SELECT 1 FROM consent_rules r WHERE r.organization_id = p.organization_id"
        "  AND 'monitoring' = ANY(r.required)) RETURNING p.*"
        ") INSERT INTO outbox"
        " (id, organization_id, stream, kind, body, on_behalf_of, about, created_at, due_at)"
        " SELECT gen_random_uuid(), organization_id, 'patient:' || id, 'PatientChanged', jsonb_build_object("
        "  'coordination_id', id, 'version', version, 'identifiers', identifiers, 'family', family, 'given', given,"
        "  'birth_date', birth_date, 'sex', sex, 'time_zone', time_zone, 'deceased_at', deceased_at"
        " ), 'careweave', id, updated_at, updated_at FROM followed"
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Who is told stays told: forgetting that would lose the next death."""
