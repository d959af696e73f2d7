"""Practitioners, care sites, visits, conditions, and what others call them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import wall

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TABLES = ("practitioners", "care_sites", "visits", "conditions", "external_identifiers")


def upgrade() -> None:
    _practitioners()
    _care_sites()
    _visits()
    _conditions()
    _external_identifiers()
    for table in TABLES:
        wall(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _common(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifiers", postgresql.JSONB(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def _practitioners() -> None:
    op.create_table(
        "practitioners",
        *_common("practitioners"),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_practitioners_listed", "practitioners", ["organization_id", "id"])


def _care_sites() -> None:
    op.create_table(
        "care_sites",
        *_common("care_sites"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_care_sites_listed", "care_sites", ["organization_id", "id"])


def _visits() -> None:
    op.create_table(
        "visits",
        *_common("visits"),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("visit_class", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("type", postgresql.JSONB(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("care_site_id", sa.Uuid(), nullable=True),
        _refers("visits", "patient_id", "patients"),
        _refers("visits", "practitioner_id", "practitioners"),
        _refers("visits", "care_site_id", "care_sites"),
    )
    op.create_index("ix_visits_listed", "visits", ["organization_id", "id"])
    op.create_index("ix_visits_patient", "visits", ["organization_id", "patient_id", "started_at"])


def _conditions() -> None:
    op.create_table(
        "conditions",
        *_common("conditions"),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("encounter_id", sa.Uuid(), nullable=True),
        sa.Column("onset", sa.Text(), nullable=True),
        sa.Column("abatement", sa.Text(), nullable=True),
        sa.Column("recorded", sa.Text(), nullable=True),
        _refers("conditions", "patient_id", "patients"),
    )
    op.create_index("ix_conditions_listed", "conditions", ["organization_id", "id"])
    op.create_index("ix_conditions_patient", "conditions", ["organization_id", "patient_id", "code"])


def _external_identifiers() -> None:
    op.create_table(
        "external_identifiers",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "kind", "system", "value", name="pk_external_identifiers"),
    )
    op.create_index("ix_external_identifiers_value", "external_identifiers", ["organization_id", "kind", "value"])
