"""What work is filtered by stands beside it; teams and saved views; a number by which the worklist is followed live."""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import wall

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("closed_at IS NULL")
COVERED = [
    "priority", "stage", "source", "kind", "role", "payer", "language", "interpreter_needed", "facility", "pathways",
    "title", "owner", "team", "due_at",
]  # fmt: skip
INDEXES = {
    "what": ["kind", "facility", "payer", "language", "team", "priority", "stage", "role"],
    "who": ["language", "payer", "team", "role", "priority", "interpreter_needed"],
    "how": ["pathways", "stage", "priority", "role", "interpreter_needed", "source", "title"],
}
# Work that was open before: who usually does it is known to the code, and comes with the next change of its need.
FILL = """
UPDATE obligations o SET
  kind = n.kind,
  pathways = coalesce((SELECT string_agg(DISTINCT r->>'pathway', ' ' ORDER BY r->>'pathway')
    FROM jsonb_array_elements(n.reasons) r WHERE r->>'pathway' IS NOT NULL AND r->>'withdrawn_at' IS NULL), ''),
  payer = p.coverage->0->>'payer',
  language = p.language,
  interpreter_needed = p.interpreter_needed,
  facility = (SELECT s.facility FROM jsonb_array_elements(n.reasons) r
    JOIN stays s ON s.id::text = r->>'source_id' WHERE r->>'source_kind' = 'stay' LIMIT 1)
FROM needs n JOIN patients p ON p.id = n.patient_id
WHERE o.closed_at IS NULL AND n.id = CASE o.source
  WHEN 'need' THEN o.source_id WHEN 'referral' THEN (SELECT f.need_id FROM referrals f WHERE f.id = o.source_id) END
"""
FILLED_FROM = ("obligations", "needs", "patients", "stays", "referrals")
# The number of the transaction that wrote a row last: never smaller than that of one still under way when it is read.
STAMP = """
CREATE FUNCTION stamp_changed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.changed := pg_current_xact_id()::text::bigint; RETURN NEW; END $$
"""


def upgrade() -> None:
    _facets()
    _indexes()
    op.execute(STAMP)
    op.execute(
        "CREATE TRIGGER stamp_changed BEFORE INSERT OR UPDATE ON obligations "
        "FOR EACH ROW EXECUTE FUNCTION stamp_changed()"
    )
    _teams()
    _views()
    for table in ("teams", "work_views"):
        wall(table)


def _facets() -> None:
    for name in ("kind", "role", "payer", "language", "facility"):
        op.add_column("obligations", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("obligations", sa.Column("pathways", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "obligations", sa.Column("interpreter_needed", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("obligations", sa.Column("changed", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    # The owner of the tables stands before the walls like everybody else: they are opened for this statement.
    for table in FILLED_FROM:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL)
    for table in FILLED_FROM:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _indexes() -> None:
    for name, columns in (("rank", []), ("team", ["team"])):
        op.drop_index(f"ix_obligations_{name}", "obligations")
        op.create_index(
            f"ix_obligations_{name}",
            "obligations",
            ["organization_id", *columns, "rank_key", "id"],
            postgresql_where=OPEN,
            postgresql_include=COVERED,
        )
    for name, columns in INDEXES.items():
        op.create_index(f"ix_obligations_{name}", "obligations", ["organization_id", *columns], postgresql_where=OPEN)
    op.create_index("ix_obligations_changed", "obligations", ["organization_id", "changed"])


def _teams() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("members", sa.ARRAY(sa.Text()), nullable=False),
        *_changing(),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
        sa.UniqueConstraint("organization_id", "key", name="uq_teams_organization_id_key"),
    )


def _views() -> None:
    op.create_table(
        "work_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("filters", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        *_changing(),
        sa.PrimaryKeyConstraint("id", name="pk_work_views"),
    )
    op.create_index("ix_work_views_owner", "work_views", ["organization_id", "owner"])


def _changing() -> list[sa.Column[object]]:
    return [
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
    ]


def downgrade() -> None:
    for table in ("work_views", "teams"):
        op.drop_table(table)
    op.execute("DROP TRIGGER stamp_changed ON obligations")
    op.execute("DROP FUNCTION stamp_changed()")
    for name in (*INDEXES, "changed"):
        op.drop_index(f"ix_obligations_{name}", "obligations")
    for name, columns in (("rank", []), ("team", ["team"])):
        op.drop_index(f"ix_obligations_{name}", "obligations")
        op.create_index(
            f"ix_obligations_{name}", "obligations", ["organization_id", *columns, "rank_key", "id"],
            postgresql_where=OPEN,
        )  # fmt: skip
    for name in (
        "changed", "interpreter_needed", "pathways", "facility", "language", "payer", "role", "kind",
    ):  # fmt: skip
        op.drop_column("obligations", name)
