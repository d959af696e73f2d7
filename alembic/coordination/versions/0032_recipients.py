"""Words about a specialist are kept under the one spelling of the id that is asked for."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# As Python reads an id: in any case, with or without hyphens, in braces, as a URN.
FILL = """
UPDATE consent_words SET recipient =
  (regexp_replace(replace(replace(lower(recipient), 'urn:', ''), 'uuid:', ''), '[^0-9a-f]', '', 'g')::uuid)::text
WHERE purpose = 'referral' AND recipient IS NOT NULL
  AND recipient !~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
"""


def upgrade() -> None:
    op.execute("ALTER TABLE consent_words NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL)
    op.execute("ALTER TABLE consent_words FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Every spelling means the same."""
