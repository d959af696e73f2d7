"""Sites have calendars of their own, and patients a site that cares for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrate import wall

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sites", sa.Column("holidays", sa.Text(), nullable=True))
    op.add_column("sites", sa.Column("closures", JSONB(), nullable=False, server_default="[]"))
    op.create_table(
        "practices",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_practices_patient_id"),
        sa.ForeignKeyConstraint(
            ["organization_id", "site_id"], ["sites.organization_id", "sites.id"], name="fk_practices_site"
        ),
        sa.PrimaryKeyConstraint("patient_id", name="pk_practices"),
    )
    wall("practices")


def downgrade() -> None:
    op.drop_table("practices")
    for name in ("closures", "holidays"):
        op.drop_column("sites", name)
