"""What time alone does to needs, many at once: the breaches of a batch are one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, Text, Uuid, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.coordination.store.needs import NeedRow
from shared.db.base import INSTANT, Session, organization
from shared.db.job_failures import left_alone
from shared.kit.ids import new_id
from shared.vocabulary import NeedKind

WATCH = NeedKind.READMISSION_WATCH.value

# The rule is Clock.state in domain/clocks.py: unmet, and later than due plus grace. A property test holds both equal.
_BREACHES = text(
    """
    WITH late AS (
      SELECT id, clocks, breached, state FROM needs
      WHERE organization_id = :organization AND closed_at IS NULL AND next_breach_at < :now AND kind <> :watch
        AND (CAST(:only AS uuid) IS NULL OR id = :only)
        AND NOT EXISTS (SELECT FROM job_failures f WHERE f.job = :job AND f.subject_id = needs.id AND f.retry_at > :now)
      ORDER BY next_breach_at LIMIT :most FOR NO KEY UPDATE SKIP LOCKED
    ), running AS (
      SELECT late.id, c ->> 'key' AS clock, c ->> 'kind' AS clock_kind, (c ->> 'due_at')::timestamptz AS due_at,
        (c ->> 'due_at')::timestamptz + (c ->> 'grace')::interval AS last_at
      FROM late, jsonb_array_elements(late.clocks) c
      WHERE c ->> 'met_at' IS NULL AND c ->> 'due_at' IS NOT NULL AND NOT (c ->> 'key' = ANY (late.breached))
    ), next AS (
      SELECT late.id, late.state, late.breached || coalesce(
          array_agg(running.clock ORDER BY running.clock) FILTER (WHERE running.last_at < :now), '{}') AS breached,
        min(running.last_at) FILTER (WHERE running.last_at >= :now) AS next_breach_at,
        row_number() OVER (ORDER BY late.id) AS place
      FROM late LEFT JOIN running ON running.id = late.id
      GROUP BY late.id, late.state, late.breached
    ), moved AS (
      UPDATE needs SET breached = next.breached, next_breach_at = next.next_breach_at,
        version = needs.version + 1, updated_at = :now
      FROM next WHERE needs.id = next.id RETURNING needs.id
    ), recorded AS (
      INSERT INTO need_breaches (organization_id, need_id, clock, clock_kind, severity, due_at, found_at)
      SELECT :organization, id, clock, clock_kind, :severity, due_at, :now FROM running WHERE last_at < :now
      ON CONFLICT DO NOTHING RETURNING 1
    ), told AS (
      INSERT INTO need_history
        (id, organization_id, need_id, act, from_state, to_state, note, done_at, recorded_at, "by")
      SELECT ids.id, :organization, next.id, 'breach', next.state, next.state, array_to_string(next.breached, ', '),
        :now, :now, :by
      FROM next JOIN unnest(CAST(:ids AS uuid[])) WITH ORDINALITY ids(id, place) USING (place)
    )
    SELECT (SELECT count(*) FROM late), (SELECT count(*) FROM recorded)
    """
).bindparams(
    bindparam("organization", type_=Uuid),
    bindparam("now", type_=INSTANT),
    bindparam("watch", type_=Text),
    bindparam("severity", type_=Text),
    bindparam("by", type_=Text),
    bindparam("most", type_=Integer),
    bindparam("job", type_=Text),
    bindparam("only", type_=Uuid),
    bindparam("ids", type_=ARRAY(Uuid)),
)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many needs were looked at, and how many breaches were new."""

    needs: int
    breaches: int


async def record_breaches(
    tx: Session, now: datetime, *, severity: str, by: str, most: int, job: str, only: UUID | None = None
) -> Swept:
    """Write down every clock of up to ``most`` open needs, or of one, that ran out before ``now`` and is not on record.

    Needs that somebody else holds are left for the next time, and those on which the job just failed.
    """
    # Most rounds find nothing: no more ids are made than there are needs to look at.
    waiting = await _waiting(tx, now, most)
    if not waiting:
        return Swept(0, 0)
    values = {
        "organization": organization(tx),
        "now": now,
        "watch": WATCH,
        "most": waiting,
        "severity": severity,
        "by": by,
        "job": job,
        "only": only,
        "ids": [new_id() for _ in range(waiting)],
    }
    looked_at, new = (await tx.execute(_BREACHES, values)).one()
    return Swept(looked_at, new)


async def _waiting(tx: Session, now: datetime, most: int) -> int:
    late = (
        select(NeedRow.id)
        .where(
            NeedRow.organization_id == organization(tx),
            NeedRow.closed_at.is_(None),
            NeedRow.next_breach_at < now,
            NeedRow.kind != WATCH,
        )
        .limit(most)
    )
    return await tx.scalar(select(func.count()).select_from(late.subquery())) or 0


async def due(tx: Session, now: datetime, *, watches: bool, job: str, most: int) -> Sequence[UUID]:
    """Some open needs with a clock that ran out before ``now``: watches, or all others; without those on which the job
    just failed."""
    row = NeedRow
    query = select(row.id).where(
        row.organization_id == organization(tx),
        row.closed_at.is_(None),
        row.next_breach_at < now,
        row.kind == WATCH if watches else row.kind != WATCH,
        ~left_alone(job, row.id, now),
    )
    return (await tx.scalars(query.order_by(row.next_breach_at, row.id).limit(most))).all()


async def ended_watches(tx: Session, ids: Sequence[UUID], now: datetime) -> Sequence[NeedRow]:
    """Which of these are open watches whose last day is over; locked, skipping locked ones."""
    row = NeedRow
    query = select(row).where(row.id.in_(ids), row.closed_at.is_(None), row.next_breach_at < now, row.kind == WATCH)
    locked = query.order_by(row.next_breach_at).with_for_update(key_share=True, skip_locked=True)
    return (await tx.scalars(locked.execution_options(populate_existing=True))).all()
