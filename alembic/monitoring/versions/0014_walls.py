"""Walls read who asks once a statement."""

from shared.db.migrate import rewall

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rewall()


def downgrade() -> None:
    """The rule is the same, said otherwise: nothing to undo."""
