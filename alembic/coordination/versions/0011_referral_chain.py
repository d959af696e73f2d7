"""What a referral replaces; what the receiver asked or left undone."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("referrals", sa.Column("replaces_id", sa.Uuid(), nullable=True))
    op.add_column("referrals", sa.Column("return_requested_at", INSTANT, nullable=True))
    op.add_column("referrals", sa.Column("closed_elsewhere_at", INSTANT, nullable=True))
    op.create_foreign_key("fk_referrals_replaces_id", "referrals", "referrals", ["replaces_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint("fk_referrals_replaces_id", "referrals", type_="foreignkey")
    for column in ("closed_elsewhere_at", "return_requested_at", "replaces_id"):
        op.drop_column("referrals", column)
