"""A program of before version 0037 goes on planning while it is replaced: what it expects is the catalogue's 1.0.0."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("expectations", "protocol_version", server_default=sa.text("'1.0.0'"))


def downgrade() -> None:
    op.alter_column("expectations", "protocol_version", server_default=None)
