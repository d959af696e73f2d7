"""Figures and lists of measures, made by the database of what was judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from services.coordination.domain.outcome_steps import DISCHARGE, PLACE, READMISSION, SILENT
from services.coordination.domain.outcomes import OutcomeKey
from services.coordination.store.outcomes import COLUMNS, NAMES
from shared.db.base import Session, organization
from shared.db.wire import fetch


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: of one team, pathway or payer of the first coverage; None means all. As these stand now."""

    team: str | None = None
    pathway: str | None = None
    payer: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, both included, as known at ``as_of``."""

    first: date
    last: date
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Fresh:
    """Patients whose records changed since they were judged, and what was judged of them now (rows of ``COLUMNS``)."""

    patients: Sequence[UUID]
    judged: str


@dataclass(frozen=True, slots=True)
class Only:
    """Which part of a list: members with some verdicts (None: any), after an id, and how many at most."""

    letters: Sequence[str] | None
    after: UUID | None
    limit: int


class Counted(NamedTuple):
    """How many have the same verdicts, of one family, and the same amount."""

    family: str
    letters: str
    group: str | None
    amount: Decimal | None
    members: int


class Listed(NamedTuple):
    """One of a list; ``letter`` is the verdict of the measure asked for."""

    about: UUID
    patient_id: UUID
    letter: str
    group: str | None
    amount: Decimal | None


# The number of the step that holds. OFFSET 0 keeps it from being worked out once for each column.
_STEP = "SELECT width_bucket($2::timestamptz, since) AS n OFFSET 0"
_STAY = "needs n WHERE n.organization_id = $1 AND n.patient_id = j.patient_id AND n.scope = 'stay:' || j.work_id"
_NEED = "needs n WHERE n.organization_id = $1 AND n.id = j.work_id"
_REFERRAL = "referrals r JOIN needs n ON n.id = r.need_id WHERE r.organization_id = $1 AND r.id = j.work_id"
# Where team and pathway of a member stand, and whose the team is.
_WORK = {
    DISCHARGE: (_STAY, "n"),
    READMISSION: (_STAY, "n"),
    OutcomeKey.NEEDS_ON_TIME.value: (_NEED, "n"),
    OutcomeKey.NEED_COST.value: (_NEED, "n"),
}  # fmt: skip


async def counted(tx: Session, span: Span, scope: Scope, fresh: Fresh, families: Sequence[str]) -> list[Counted]:
    """Everybody of some families in a span, by verdicts and amount."""
    found = []
    for family in families:
        query = _Query(tx, family, span, scope, fresh)
        rows = await query.run('family, letters, "group", amount, count(*)', " GROUP BY 1, 2, 3, 4")
        found += [Counted(*row) for row in rows]
    return found


async def listed(tx: Session, key: OutcomeKey, span: Span, scope: Scope, fresh: Fresh, only: Only) -> list[Listed]:
    """Whom one measure judges in a span, by id."""
    family, place = PLACE[key]
    query = _Query(tx, family, span, scope, fresh)
    letter = f"substr(letters, {place + 1}, 1)"
    shown = f" AND {letter} <> '{SILENT}'"
    if only.letters is not None:
        shown += f" AND {letter} = ANY({query.bound([*only.letters])}::text[])"
    if only.after is not None:
        shown += f" AND about > {query.bound(only.after)}"
    shown += f" ORDER BY about LIMIT {query.bound(only.limit)}"
    return [Listed(*row) for row in await query.run(f'about, patient_id, {letter}, "group", amount', shown)]


class _Query:
    """What is kept of one family and what was judged anew, each as it was at an instant; j in the statement."""

    def __init__(self, tx: Session, family: str, span: Span, scope: Scope, fresh: Fresh) -> None:
        self._tx, self._fresh = tx, fresh
        self._values: list[Any] = [organization(tx), span.as_of, span.first, span.last, family]
        self._scope = self._asked(family, scope)

    def bound(self, value: Any) -> str:
        """The name of a value in the statement."""
        self._values.append(value)
        return f"${len(self._values)}"

    async def run(self, columns: str, rest: str) -> list[Any]:
        """Read columns of the members; ``rest`` may begin with further conditions."""
        then = (
            'SELECT family, about, patient_id, work_id, letters[n] AS letters, groups[n] AS "group",'
            f" amounts[n] AS amount FROM ({self._rows()}) r, LATERAL ({_STEP}) step"
            " WHERE n > 0 AND coalesce(days[n], first_day) BETWEEN $3 AND $4"
        )
        return await fetch(self._tx, f"SELECT {columns} FROM ({then}) j WHERE true{self._scope}{rest}", *self._values)

    def _rows(self) -> str:
        kept = (
            f"SELECT {NAMES} FROM outcomes o"
            " WHERE organization_id = $1 AND family = $5 AND last_day >= $3 AND first_day <= $4"
        )
        if not self._fresh.patients:
            return kept
        patients, judged = self.bound([*self._fresh.patients]), self.bound(self._fresh.judged)
        return (
            f"{kept} AND NOT EXISTS (SELECT FROM unnest({patients}::uuid[]) f(id) WHERE f.id = o.patient_id)"
            f" UNION ALL SELECT {NAMES} FROM jsonb_to_recordset({judged}::jsonb) AS f({COLUMNS}) WHERE family = $5"
        )

    def _asked(self, family: str, scope: Scope) -> str:
        found = ""
        work, whose = _WORK.get(family, (_REFERRAL, "r"))
        if scope.team is not None:
            work += f" AND {whose}.team = {self.bound(scope.team)}"
        if scope.pathway is not None:
            pathway = f"jsonb_build_object('pathway', {self.bound(scope.pathway)}::text)"
            work += f" AND n.reasons @> jsonb_build_array({pathway})"
        if scope.team is not None or scope.pathway is not None:
            found += f" AND EXISTS (SELECT FROM {work})"
        if scope.payer is not None:
            payer = self.bound(scope.payer)
            whose = "SELECT FROM patients p WHERE p.id = j.patient_id AND p.coverage -> 0 ->> 'payer'"
            found += f" AND EXISTS ({whose} = {payer})"
        return found
