"""Treatment plans, standing orders, changes of medicines, prescriptive authority."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrate import wall

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TABLES = (
    "prescribers",
    "protocol_path",
    "standing_orders",
    "patient_orders",
    "plans",
    "plan_changes",
    "plan_versions",
    "reconciliations",
    "plan_change_acts",
)


def upgrade() -> None:
    op.create_table(
        "prescribers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("license", sa.Text(), nullable=False),
        sa.Column("classes", JSONB(), nullable=False),
        sa.Column("dea", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_prescribers"),
    )
    op.create_index("ix_prescribers_person", "prescribers", ["organization_id", "person"], unique=False)
    op.create_table(
        "protocol_path",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_protocol_path"),
    )
    op.create_index("ix_protocol_path_organization_id", "protocol_path", ["organization_id", "seq"], unique=False)
    op.create_table(
        "standing_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rxnorm", sa.Text(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("text", JSONB(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("signed_at", INSTANT, nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_standing_orders"),
    )
    op.create_index("ix_standing_orders_rxnorm", "standing_orders", ["organization_id", "rxnorm"], unique=False)
    op.create_index(
        "uq_standing_orders_key_number", "standing_orders", ["organization_id", "key", "number"], unique=True
    )
    op.create_index(
        "uq_standing_orders_signed",
        "standing_orders",
        ["organization_id", "key"],
        unique=True,
        postgresql_where=sa.text("state = 'signed'"),
    )
    op.create_table(
        "patient_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("standing_order_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("min_single", sa.Numeric(), nullable=False),
        sa.Column("max_single", sa.Numeric(), nullable=False),
        sa.Column("max_daily", sa.Numeric(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("suspended", JSONB(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_patient_orders_patient_id"),
        sa.ForeignKeyConstraint(
            ["standing_order_id"], ["standing_orders.id"], name="fk_patient_orders_standing_order_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_patient_orders"),
    )
    op.create_index("ix_patient_orders_standing_order_id", "patient_orders", ["standing_order_id", "id"], unique=False)
    op.create_index(
        "uq_patient_orders_lasting",
        "patient_orders",
        ["patient_id", "standing_order_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_plans_patient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
    )
    op.create_index("uq_plans_patient_id", "plans", ["patient_id"], unique=True)
    op.create_table(
        "plan_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("medicine_id", sa.Uuid(), nullable=False),
        sa.Column("rxnorm", sa.Text(), nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("dose_before", sa.Numeric(), nullable=True),
        sa.Column("dose_after", sa.Numeric(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("medicine", JSONB(), nullable=True),
        sa.Column("standing_order_id", sa.Uuid(), nullable=True),
        sa.Column("patient_order_id", sa.Uuid(), nullable=True),
        sa.Column("rule_version", sa.Text(), nullable=True),
        sa.Column("allowed", JSONB(), nullable=False),
        sa.Column("refusals", JSONB(), nullable=False),
        sa.Column("inputs", JSONB(), nullable=True),
        sa.Column("sbar", JSONB(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.Column("verbal_recorded_by", sa.Text(), nullable=True),
        sa.Column("sign_due", INSTANT, nullable=True),
        sa.Column("signed_at", INSTANT, nullable=True),
        sa.Column("ordered_by", sa.Text(), nullable=True),
        sa.Column("ordered_at", INSTANT, nullable=True),
        sa.Column("informed", sa.Text(), nullable=True),
        sa.Column("cosign_due", INSTANT, nullable=True),
        sa.Column("suspend_at", INSTANT, nullable=True),
        sa.Column("cosigned_by", sa.Text(), nullable=True),
        sa.Column("cosigned_at", INSTANT, nullable=True),
        sa.Column("task_asked_at", INSTANT, nullable=True),
        sa.Column("suspended_at", INSTANT, nullable=True),
        sa.Column("taught_by", sa.Text(), nullable=True),
        sa.Column("taught_at", INSTANT, nullable=True),
        sa.Column("taught", sa.Text(), nullable=True),
        sa.Column("starts_at", INSTANT, nullable=True),
        sa.Column("effective_at", INSTANT, nullable=True),
        sa.Column("plan_number", sa.Integer(), nullable=True),
        sa.Column("temporary_days", sa.Integer(), nullable=True),
        sa.Column("returns_at", INSTANT, nullable=True),
        sa.Column("returned_at", INSTANT, nullable=True),
        sa.Column("recheck_on", sa.Date(), nullable=True),
        sa.Column("labs_from", sa.Date(), nullable=True),
        sa.Column("labs_to", sa.Date(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_plan_changes_patient_id"),
        sa.ForeignKeyConstraint(["patient_order_id"], ["patient_orders.id"], name="fk_plan_changes_patient_order_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_plan_changes_plan_id"),
        sa.ForeignKeyConstraint(
            ["standing_order_id"], ["standing_orders.id"], name="fk_plan_changes_standing_order_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_plan_changes"),
    )
    op.create_index("ix_plan_changes_patient_id", "plan_changes", ["patient_id", "id"], unique=False)
    op.create_index("ix_plan_changes_state", "plan_changes", ["organization_id", "state", "id"], unique=False)
    op.create_index(
        "uq_plan_changes_open",
        "plan_changes",
        ["patient_id", "rxnorm"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('approved', 'approved-modified', 'communicated-to-patient', 'draft', 'ordered', 'proposed')"
        ),
    )
    op.create_table(
        "plan_versions",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("plan_change_id", sa.Uuid(), nullable=True),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_plan_versions_plan_id"),
        sa.PrimaryKeyConstraint("plan_id", "number", name="pk_plan_versions"),
    )
    op.create_table(
        "reconciliations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("sources", JSONB(), nullable=False),
        sa.Column("decisions", JSONB(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_reconciliations_patient_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_reconciliations_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reconciliations"),
    )
    op.create_index("ix_reconciliations_plan_id", "reconciliations", ["plan_id", "id"], unique=False)
    op.create_table(
        "plan_change_acts",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("plan_change_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["plan_change_id"], ["plan_changes.id"], name="fk_plan_change_acts_plan_change_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_plan_change_acts"),
    )
    op.create_index("ix_plan_change_acts_plan_change_id", "plan_change_acts", ["plan_change_id", "seq"], unique=False)
    for table in TABLES:
        wall(table)
