"""Walls read who asks once a statement."""

from shared.db.migrate import rewall

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rewall()


def downgrade() -> None:
    """The rule is the same, said otherwise: nothing to undo."""
