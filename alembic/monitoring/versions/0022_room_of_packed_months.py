"""Packed months give their room back; converted values are packed as whole numbers too."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# Runs with the owner's rights, and can do this alone: what is left of a month is put back into an emptied partition.
# One lock from the beginning: a weaker one first would have to be raised, and deadlock with who reads and then writes.
# Whoever holds the month just now is not waited for longer than lock_timeout; nothing is done then. By the index, since
# the table's pages are as many as ever.
SHRINK = """
CREATE FUNCTION shrink_reading_partition(month date, most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET lock_timeout = '300ms' SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    part regclass := to_regclass('readings_p_' || to_char(month, 'YYYY_MM'));
    before bigint;
    kept readings[];
BEGIN
    IF part IS NULL OR month >= date_trunc('month', current_date) OR most > 20000 OR NOT EXISTS (
        SELECT FROM pg_inherits WHERE inhrelid = part AND inhparent = 'readings'::regclass
    ) THEN
        RETURN 0;
    END IF;
    IF (SELECT relrowsecurity FROM pg_class WHERE oid = part) THEN
        RAISE EXCEPTION 'rows of % may be hidden from its owner', part;
    END IF;
    before := pg_total_relation_size(part);
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', part);
    EXECUTE format(
        'SELECT array_agg(p::readings) FROM'
        ' (SELECT * FROM %s ORDER BY patient_id, metric, observed_at, source LIMIT %s) p', part, most + 1
    ) INTO kept;
    IF coalesce(cardinality(kept), 0) > most THEN
        RETURN 0;
    END IF;
    EXECUTE format('TRUNCATE %s', part);
    EXECUTE format('INSERT INTO %s SELECT k.* FROM unnest($1) k', part) USING kept;
    RETURN before - pg_total_relation_size(part);
EXCEPTION WHEN lock_not_available THEN
    RETURN 0;
END $$
"""


def upgrade() -> None:
    op.add_column("reading_packs", sa.Column("canonical_step", sa.Numeric(), nullable=True))
    op.execute(SHRINK)


def downgrade() -> None:
    op.execute("DROP FUNCTION shrink_reading_partition")
    # Packs with a step of their own would be read wrong: unpack them before going back.
    op.drop_column("reading_packs", "canonical_step")
