"""An escalation keeps the answer that stopped its clock."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_COLUMNS: tuple[tuple[str, sa.types.TypeEngine[object]], ...] = (
    ("responder", sa.Text()),
    ("answer", sa.Text()),
    ("read_back", sa.Boolean()),
    ("answered_at", sa.DateTime(timezone=True)),
    ("answer_recorded_by", sa.Text()),
)


def upgrade() -> None:
    for name, kind in _COLUMNS:
        op.add_column("escalations", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name, _ in reversed(_COLUMNS):
        op.drop_column("escalations", name)
