"""Sites that specialists share, calendars that slots stand in, and what others call entries of the directory."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.db.migrate import wall

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
_FILL = """
INSERT INTO sites (id, organization_id, identifiers, name, address, latitude, longitude, time_zone, telephone, active,
  version, created_at, updated_at)
SELECT DISTINCT ON (organization_id, (site ->> 'id')::uuid) (site ->> 'id')::uuid, organization_id, '[]',
  site ->> 'name', site ->> 'address', (site ->> 'latitude')::numeric, (site ->> 'longitude')::numeric,
  site ->> 'time_zone', NULL, true, 1, created_at, updated_at
FROM specialists, jsonb_array_elements(sites) site
ORDER BY organization_id, (site ->> 'id')::uuid, specialists.updated_at DESC
"""


def _common() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifiers", JSONB(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "sites",
        *_common(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Numeric(9, 6), nullable=True),
        sa.Column("longitude", sa.Numeric(9, 6), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=True),
        # A site's id is told by whoever keeps the directory: two organizations may tell the same.
        sa.PrimaryKeyConstraint("organization_id", "id", name="pk_sites"),
    )
    op.create_table(
        "schedules",
        *_common(),
        sa.Column("specialist_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("modality", sa.Text(), nullable=True),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["specialist_id"], ["specialists.id"], name="fk_schedules_specialist_id"),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
    )
    op.create_index("ix_schedules_listed", "schedules", ["organization_id", "specialist_id", "id"])
    op.create_index(
        "uq_schedules_own", "schedules", ["organization_id", "specialist_id", "site_id", "modality"], unique=True,
        postgresql_where=sa.text("own"), postgresql_nulls_not_distinct=True,
    )  # fmt: skip
    op.execute("ALTER TABLE specialists NO FORCE ROW LEVEL SECURITY")
    op.execute(_FILL)
    _columns()
    op.execute("UPDATE specialists SET of_person = true WHERE npi IS NOT NULL OR gender IS NOT NULL")
    op.execute("ALTER TABLE specialists FORCE ROW LEVEL SECURITY")
    op.create_index("ix_specialists_listed", "specialists", ["organization_id", "of_person", "id"])
    op.create_index("ix_slots_listed", "slots", ["organization_id", "id"])
    for table in ("sites", "schedules"):
        wall(table)


def _columns() -> None:
    # The defaults stay: the version before this one writes rows without these columns while the two overlap.
    for table in ("specialists", "slots"):
        op.add_column(table, sa.Column("identifiers", JSONB(), nullable=False, server_default="[]"))
    op.add_column("specialists", sa.Column("of_person", sa.Boolean(), nullable=False, server_default="false"))
    for name, other in (("practitioner_id", "practitioners"), ("care_site_id", "care_sites")):
        op.add_column("specialists", sa.Column(name, sa.Uuid(), nullable=True))
        op.create_foreign_key(f"fk_specialists_{name}", "specialists", other, [name], ["id"])
    op.add_column("slots", sa.Column("schedule_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_slots_schedule_id", "slots", "schedules", ["schedule_id"], ["id"])
    op.add_column("practitioners", sa.Column("languages", ARRAY(sa.Text()), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("practitioners", "languages")
    op.drop_index("ix_slots_listed", table_name="slots")
    op.drop_index("ix_specialists_listed", table_name="specialists")
    for name in ("schedule_id", "identifiers"):
        op.drop_column("slots", name)
    for name in ("practitioner_id", "care_site_id", "identifiers", "of_person"):
        op.drop_column("specialists", name)
    op.drop_table("schedules")
    op.drop_table("sites")
