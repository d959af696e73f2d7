"""Work whose clinical clock is due on a day off is the on-call list, unless a practice moves such clocks."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# What is open already: the day off, if any, on which the next clinical clock is due.
FILL = """
UPDATE obligations o SET on_call = next.on_call
FROM needs n, LATERAL (
  SELECT c->>'on_call' AS on_call FROM jsonb_array_elements(n.clocks) c
  WHERE c->>'kind' = 'clinical' AND c->>'met_at' IS NULL AND c->>'due_at' IS NOT NULL
  ORDER BY (c->>'due_at')::timestamptz, c->>'key' LIMIT 1
) next
WHERE o.source = 'need' AND o.source_id = n.id AND o.closed_at IS NULL AND next.on_call IS NOT NULL
"""
FILLED_FROM = ("obligations", "needs")


def upgrade() -> None:
    op.add_column("calendars", sa.Column("off_hours", sa.Text(), nullable=False, server_default="on-call"))
    op.add_column("sites", sa.Column("off_hours", sa.Text(), nullable=True))
    op.add_column("obligations", sa.Column("on_call", sa.Text(), nullable=True))
    for table in FILLED_FROM:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL)
    for table in FILLED_FROM:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.create_index(
        "ix_obligations_on_call",
        "obligations",
        ["organization_id", "rank_key", "id"],
        postgresql_where=sa.text("closed_at IS NULL AND on_call IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_obligations_on_call", "obligations")
    op.drop_column("obligations", "on_call")
    op.drop_column("sites", "off_hours")
    op.drop_column("calendars", "off_hours")
