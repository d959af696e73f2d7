"""Every rota is kept with the time from which it held; of those before only the one that stands is known."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import wall

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rota_versions",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kept", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "version", name="pk_rota_versions"),
    )
    op.execute("ALTER TABLE rotas NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO rota_versions (organization_id, version, kept, at)"
        " SELECT organization_id, version, kept, updated_at FROM rotas"
    )
    op.execute("ALTER TABLE rotas FORCE ROW LEVEL SECURITY")
    wall("rota_versions")


def downgrade() -> None:
    op.drop_table("rota_versions")
