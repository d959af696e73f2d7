"""A clock that moved on after a breach can be late once more: a breach is of a clock and the instant it was due."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("pk_need_breaches", "need_breaches", type_="primary")
    op.create_primary_key("pk_need_breaches", "need_breaches", ["need_id", "clock", "due_at"])


def downgrade() -> None:
    op.execute(
        "DELETE FROM need_breaches b USING need_breaches first "
        "WHERE first.need_id = b.need_id AND first.clock = b.clock AND first.due_at < b.due_at"
    )
    op.drop_constraint("pk_need_breaches", "need_breaches", type_="primary")
    op.create_primary_key("pk_need_breaches", "need_breaches", ["need_id", "clock"])
