"""What time alone does to needs, many at once: the breaches of a batch are one statement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, select, text
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
      WHERE organization_id = :organization AND id = ANY (:needs)
        AND closed_at IS NULL AND next_breach_at < :now AND kind <> :watch
      ORDER BY next_breach_at, id FOR NO KEY UPDATE SKIP LOCKED
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
    SELECT count(*) FROM recorded
    """
).bindparams(
    bindparam("organization", type_=Uuid),
    bindparam("now", type_=INSTANT),
    bindparam("watch", type_=Text),
    bindparam("severity", type_=Text),
    bindparam("by", type_=Text),
    bindparam("needs", type_=ARRAY(Uuid)),
    bindparam("ids", type_=ARRAY(Uuid)),
)


async def record_breaches(tx: Session, needs: Sequence[UUID], now: datetime, *, severity: str, by: str) -> int:
    """Write down every clock of these open needs that ran out before ``now`` and is not on record; returns how many.

    Needs that somebody else holds are left for the next time.
    """
    values = {
        "organization": organization(tx),
        "now": now,
        "watch": WATCH,
        "severity": severity,
        "by": by,
        "needs": list(needs),
        "ids": [new_id() for _ in needs],
    }
    return int((await tx.execute(_BREACHES, values)).scalar_one())


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
