"""Changes are judged again; what prescribers and nurses are told of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.db.migrate import wall

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
_UNREAD = sa.text("acknowledged_at IS NULL")


def upgrade() -> None:
    op.add_column("plan_changes", sa.Column("held_until", INSTANT, nullable=True))
    op.add_column("plan_changes", sa.Column("judged_at", INSTANT, nullable=True))
    op.add_column("plan_changes", sa.Column("stopped", JSONB(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("practices", sa.Column("starts_within_hours", sa.Integer(), nullable=True))
    op.add_column(
        "panel_entries",
        sa.Column("awaits", ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("plan_change_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sbar", JSONB(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("answer_by", INSTANT, nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", INSTANT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_notices_patient_id"),
        sa.ForeignKeyConstraint(["plan_change_id"], ["plan_changes.id"], name="fk_notices_plan_change_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    columns = ["plan_change_id", "kind", "reason_code", "told"]
    op.create_index("uq_notices_plan_change_id", "notices", columns, unique=True)
    op.create_index("ix_notices_organization_id", "notices", ["organization_id", "id"])
    op.create_index("ix_notices_unread", "notices", ["organization_id", "told", "id"], postgresql_where=_UNREAD)
    op.create_index("ix_notices_patient_id", "notices", ["patient_id"], postgresql_where=_UNREAD)
    wall("notices")


def downgrade() -> None:
    op.drop_table("notices")
    op.drop_column("panel_entries", "awaits")
    op.drop_column("practices", "starts_within_hours")
    for name in ("stopped", "judged_at", "held_until"):
        op.drop_column("plan_changes", name)
