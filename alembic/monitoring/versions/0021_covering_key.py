"""The key of readings covers what a chart needs; months of readings are vacuumed soon, so that it is enough.

On a table that is large already, build the index month by month beforehand, without holding anybody up: ``CREATE UNIQUE
INDEX CONCURRENTLY`` with these columns on each partition. PostgreSQL takes over what it finds.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEY = "(patient_id, metric, observed_at, source)"
OPTIONS = "autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 10000"

MAKE_PARTITIONS = """
CREATE OR REPLACE FUNCTION make_reading_partitions(first date, months integer) RETURNS integer
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
                'CREATE TABLE %I PARTITION OF readings FOR VALUES FROM (%L) TO (%L){options}', name, month, following
            );
            made := made + 1;
        EXCEPTION WHEN check_violation THEN
            RAISE NOTICE 'readings of % stay in the default partition', name;
        END;
    END LOOP;
    RETURN made;
END $$
"""

ON_EACH = """
DO $$ DECLARE part regclass; BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'readings'::regclass LOOP
        EXECUTE format('ALTER TABLE %s {action}', part);
    END LOOP;
END $$
"""


def upgrade() -> None:
    op.execute(
        f"CREATE UNIQUE INDEX ux_readings ON readings {KEY} INCLUDE (canonical, comparator, status, organization_id)"
    )
    op.execute("ALTER TABLE readings DROP CONSTRAINT pk_readings")
    op.execute(ON_EACH.replace("{action}", f"SET ({OPTIONS})"))
    op.execute(MAKE_PARTITIONS.replace("{options}", f" WITH ({OPTIONS})"))


def downgrade() -> None:
    op.execute(f"ALTER TABLE readings ADD CONSTRAINT pk_readings PRIMARY KEY {KEY}")
    op.execute("DROP INDEX ux_readings")
    names = "autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_insert_threshold"
    op.execute(ON_EACH.replace("{action}", f"RESET ({names})"))
    op.execute(MAKE_PARTITIONS.replace("{options}", ""))
