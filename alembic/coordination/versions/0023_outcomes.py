"""Verdicts of measures are kept, and each change that matters marks its patients in its own transaction."""

from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import wall

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
MARK = "INSERT INTO outcome_marks (organization_id, patient_id)"
# By name of the function: what it marks. `changed` holds all rows of a statement.
OF_STATEMENT = {
    "mark_patients": "SELECT DISTINCT organization_id, patient_id FROM changed",
    # A breach is written by the clock and changes no verdict: needs by the million have one a night.
    "mark_of_need_acts": (
        "SELECT DISTINCT n.organization_id, n.patient_id FROM changed c JOIN needs n ON n.id = c.need_id"
        " WHERE c.act <> 'breach'"
    ),
    "mark_of_referral_acts": (
        "SELECT DISTINCT r.organization_id, r.patient_id FROM changed c JOIN referrals r ON r.id = c.referral_id"
    ),
}
OF_ROW = {
    "mark_both_patients": "SELECT NEW.organization_id, p FROM (SELECT OLD.patient_id UNION SELECT NEW.patient_id) t(p)",
    "mark_of_person": (
        "SELECT NEW.organization_id, p FROM (SELECT NEW.id UNION SELECT OLD.merged_into UNION SELECT NEW.merged_into)"
        " t(p) WHERE p IS NOT NULL"
    ),
    # Whoever a record was merged into goes by its site too.
    "mark_of_practice": (
        "SELECT organization_id, p FROM patients, unnest(ARRAY[id, merged_into]) p"
        " WHERE organization_id = NEW.organization_id AND id = NEW.patient_id AND p IS NOT NULL"
    ),
    "mark_of_site": (
        "SELECT DISTINCT w.organization_id, p FROM practices w JOIN patients m ON m.id = w.patient_id,"
        " unnest(ARRAY[m.id, m.merged_into]) p"
        " WHERE w.organization_id = NEW.organization_id AND w.site_id = NEW.id AND p IS NOT NULL"
    ),
    "mark_of_calendar": (
        "SELECT DISTINCT organization_id, patient_id FROM stays WHERE organization_id = NEW.organization_id"
    ),
}
STATEMENTS = {
    "stays": ("mark_patients", ("INSERT", "DELETE")),
    "needs": ("mark_patients", ("INSERT", "DELETE")),
    "contacts": ("mark_patients", ("INSERT", "DELETE")),
    "referral_choices": ("mark_patients", ("INSERT", "DELETE")),
    "need_history": ("mark_of_need_acts", ("INSERT",)),
    "referral_acts": ("mark_of_referral_acts", ("INSERT",)),
}
# By table: the function, and the columns of which a change matters.
UPDATES = {
    "stays": (
        "mark_both_patients",
        (
            "patient_id", "stay_class", "state", "planned", "started_at", "ended_at", "disposition", "diagnoses",
            "facility", "created_at", "time_zone",
        ),
    ),
    "needs": (
        "mark_both_patients",
        ("patient_id", "kind", "scope", "zone", "clocks", "cost_amount", "cost_currency", "created_at"),
    ),
    "contacts": ("mark_both_patients", ("patient_id", "started_at", "recorded_at", "interactive")),
    "referrals": ("mark_both_patients", ("patient_id", "zone")),
    "patients": ("mark_of_person", ("birth_date", "merged_into")),
    "practices": ("mark_of_practice", ("site_id",)),
    "sites": ("mark_of_site", ("time_zone", "holidays")),
    "calendars": ("mark_of_calendar", ("holidays",)),
}  # fmt: skip
INSERTS = {"practices": "mark_of_practice", "calendars": "mark_of_calendar"}
MARKED_FIRST = ("stays", "needs")


def upgrade() -> None:
    _tables()
    for name, what in {**OF_STATEMENT, **OF_ROW}.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {MARK} {what}; RETURN NULL; END $$"
        )
    for statement in (*_statement_triggers(), *_row_triggers()):
        op.execute(statement)
    # The owner of the tables stands before the walls like everybody else: they are opened for this statement.
    for table in (*MARKED_FIRST, "outcome_marks"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        f"{MARK} " + " UNION ".join(f"SELECT organization_id, patient_id FROM {table}" for table in MARKED_FIRST)
    )
    for table in (*MARKED_FIRST, "outcome_marks"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _tables() -> None:
    op.create_table(
        "outcomes",
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("since", sa.ARRAY(INSTANT), nullable=False),
        sa.Column("days", sa.ARRAY(sa.Date()), nullable=True),
        sa.Column("letters", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("groups", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("amounts", sa.ARRAY(sa.Numeric(14, 2)), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "family", "about", name="pk_outcomes"),
    )
    op.create_index("ix_outcomes_patient", "outcomes", ["organization_id", "patient_id"])
    op.create_index("ix_outcomes_days", "outcomes", ["organization_id", "family", "last_day", "first_day"])
    op.create_table(
        "outcome_marks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outcome_marks"),
    )
    op.create_index("ix_outcome_marks_order", "outcome_marks", ["organization_id", "id"])
    op.create_index("ix_outcome_marks_patient", "outcome_marks", ["organization_id", "patient_id"])
    for table in ("outcomes", "outcome_marks"):
        wall(table)


def _statement_triggers() -> Iterator[str]:
    for table, (function, events) in STATEMENTS.items():
        for event in events:
            rows = "NEW" if event == "INSERT" else "OLD"
            yield (
                f"CREATE TRIGGER outcomes_{event.lower()} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )


def _row_triggers() -> Iterator[str]:
    for table, (function, columns) in UPDATES.items():
        yield (
            f"CREATE TRIGGER outcomes_update AFTER UPDATE ON {table} FOR EACH ROW"
            f" WHEN (({_of('OLD', columns)}) IS DISTINCT FROM ({_of('NEW', columns)})) EXECUTE FUNCTION {function}()"
        )
    for table, function in INSERTS.items():
        yield (f"CREATE TRIGGER outcomes_insert AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")


def _of(row: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{row}.{column}" for column in columns)


def downgrade() -> None:
    for table, (_, events) in STATEMENTS.items():
        for event in events:
            op.execute(f"DROP TRIGGER outcomes_{event.lower()} ON {table}")
    for table in UPDATES:
        op.execute(f"DROP TRIGGER outcomes_update ON {table}")
    for table in INSERTS:
        op.execute(f"DROP TRIGGER outcomes_insert ON {table}")
    for name in (*OF_STATEMENT, *OF_ROW):
        op.execute(f"DROP FUNCTION {name}()")
    for table in ("outcome_marks", "outcomes"):
        op.drop_table(table)
