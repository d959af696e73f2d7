"""What merges moved, so that they can be undone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrate import wall

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "patient_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("merged_at", INSTANT, nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_why", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_patient_merges_patient_id"),
        sa.ForeignKeyConstraint(["into_id"], ["patients.id"], name="fk_patient_merges_into_id"),
        sa.PrimaryKeyConstraint("id", name="pk_patient_merges"),
    )
    standing = sa.text("undone_at IS NULL")
    op.create_index(
        "uq_patient_merges_standing", "patient_merges", ["organization_id", "patient_id"], unique=True,
        postgresql_where=standing,
    )  # fmt: skip
    op.create_index("ix_patient_merges_into", "patient_merges", ["organization_id", "into_id", "id"])
    op.create_table(
        "patient_merge_moves",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("before", JSONB(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["patient_merges.id"], name="fk_patient_merge_moves_merge_id"),
        sa.PrimaryKeyConstraint("merge_id", "noun", "record_id", name="pk_patient_merge_moves"),
    )
    for table in ("patient_merges", "patient_merge_moves"):
        wall(table)


def downgrade() -> None:
    for table in ("patient_merge_moves", "patient_merges"):
        op.drop_table(table)
