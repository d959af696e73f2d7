"""Orders that another system placed: what each asked for, and whether it stands."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrate import wall

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifiers", JSONB(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("code_system", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_text", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("requester", sa.Text(), nullable=True),
        sa.Column("authored", sa.Text(), nullable=True),
        sa.Column("ordered_at", INSTANT, nullable=False),
        sa.Column("due", sa.Text(), nullable=True),
        sa.Column("stay_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_orders_patient_id"),
        sa.ForeignKeyConstraint(["stay_id"], ["stays.id"], name="fk_orders_stay_id"),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
    )
    op.create_index("ix_orders_listed", "orders", ["organization_id", "id"])
    op.create_index("ix_orders_patient", "orders", ["organization_id", "patient_id", "id"])
    wall("orders")


def downgrade() -> None:
    op.drop_table("orders")
