"""Who covers for whom, and on an escalation whose patient it is and who covers for them."""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import wall

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "covers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("covered_by", sa.Text(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_covers"),
    )
    op.create_index("ix_covers_listed", "covers", ["organization_id", "id"])
    op.create_index("ix_covers_person", "covers", ["organization_id", "person", "ends_at"])
    op.create_index("ix_covers_cover", "covers", ["organization_id", "covered_by", "ends_at"])
    wall("covers")
    op.add_column("escalations", sa.Column("case_manager", sa.Text(), nullable=True))
    op.add_column("escalations", sa.Column("covered_by", sa.Text(), nullable=True))
    op.create_index("ix_escalations_case_manager", "escalations", ["organization_id", "case_manager", "id"])


def downgrade() -> None:
    op.drop_index("ix_escalations_case_manager", table_name="escalations")
    op.drop_column("escalations", "covered_by")
    op.drop_column("escalations", "case_manager")
    op.drop_table("covers")
