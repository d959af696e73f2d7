"""Reply links of letters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from shared.db.migrate import wall

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "reply_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("acts", ARRAY(sa.Text()), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("used_for", sa.Text(), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoked_why", sa.Text(), nullable=True),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("window_started_at", INSTANT, nullable=False),
        sa.Column("window_uses", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name="fk_reply_links_referral_id"),
        sa.ForeignKeyConstraint(["letter_id"], ["referral_documents.id"], name="fk_reply_links_letter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reply_links"),
        sa.UniqueConstraint("organization_id", "token_hash", name="uq_reply_links_organization_id_token_hash"),
    )
    op.create_index("ix_reply_links_referral_id", "reply_links", ["organization_id", "referral_id", "id"])
    wall("reply_links")


def downgrade() -> None:
    op.drop_table("reply_links")
