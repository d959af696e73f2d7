"""An organization's own protocol versions: what is published never changes. What trying one out showed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import wall

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

KEEP = """
CREATE FUNCTION keep_published_protocol() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('published', 'retired') THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'protocol version % is published and is not deleted', OLD.name;
    END IF;
    IF (NEW.id, NEW.organization_id, NEW.key, NEW.name, NEW.number, NEW.based_on, NEW.content, NEW.content_version,
        NEW.reason, NEW.authors, NEW.prescriber, NEW.validated_by, NEW.validated_at, NEW.published_by, NEW.published_at)
        IS DISTINCT FROM
       (OLD.id, OLD.organization_id, OLD.key, OLD.name, OLD.number, OLD.based_on, OLD.content, OLD.content_version,
        OLD.reason, OLD.authors, OLD.prescriber, OLD.validated_by, OLD.validated_at, OLD.published_by, OLD.published_at)
        OR NEW.state NOT IN ('published', 'retired') OR OLD.state = 'retired' THEN
        RAISE EXCEPTION 'protocol version % is published and does not change', OLD.name;
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "protocol_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("authors", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("prescriber", sa.Text(), nullable=True),
        sa.Column("validated_by", sa.Text(), nullable=True),
        sa.Column("validated_at", INSTANT, nullable=True),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.Column("retired_reason", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_protocol_versions"),
    )
    op.create_index("uq_protocol_versions_name", "protocol_versions", ["key", "name"], unique=True)
    numbered = ["organization_id", "key", "number"]
    op.create_index("uq_protocol_versions_number", "protocol_versions", numbered, unique=True)
    wall("protocol_versions")
    op.execute(KEEP)
    op.execute(
        "CREATE TRIGGER keep_published BEFORE UPDATE OR DELETE ON protocol_versions"
        " FOR EACH ROW EXECUTE FUNCTION keep_published_protocol()"
    )
    op.create_table(
        "protocol_dry_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("protocol_version_id", sa.Uuid(), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Text(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("ran_at", INSTANT, nullable=False),
        sa.Column("ran_by", sa.Text(), nullable=False),
        sa.Column("enrollments", sa.Integer(), nullable=False),
        sa.Column("enrollments_pinned", sa.Integer(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("patient_days", sa.Numeric(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["protocol_version_id"], ["protocol_versions.id"], name="fk_protocol_dry_runs_protocol_version_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_protocol_dry_runs"),
    )
    tried = ["protocol_version_id", "content_version", "ran_at"]
    op.create_index("ix_protocol_dry_runs_protocol_version_id", "protocol_dry_runs", tried)
    wall("protocol_dry_runs")
    op.create_table(
        "protocol_dry_run_alerts",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("dry_run_id", sa.Uuid(), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("difference", sa.Text(), nullable=False),
        sa.Column("old_severity", sa.Text(), nullable=True),
        sa.Column("old_began_at", INSTANT, nullable=True),
        sa.Column("new_severity", sa.Text(), nullable=True),
        sa.Column("new_began_at", INSTANT, nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dry_run_id"], ["protocol_dry_runs.id"], name="fk_protocol_dry_run_alerts_dry_run_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_protocol_dry_run_alerts"),
    )
    listed = ["dry_run_id", "seq"]
    op.create_index("ix_protocol_dry_run_alerts_dry_run_id", "protocol_dry_run_alerts", listed)
    wall("protocol_dry_run_alerts")
    op.create_index("ix_enrollments_protocol_version", "enrollments", ["organization_id", "protocol_version", "id"])


def downgrade() -> None:
    op.drop_index("ix_enrollments_protocol_version", "enrollments")
    op.drop_table("protocol_dry_run_alerts")
    op.drop_table("protocol_dry_runs")
    op.drop_table("protocol_versions")
    op.execute("DROP FUNCTION keep_published_protocol()")
