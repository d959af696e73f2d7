"""Directory, referrals, care teams, worklist."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import wall

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("specialists", "slots", "referrals", "referral_acts", "care_team_members", "obligations")


def upgrade() -> None:
    _specialists()
    _slots()
    _referrals()
    _referral_acts()
    _care_team_members()
    _obligations()
    for table in TABLES:
        wall(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _specialists() -> None:
    op.create_table(
        "specialists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organization_name", sa.Text(), nullable=False),
        sa.Column("specialty", sa.Text(), nullable=False),
        sa.Column("npi", sa.Text(), nullable=True),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("interpreter", sa.Boolean(), nullable=False),
        sa.Column("modalities", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.Column("max_age", sa.Integer(), nullable=True),
        sa.Column("coverages", postgresql.JSONB(), nullable=False),
        sa.Column("prices", postgresql.JSONB(), nullable=False),
        sa.Column("sites", postgresql.JSONB(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("capacity_as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_before", sa.Integer(), nullable=False),
        sa.Column("closed_before", sa.Integer(), nullable=False),
        sa.Column("user_subject", sa.Text(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_specialists"),
    )
    op.create_index("ix_specialists_name", "specialists", ["organization_id", "name", "id"])
    op.create_index("ix_specialists_specialty", "specialists", ["organization_id", "specialty", "name", "id"])
    op.create_index(
        "ix_specialists_user",
        "specialists",
        ["organization_id", "user_subject"],
        postgresql_where=sa.text("user_subject IS NOT NULL"),
    )
    op.create_index(
        "uq_specialists_npi",
        "specialists",
        ["organization_id", "npi"],
        unique=True,
        postgresql_where=sa.text("npi IS NOT NULL"),
    )


def _slots() -> None:
    op.create_table(
        "slots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("specialist_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modality", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["specialist_id"], ["specialists.id"], name="fk_slots_specialist_id"),
        sa.PrimaryKeyConstraint("id", name="pk_slots"),
        sa.UniqueConstraint(
            "organization_id",
            "specialist_id",
            "starts_at",
            "modality",
            "site_id",
            "place",
            name="uq_slots_place",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "ix_slots_open",
        "slots",
        ["organization_id", "specialist_id", "starts_at", "id"],
        postgresql_where=sa.text("booked_at IS NULL"),
    )
    op.create_index("ix_slots_referral", "slots", ["referral_id"], postgresql_where=sa.text("referral_id IS NOT NULL"))


def _referrals() -> None:
    op.create_table(
        "referrals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("specialist_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("clinical_question", sa.Text(), nullable=False),
        sa.Column("attachments", postgresql.JSONB(), nullable=False),
        sa.Column("authorization_required", sa.Boolean(), nullable=False),
        sa.Column("authorization_number", sa.Text(), nullable=True),
        sa.Column("authorized_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visit_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visit_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visit_modality", sa.Text(), nullable=True),
        sa.Column("visit_site_id", sa.Uuid(), nullable=True),
        sa.Column("visit_slot_id", sa.Uuid(), nullable=True),
        sa.Column("no_shows", sa.Integer(), nullable=False),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", postgresql.JSONB(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("informed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("informed_by", sa.Text(), nullable=True),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiver", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage_started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage_why", sa.Text(), nullable=True),
        sa.Column("stage_breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name="fk_referrals_need_id"),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_referrals_patient_id"),
        sa.ForeignKeyConstraint(["specialist_id"], ["specialists.id"], name="fk_referrals_specialist_id"),
        sa.PrimaryKeyConstraint("id", name="pk_referrals"),
    )
    op.create_index(
        "ix_referrals_due",
        "referrals",
        ["organization_id", "stage_due_at"],
        postgresql_where=sa.text("stage_breached_at IS NULL AND stage_due_at IS NOT NULL"),
    )
    op.create_index("ix_referrals_need", "referrals", ["organization_id", "need_id"])
    op.create_index("ix_referrals_patient", "referrals", ["organization_id", "patient_id", "id"])
    op.create_index("ix_referrals_specialist", "referrals", ["organization_id", "specialist_id", "id"])
    op.create_index(
        "uq_referrals_live", "referrals", ["organization_id", "need_id"], unique=True, postgresql_where=sa.text("live")
    )


def _referral_acts() -> None:
    op.create_table(
        "referral_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name="fk_referral_acts_referral_id"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_acts"),
        sa.UniqueConstraint("referral_id", "sequence", name="uq_referral_acts_referral_id_sequence"),
    )


def _care_team_members() -> None:
    op.create_table(
        "care_team_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("practitioner", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("specialist_id", sa.Uuid(), nullable=True),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_care_team_members_patient_id"),
        sa.ForeignKeyConstraint(["specialist_id"], ["specialists.id"], name="fk_care_team_members_specialist_id"),
        sa.PrimaryKeyConstraint("id", name="pk_care_team_members"),
    )
    op.create_index(
        "ix_care_team_members_patient", "care_team_members", ["organization_id", "patient_id", "starts_on", "id"]
    )


def _obligations() -> None:
    op.create_table(
        "obligations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rank_key", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_obligations"),
        sa.UniqueConstraint(
            "organization_id",
            "source_id",
            "stage",
            "source",
            name="uq_obligations_organization_id_source_id_stage_source",
        ),
    )
    op.create_index(
        "ix_obligations_owner",
        "obligations",
        ["organization_id", "owner", "rank_key", "id"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_obligations_patient",
        "obligations",
        ["organization_id", "patient_id", "rank_key", "id"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_obligations_rank",
        "obligations",
        ["organization_id", "rank_key", "id"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_obligations_team",
        "obligations",
        ["organization_id", "team", "rank_key", "id"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )
