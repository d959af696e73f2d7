"""The case manager's panel."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import wall

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "panel_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("case_manager", sa.Text(), nullable=False),
        sa.Column("protocols", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=True),
        sa.Column("rank_key", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_panel_entries_patient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_panel_entries"),
        sa.UniqueConstraint(
            "organization_id",
            "patient_id",
            "case_manager",
            name="uq_panel_entries_organization_id_patient_id_case_manager",
        ),
    )
    for name, columns in (
        ("rank", []),
        ("case_manager", ["case_manager"]),
        ("severity", ["severity"]),
        ("tier", ["tier"]),
    ):
        op.create_index(f"ix_panel_entries_{name}", "panel_entries", ["organization_id", *columns, "rank_key", "id"])
    wall("panel_entries")


def downgrade() -> None:
    op.drop_table("panel_entries")
