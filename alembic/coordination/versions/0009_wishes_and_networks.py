"""Patients' wishes, preferred networks, and what matching sifts the directory by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.db.migrate import wall

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_LISTS = ("networks", "payer_keys", "network_keys", "tongues")
_BOX = ("south", "north", "west", "east")
_FILL = """
UPDATE specialists SET
  payer_keys = ARRAY(SELECT DISTINCT lower(regexp_replace(btrim(c ->> 'payer'), '\\s+', ' ', 'g'))
    FROM jsonb_array_elements(coverages) c ORDER BY 1),
  tongues = ARRAY(SELECT DISTINCT lower(split_part(tag, '-', 1)) FROM unnest(languages) tag ORDER BY 1),
  south = box.south, north = box.north, west = box.west, east = box.east
FROM (
  SELECT id, min((site ->> 'latitude')::float8) AS south, max((site ->> 'latitude')::float8) AS north,
    min((site ->> 'longitude')::float8) AS west, max((site ->> 'longitude')::float8) AS east
  FROM specialists, jsonb_array_elements(sites) site
  GROUP BY id HAVING bool_and(site ->> 'latitude' IS NOT NULL)
  UNION ALL
  SELECT id, NULL, NULL, NULL, NULL FROM specialists
  WHERE NOT jsonb_array_length(sites) > 0 OR jsonb_path_exists(sites, '$[*] ? (@.latitude == null)')
) box WHERE box.id = specialists.id
"""


def upgrade() -> None:
    op.add_column("specialists", sa.Column("gender", sa.Text(), nullable=True))
    for name in _LISTS:
        op.add_column("specialists", sa.Column(name, ARRAY(sa.Text()), nullable=False, server_default="{}"))
        op.alter_column("specialists", name, server_default=None)
    for name in _BOX:
        op.add_column("specialists", sa.Column(name, sa.Float(), nullable=True))
    # The owner of the tables is behind the wall as well, and says no organization here.
    op.execute("ALTER TABLE specialists NO FORCE ROW LEVEL SECURITY")
    op.execute(_FILL)
    op.execute("ALTER TABLE specialists FORCE ROW LEVEL SECURITY")
    op.create_index(
        "ix_specialists_active",
        "specialists",
        ["organization_id", "specialty"],
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    _wishes()
    _networks()


def _wishes() -> None:
    op.create_table(
        "care_preferences",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("said", JSONB(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_care_preferences_patient_id"),
        sa.PrimaryKeyConstraint("patient_id", name="pk_care_preferences"),
    )
    wall("care_preferences")


def _networks() -> None:
    op.create_table(
        "preferred_networks",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("networks", JSONB(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name="pk_preferred_networks"),
    )
    wall("preferred_networks")


def downgrade() -> None:
    op.drop_table("preferred_networks")
    op.drop_table("care_preferences")
    op.drop_index("ix_specialists_active", table_name="specialists")
    for name in ("gender", *_LISTS, *_BOX):
        op.drop_column("specialists", name)
