"""A hand-over shows the name under which the other takes the places in care teams."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hand_overs", sa.Column("to_name", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("hand_overs", "to_name")
