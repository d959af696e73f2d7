"""Waiting for a place, and panels assigned at once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.db.migrate import wall

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_TABLES = ("waitlist_entries", "assignments", "assignment_items")


def upgrade() -> None:
    _waitlist()
    _assignments()
    _items()
    for table in _TABLES:
        wall(table)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _changing() -> list[sa.Column]:
    return [
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
    ]


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")


def _waitlist() -> None:
    table = "waitlist_entries"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("specialist_id", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("joined_by", sa.Text(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=True),
        sa.Column("slot_starts_at", _INSTANT, nullable=True),
        sa.Column("offer_until", _INSTANT, nullable=True),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        *_changing(),
        _to(table, "need_id", "needs"),
        _to(table, "patient_id", "patients"),
        _to(table, "specialist_id", "specialists"),
        _to(table, "slot_id", "slots"),
        _to(table, "referral_id", "referrals"),
        sa.PrimaryKeyConstraint("id", name="pk_waitlist_entries"),
    )
    live, waits = sa.text("state IN ('waiting', 'offered')"), sa.text("state = 'waiting'")
    op.create_index(
        "uq_waitlist_entries_live", table, ["organization_id", "need_id", "specialist_id"], unique=True,
        postgresql_where=live,
    )  # fmt: skip
    op.create_index(
        "ix_waitlist_entries_queue", table, ["organization_id", "specialist_id", "turn", "created_at", "id"],
        postgresql_where=waits,
    )  # fmt: skip
    op.create_index(
        "ix_waitlist_entries_offers", table, ["organization_id", "offer_until"],
        postgresql_where=sa.text("state = 'offered'"),
    )  # fmt: skip
    op.create_index("ix_waitlist_entries_listed", table, ["organization_id", "id"])


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("asked", JSONB(), nullable=False),
        sa.Column("passed_over", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("solver", JSONB(), nullable=False),
        sa.Column("greedy", JSONB(), nullable=False),
        *_changing(),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
    )


def _items() -> None:
    table = "assignment_items"
    op.create_table(
        table,
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("specialist_id", sa.Uuid(), nullable=True),
        sa.Column("slot_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", _INSTANT, nullable=True),
        sa.Column("patient_cost", sa.Numeric(14, 2), nullable=True),
        sa.Column("late_minutes", sa.Integer(), nullable=True),
        sa.Column("greedy", JSONB(), nullable=True),
        sa.Column("why_not", sa.Text(), nullable=True),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        _to(table, "assignment_id", "assignments"),
        _to(table, "need_id", "needs"),
        _to(table, "patient_id", "patients"),
        _to(table, "specialist_id", "specialists"),
        _to(table, "slot_id", "slots"),
        _to(table, "referral_id", "referrals"),
        sa.PrimaryKeyConstraint("assignment_id", "need_id", name="pk_assignment_items"),
    )
