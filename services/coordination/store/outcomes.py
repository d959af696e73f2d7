"""What measures said of each member, from which instant on; and whose records changed since they were judged.

A change that matters marks its patients in its own transaction (triggers, so that nothing is forgotten). Marks are only
added: who judges takes the marks first and reads afterwards, so that a change which comes meanwhile leaves its own.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Date, Identity, Index, Numeric, PrimaryKeyConstraint, Text, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.domain.outcome_steps import Track
from services.coordination.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session, organization
from shared.db.job_failures import tried
from shared.db.wire import fetch


class OutcomeRow(OfOrganization, Row):
    """The verdicts of one stay, need, referral, stage or choice; the n-th of each array holds from ``since[n]`` on.

    ``letters``: one for each measure of the family (``domain/outcome_steps``). ``first_day`` and ``last_day`` are the
    earliest and latest of ``days``, which is null where they are one.
    """

    __tablename__ = "outcomes"

    family: Mapped[str] = mapped_column(Text)
    about: Mapped[UUID]
    patient_id: Mapped[UUID]
    work_id: Mapped[UUID]
    first_day: Mapped[date]
    last_day: Mapped[date]
    since: Mapped[list[datetime]] = mapped_column(ARRAY(INSTANT))
    days: Mapped[list[date] | None] = mapped_column(ARRAY(Date))
    letters: Mapped[list[str]] = mapped_column(ARRAY(Text))
    groups: Mapped[list[str | None] | None] = mapped_column(ARRAY(Text))
    amounts: Mapped[list[Decimal | None] | None] = mapped_column(ARRAY(Numeric(14, 2)))

    __table_args__ = (
        PrimaryKeyConstraint("organization_id", "family", "about"),
        Index("ix_outcomes_patient", "organization_id", "patient_id"),
        Index("ix_outcomes_days", "organization_id", "family", "last_day", "first_day"),
    )


class OutcomeMarkRow(OfOrganization, Row):
    """A patient whose records changed since they were judged."""

    __tablename__ = "outcome_marks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    patient_id: Mapped[UUID]

    __table_args__ = (
        Index("ix_outcome_marks_order", "organization_id", "id"),
        Index("ix_outcome_marks_patient", "organization_id", "patient_id"),
    )


# As PostgreSQL makes records of them: what is kept, and what was judged just now.
COLUMNS = (
    "family text, about uuid, patient_id uuid, work_id uuid, first_day date, last_day date, since timestamptz[], "
    "days date[], letters text[], groups text[], amounts numeric(14, 2)[]"
)
NAMES = ", ".join(each.split()[0] for each in COLUMNS.replace("(14, 2)", "").split(", "))
_WAITING = f"""
SELECT DISTINCT patient_id FROM (SELECT k.patient_id FROM outcome_marks k WHERE k.organization_id = $1
  AND {tried("k.patient_id", "$3", "$4")} ORDER BY k.id LIMIT $2) m
"""
_TAKE = "DELETE FROM outcome_marks WHERE organization_id = $1 AND patient_id = ANY($2::uuid[]) RETURNING patient_id"
_MARK = "INSERT INTO outcome_marks (organization_id, patient_id) SELECT $1, unnest($2::uuid[])"
_GONE = "DELETE FROM outcomes WHERE organization_id = $1 AND patient_id = ANY($2::uuid[])"
_KEEP = f"""
INSERT INTO outcomes (organization_id, {NAMES})
SELECT $1, {NAMES} FROM jsonb_to_recordset($2::jsonb) AS judged({COLUMNS})
ON CONFLICT (organization_id, family, about) DO UPDATE SET
  {", ".join(f"{each} = excluded.{each}" for each in NAMES.split(", ")[2:])}
"""


async def take_turn(tx: Session) -> bool:
    """Whether nobody else judges in this organization; until this transaction ends nobody else will."""
    turn = func.hashtextextended(f"{organization(tx)} outcomes", 0)
    return bool(await tx.scalar(select(func.pg_try_advisory_xact_lock(turn))))


async def waiting(tx: Session, most: int, *, job: str, now: datetime) -> list[UUID]:
    """Patients whose records changed the longest ago, by so many changes, without those on whom the job just failed."""
    return [row[0] for row in await fetch(tx, _WAITING, organization(tx), most, job, now)]


async def take(tx: Session, patients: Sequence[UUID]) -> list[UUID]:
    """Take the marks of patients; answers whoever had one. With this transaction they are gone."""
    return sorted({row[0] for row in await fetch(tx, _TAKE, organization(tx), patients)})


async def mark(tx: Session, patients: Sequence[UUID]) -> None:
    """Have patients judged, after all that are marked now."""
    await fetch(tx, _MARK, organization(tx), patients)


async def marked(tx: Session, most: int) -> list[UUID]:
    """Patients whose records changed since they were judged, up to a number."""
    row = OutcomeMarkRow
    query = select(row.patient_id).where(row.organization_id == organization(tx)).distinct().limit(most)
    return list(await tx.scalars(query))


async def keep(tx: Session, patients: Sequence[UUID], tracks: Iterable[Track]) -> None:
    """Keep what was judged of some patients in place of what was kept of them."""
    await fetch(tx, _GONE, organization(tx), patients)
    await fetch(tx, _KEEP, organization(tx), as_json(tracks))


def as_json(tracks: Iterable[Track]) -> str:
    """Rows of ``COLUMNS``."""
    return orjson.dumps([_row(each) for each in tracks], default=str).decode()


def _row(track: Track) -> dict[str, Any]:
    days = [step.day for step in track.steps]
    first, last = min(days), max(days)
    groups = [step.group for step in track.steps]
    amounts = [step.amount for step in track.steps]
    return {
        "family": track.family,
        "about": track.about,
        "patient_id": track.patient_id,
        "work_id": track.work_id,
        "first_day": first,
        "last_day": last,
        "since": [step.since for step in track.steps],
        "days": None if first == last else days,
        "letters": [step.letters for step in track.steps],
        "groups": groups if any(groups) else None,
        "amounts": amounts if any(each is not None for each in amounts) else None,
    }
