"""Hand-overs move responsibilities in care teams too; they are found by person."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hand_overs", sa.Column("memberships", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ix_care_team_members_subject",
        "care_team_members",
        ["organization_id", "subject", "id"],
        postgresql_where=sa.text("subject IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_care_team_members_subject", "care_team_members")
    op.drop_column("hand_overs", "memberships")
