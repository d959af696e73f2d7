"""The worklist as it is read: filters, pages in its order, counts.

Every condition the planner may use is an equality or a range on a plain column: operators that PostgreSQL does not
hold for leakproof, such as containment in an array, never reach an index behind row-level security.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select, text, tuple_, union_all

from services.coordination.domain.worklist import MOST_HEAD_START, UNDATED, earliest
from services.coordination.store.obligations import COVERED, ObligationRow
from shared.db.base import Session, organization
from shared.kit.problems import NotFound

READ_ON = 8_000
Place = tuple[datetime, UUID]
_EQUAL = (
    "source", "stage", "title", "priority", "kind", "role", "payer", "language", "interpreter_needed", "facility",
)  # fmt: skip
# The sets of pathways there are, a few dozen: each is one step down the index, however many rows have it.
_PATHWAYS = text(
    "WITH RECURSIVE found AS ("
    "(SELECT pathways FROM obligations WHERE organization_id = :organization AND closed_at IS NULL "
    "ORDER BY pathways LIMIT 1) "
    "UNION ALL SELECT (SELECT o.pathways FROM obligations o WHERE o.organization_id = :organization "
    "AND o.closed_at IS NULL AND o.pathways > found.pathways ORDER BY o.pathways LIMIT 1) "
    "FROM found WHERE found.pathways IS NOT NULL) "
    "SELECT pathways FROM found WHERE pathways IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What to show of the worklist; None shows all. ``due_from`` is included; both bounds leave undated work out.

    Of several ``teams`` the work of any is shown; an empty tuple shows nothing. ``beside`` are persons whose work is
    shown with that of the owner.
    """

    owner: str | None = None
    beside: tuple[str, ...] = ()
    unclaimed: bool = False
    teams: tuple[str, ...] | None = None
    role: str | None = None
    source: str | None = None
    kind: str | None = None
    stage: str | None = None
    title: str | None = None
    patient_id: UUID | None = None
    pathway: str | None = None
    payer: str | None = None
    language: str | None = None
    interpreter_needed: bool | None = None
    facility: str | None = None
    priority: str | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    undated: bool = False
    on_call: bool = False


async def page(tx: Session, wanted: WorkFilter, *, after: Place | None, limit: int) -> Sequence[ObligationRow]:
    """Open obligations by rank, ``limit`` of them, past the row of ``after``.

    First the list is read in its order, no further than :data:`READ_ON` rows. Where so few of them fit that the page is
    not full, all that fit are looked up by what they are, and sorted: they are few.
    """
    asked = await expanded(tx, wanted)
    rows = (await tx.scalars(in_order(tx, asked, after=after, limit=limit))).all()
    if len(rows) < limit and await tx.scalar(_goes_on(tx, asked, after)):
        rows = (await tx.scalars(by_facets(tx, asked, after=after, limit=limit))).all()
    return rows


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter whose pathway was looked up: ``pathways`` are the sets of pathways that contain it."""

    wanted: WorkFilter
    pathways: tuple[str, ...] | None = None

    def lists(self) -> "list[Asked]":
        """The same of each person and each team, to be read one by one: several would lose an index its order."""
        wanted = self.wanted
        people = [wanted, *(replace(wanted, owner=person) for person in wanted.beside)]
        teams = [None] if wanted.teams is None or len(wanted.teams) < 2 else [(team,) for team in wanted.teams]
        return [
            replace(self, wanted=replace(one, beside=(), teams=wanted.teams if team is None else team))
            for one in people
            for team in teams
        ]


async def expanded(tx: Session, wanted: WorkFilter) -> Asked:
    """A filter ready to be asked."""
    if wanted.pathway is None:
        return Asked(wanted)
    sets = (await tx.scalars(_PATHWAYS, {"organization": organization(tx)})).all()
    return Asked(wanted, tuple(each for each in sets if wanted.pathway in each.split()))


def in_order(tx: Session, asked: Asked, *, after: Place | None, limit: int) -> Select[Any]:
    """The first statement of :func:`page`, which a test and the benchmark explain.

    Of several persons or teams each gives its own first rows, then they are merged.
    """
    firsts = [_firsts(tx, one, after, limit) for one in asked.lists()]
    found = union_all(*firsts).subquery()
    row = ObligationRow
    mine = row.organization_id == organization(tx)
    return select(row).where(mine, row.id == found.c.id).order_by(row.rank_key, row.id).limit(limit)


def _firsts(tx: Session, asked: Asked, after: Place | None, limit: int) -> Select[Any]:
    read = _list(tx, asked, after).limit(READ_ON).subquery()
    rows = select(read.c.id, read.c.rank_key).where(*_fits(read.c, asked)).order_by(read.c.rank_key, read.c.id)
    first = rows.limit(limit).subquery()
    return select(first.c.id)


def _goes_on(tx: Session, asked: Asked, after: Place | None) -> Select[Any]:
    lists = [_list(tx, one, after) for one in asked.lists()]
    return select(or_(*(one.offset(READ_ON).limit(1).exists() for one in lists)))


def by_facets(tx: Session, asked: Asked, *, after: Place | None, limit: int) -> Select[Any]:
    """The second statement of :func:`page`."""
    row = ObligationRow
    found = [*_open(tx), *_whose(asked.wanted), *_ends(asked.wanted, after), *_fits(row, asked)]
    # An expression: the planner must not walk down the whole list in search of the few.
    return select(row).where(*found).order_by(row.rank_key + timedelta(0), row.id).limit(limit)


def _list(tx: Session, asked: Asked, after: Place | None) -> Select[Any]:
    """A list in its order, of one index: of a person, a patient, a team, the on-call list, or of all."""
    row, wanted = ObligationRow, asked.wanted
    found = [*_open(tx), *_whose(wanted), *_ends(wanted, after)]
    columns = [row.id, row.rank_key, *(getattr(row, name) for name in COVERED)]
    return select(*columns).where(*found).order_by(row.rank_key, row.id)


def _open(tx: Session) -> list[ColumnElement[bool]]:
    # The organization is named although row security demands it: only so does the index begin with it.
    return [ObligationRow.organization_id == organization(tx), ObligationRow.closed_at.is_(None)]


def _whose(wanted: WorkFilter) -> list[ColumnElement[bool]]:
    row = ObligationRow
    found: list[ColumnElement[bool]] = []
    if wanted.owner is not None:
        found.append(row.owner.in_((wanted.owner, *wanted.beside)) if wanted.beside else row.owner == wanted.owner)
    found += [] if wanted.patient_id is None else [row.patient_id == wanted.patient_id]
    found += [row.on_call.is_not(None)] if wanted.on_call else []
    if wanted.teams is not None:
        found.append(row.team == wanted.teams[0] if len(wanted.teams) == 1 else row.team.in_(wanted.teams))
    return found


def _ends(wanted: WorkFilter, after: Place | None) -> list[ColumnElement[bool]]:
    """Between which places of the order the rows lie: none ranks after its due instant, nor earlier before it than the
    longest head start."""
    rank, found = ObligationRow.rank_key, []
    if wanted.due_from is not None:
        found.append(rank >= earliest(wanted.due_from, MOST_HEAD_START))
    if wanted.due_before is not None:
        found.append(rank < wanted.due_before)
    if wanted.undated:
        found.append(rank >= UNDATED - MOST_HEAD_START)
    if after is not None:
        found.append(tuple_(rank, ObligationRow.id) > after)
    return found


def _fits(columns: Any, asked: Asked) -> list[ColumnElement[bool]]:
    wanted = asked.wanted
    found = [getattr(columns, name) == value for name in _EQUAL if (value := getattr(wanted, name)) is not None]
    if wanted.unclaimed:
        found.append(columns.owner.is_(None))
    if asked.pathways is not None:
        found.append(columns.pathways.in_(asked.pathways))
    if wanted.undated:
        found.append(columns.due_at.is_(None))
    if wanted.due_from is not None:
        found.append(columns.due_at >= wanted.due_from)
    if wanted.due_before is not None:
        found.append(columns.due_at < wanted.due_before)
    return found


async def counts(tx: Session, filters: Mapping[str, WorkFilter], *, most: int) -> dict[str, int]:
    """How much work each filter shows, counted no further than ``most``; one statement for all."""
    asked = {name: await expanded(tx, wanted) for name, wanted in filters.items()}
    numbers = (_count(tx, one, most).label(name) for name, one in asked.items())
    return dict((await tx.execute(select(*numbers))).one()._mapping)


def _count(tx: Session, asked: Asked, most: int) -> ScalarSelect[int]:
    lists = (_list(tx, one, None).order_by(None).where(*_fits(ObligationRow, one)).limit(most).subquery()
             for one in asked.lists())  # fmt: skip
    rows = union_all(*(select(one.c.id) for one in lists)).subquery()
    return select(func.least(func.count(), most)).select_from(rows).scalar_subquery()


async def get(tx: Session, work_id: UUID) -> ObligationRow:
    """One piece of work, open or done.

    Raises:
        NotFound: there is none in this organization.
    """
    row = await tx.scalar(
        select(ObligationRow).where(ObligationRow.organization_id == organization(tx), ObligationRow.id == work_id)
    )
    if row is None:
        raise NotFound("piece of work")
    return row
