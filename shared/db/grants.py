"""What a service's role may do in its database, and how a database says that it is at the newest version.

It needs nothing of the migrations' library: a start looks here before it takes the time to load that.
"""

import re
from hashlib import sha256
from pathlib import Path

VERSIONS = Path(__file__).resolve().parents[2] / "alembic"
STANDING = "SELECT version_num, obj_description('alembic_version'::regclass, 'pg_class') FROM alembic_version"
"""Reads the revision a database is at and what :func:`note` left there; fails where nothing was migrated yet."""
APPEND_ONLY = ("audit",)
"""Tables whose rows a service may add, and never change or take away."""
_ROLE = re.compile(r"^[a-z_][a-z0-9_]*$")
_REVISION = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


def grants(role: str) -> list[str]:
    """The statements that give a role what a service needs, and no more.

    Raises:
        ValueError: the role's name would have to be quoted.
    """
    if not _ROLE.match(role):
        raise ValueError(f"{role!r} is not a plain role name")
    append_only = ", ".join(APPEND_ONLY)
    return [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {append_only} FROM {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
        # A partition asked for by its own name would not apply the walls of its parent.
        "DO $$ DECLARE part regclass; BEGIN FOR part IN SELECT oid::regclass FROM pg_class WHERE relispartition "
        "AND relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP "
        f"EXECUTE format('REVOKE ALL ON %s FROM {role}', part); END LOOP; END $$",
    ]


def standing(history: str, role: str) -> tuple[str, str]:
    """What :data:`STANDING` finds in a database at the newest version where ``role`` has its grants."""
    head = newest(history)
    digest = sha256("\n".join(grants(role)).encode()).hexdigest()
    return head, f"granted at {head}: {digest[:32]}"


def note(history: str, role: str) -> str:
    """The statement that says so in the database, for the transaction of the grants."""
    _, granted = standing(history, role)
    return f"COMMENT ON TABLE alembic_version IS '{granted}'"


def newest(history: str) -> str:
    """The revision that no other one follows, as the migrations' files say."""
    texts = [file.read_text() for file in (VERSIONS / history / "versions").glob("*.py")]
    said: set[tuple[str, str]] = {pair for text in texts for pair in _REVISION.findall(text)}
    revisions, followed = ({value for name, value in said if name == of} for of in ("revision", "down_revision"))
    (head,) = revisions - followed
    return head
