"""Patients, stays, enrollments, readings in monthly partitions, issues, alerts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrate import wall

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
LIVE = sa.text("state IN ('open', 'acknowledged', 'snoozed')")
TABLES = (
    "patients",
    "patient_identifiers",
    "stays",
    "enrollments",
    "enrollment_acts",
    "readings",
    "reading_versions",
    "reading_external_ids",
    "reading_issues",
    "alerts",
    "rechecks",
)

# Months are made ahead; whatever lies outside them, such as an imported history of decades, goes to the default
# partition. A month of which the default partition already holds readings stays there: nothing is moved behind
# anybody's back. The owner's rights are needed to make a table, the service's role has none.
MAKE_PARTITIONS = """
CREATE FUNCTION make_reading_partitions(first date, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made integer := 0;
    month timestamptz;
    following timestamptz;
    name text;
BEGIN
    IF months > 120 THEN
        RAISE EXCEPTION 'at most 120 months at once';
    END IF;
    FOR number IN 0 .. months - 1 LOOP
        month := (date_trunc('month', first::timestamp) + make_interval(months => number)) AT TIME ZONE 'UTC';
        following := (date_trunc('month', first::timestamp) + make_interval(months => number + 1)) AT TIME ZONE 'UTC';
        name := 'readings_p_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        BEGIN
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF readings FOR VALUES FROM (%L) TO (%L)', name, month, following
            );
            made := made + 1;
        EXCEPTION WHEN check_violation THEN
            RAISE NOTICE 'readings of % stay in the default partition', name;
        END;
    END LOOP;
    RETURN made;
END $$
"""


def upgrade() -> None:
    _patients()
    _patient_identifiers()
    _stays()
    _enrollments()
    _enrollment_acts()
    _readings()
    _reading_versions()
    _reading_external_ids()
    _reading_issues()
    _alerts()
    _rechecks()
    op.execute("CREATE TABLE readings_p_default PARTITION OF readings DEFAULT")
    op.execute(MAKE_PARTITIONS)
    op.execute("SELECT make_reading_partitions('2025-01-01', 48)")
    for table in TABLES:
        wall(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION make_reading_partitions")


def _patients() -> None:
    op.create_table(
        "patients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coordination_id", sa.Uuid(), nullable=True),
        sa.Column("source_version", sa.Integer(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("deceased_at", INSTANT, nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_patients"),
    )
    op.create_index("uq_patients_coordination_id", "patients", ["organization_id", "coordination_id"], unique=True)


def _patient_identifiers() -> None:
    op.create_table(
        "patient_identifiers",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_patient_identifiers_patient_id"),
        sa.PrimaryKeyConstraint("organization_id", "system", "value", name="pk_patient_identifiers"),
    )
    op.create_index("ix_patient_identifiers_patient_id", "patient_identifiers", ["patient_id"])


def _stays() -> None:
    op.create_table(
        "stays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_stays_patient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stays"),
    )
    op.create_index("ix_stays_patient_id", "stays", ["patient_id"])


def _enrollments() -> None:
    op.create_table(
        "enrollments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("protocol_version", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("tier_reason", sa.Text(), nullable=False),
        sa.Column("case_manager", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("baselines", JSONB(), nullable=False),
        sa.Column("targets", JSONB(), nullable=False),
        sa.Column("circumstances", JSONB(), nullable=False),
        sa.Column("override", JSONB(), nullable=True),
        sa.Column("inpatient_since", INSTANT, nullable=True),
        sa.Column("activated_at", INSTANT, nullable=True),
        sa.Column("paused_until", INSTANT, nullable=True),
        sa.Column("first_reading_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_enrollments_patient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_enrollments"),
    )
    op.create_index("ix_enrollments_case_manager", "enrollments", ["organization_id", "case_manager", "id"])
    op.create_index(
        "uq_enrollments_followed",
        "enrollments",
        ["patient_id", "protocol"],
        unique=True,
        postgresql_where=sa.text("state IN ('active', 'paused')"),
    )
    op.create_index("uq_enrollments_request_id", "enrollments", ["organization_id", "request_id"], unique=True)


def _enrollment_acts() -> None:
    op.create_table(
        "enrollment_acts",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name="fk_enrollment_acts_enrollment_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_enrollment_acts"),
    )
    op.create_index("ix_enrollment_acts_enrollment_id", "enrollment_acts", ["enrollment_id", "seq"])


def _readings() -> None:
    op.create_table(
        "readings",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("observed_at", INSTANT, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("unit_sent", sa.Text(), nullable=True),
        sa.Column("comparator", sa.Text(), nullable=True),
        sa.Column("canonical", sa.Numeric(), nullable=False),
        sa.Column("offset_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("context", JSONB(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("flags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("patient_id", "metric", "observed_at", "source", name="pk_readings"),
        postgresql_partition_by="RANGE (observed_at)",
    )


def _reading_versions() -> None:
    op.create_table(
        "reading_versions",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("observed_at", INSTANT, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("comparator", sa.Text(), nullable=True),
        sa.Column("context", JSONB(), nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("replaced_at", INSTANT, nullable=False),
        sa.Column("replaced_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("patient_id", "metric", "observed_at", "source", "version", name="pk_reading_versions"),
    )


def _reading_external_ids() -> None:
    op.create_table(
        "reading_external_ids",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("observed_at", INSTANT, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "system", "value", name="pk_reading_external_ids"),
    )
    op.create_index("ix_reading_external_ids_patient_id", "reading_external_ids", ["patient_id", "observed_at"])


def _reading_issues() -> None:
    op.create_table(
        "reading_issues",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("raw", JSONB(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reading_id", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reading_issues"),
    )
    op.create_index("ix_reading_issues_patient_id", "reading_issues", ["patient_id"])
    op.create_index("ix_reading_issues_state", "reading_issues", ["organization_id", "state", "id"])
    op.create_index("uq_reading_issues_digest", "reading_issues", ["organization_id", "digest"], unique=True)


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("protocol_version", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("findings", JSONB(), nullable=False),
        sa.Column("retrospective", sa.Boolean(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("cleared_at", INSTANT, nullable=True),
        sa.Column("arithmetic", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", INSTANT, nullable=True),
        sa.Column("acknowledge_note", sa.Text(), nullable=True),
        sa.Column("snoozed_until", INSTANT, nullable=True),
        sa.Column("snooze_reason", sa.Text(), nullable=True),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("closure", JSONB(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("need_asked_at", INSTANT, nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name="fk_alerts_enrollment_id"),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_alerts_patient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_enrollment_id", "alerts", ["enrollment_id", "last_at"])
    op.create_index("ix_alerts_patient_id", "alerts", ["patient_id", "id"])
    op.create_index("ix_alerts_state", "alerts", ["organization_id", "id"], postgresql_where=LIVE)
    op.create_index("uq_alerts_live", "alerts", ["enrollment_id", "rule"], unique=True, postgresql_where=LIVE)


def _rechecks() -> None:
    op.create_table(
        "rechecks",
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name="fk_rechecks_enrollment_id"),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_rechecks_patient_id"),
        sa.PrimaryKeyConstraint("enrollment_id", "rule", "metric", "at", name="pk_rechecks"),
    )
    op.create_index("ix_rechecks_due_at", "rechecks", ["organization_id", "due_at"])
