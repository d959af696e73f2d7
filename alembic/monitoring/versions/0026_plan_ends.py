"""Treatment plans end, and others take their place: one that lasts for a patient instead of one ever."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_LASTING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.add_column("plans", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("plans", sa.Column("ended_by", sa.Text(), nullable=True))
    op.add_column("plans", sa.Column("end_reason", sa.Text(), nullable=True))
    op.add_column("plans", sa.Column("replaces_id", sa.Uuid(), nullable=True))
    op.add_column("plans", sa.Column("replaced_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_plans_replaces_id_plans", "plans", "plans", ["replaces_id"], ["id"])
    op.create_index("uq_plans_lasting", "plans", ["patient_id"], unique=True, postgresql_where=_LASTING)
    op.create_index("ix_plans_patient_id", "plans", ["patient_id", "id"])
    op.drop_index("uq_plans_patient_id", table_name="plans")


def downgrade() -> None:
    op.create_index("uq_plans_patient_id", "plans", ["patient_id"], unique=True)
    op.drop_index("ix_plans_patient_id", table_name="plans")
    op.drop_index("uq_plans_lasting", table_name="plans")
    op.drop_constraint("fk_plans_replaces_id_plans", "plans", type_="foreignkey")
    for name in ("replaced_by_id", "replaces_id", "end_reason", "ended_by", "ended_at"):
        op.drop_column("plans", name)
