"""An alert about something missing keeps what was cited when it was found."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alerts", sa.Column("citation", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("alerts", "citation")
