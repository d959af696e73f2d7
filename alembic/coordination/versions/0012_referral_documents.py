"""Documents of referrals."""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import wall

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referral_documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("octet_length(content) = size", name="ck_referral_documents_size"),
        sa.CheckConstraint("encode(sha256(content), 'hex') = sha256", name="ck_referral_documents_sha256"),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name="fk_referral_documents_referral_id"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_documents"),
    )
    op.create_index("ix_referral_documents_referral_id", "referral_documents", ["organization_id", "referral_id", "id"])
    wall("referral_documents")


def downgrade() -> None:
    op.drop_table("referral_documents")
