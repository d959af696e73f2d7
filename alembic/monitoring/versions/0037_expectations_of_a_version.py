"""What is expected of an enrollment is what the protocol version expects that it is pinned to."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TABLES = ("expectations", "enrollments")


def upgrade() -> None:
    op.add_column("expectations", sa.Column("protocol_version", sa.Text(), nullable=True))
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE expectations x SET protocol_version = e.protocol_version"
        " FROM enrollments e WHERE e.id = x.enrollment_id"
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.alter_column("expectations", "protocol_version", nullable=False)


def downgrade() -> None:
    op.drop_column("expectations", "protocol_version")
