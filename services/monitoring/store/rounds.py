"""When each of the clock's jobs last ran, by the database's clock; for all organizations together."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store import wire
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Session


class RoundRow(Row):
    """``ran_at`` is when the job was last seen at work, ``judged_at`` the instant it judged as of."""

    __tablename__ = "rounds"

    job: Mapped[str] = mapped_column(Text, primary_key=True)
    ran_at: Mapped[datetime] = mapped_column(INSTANT)
    judged_at: Mapped[datetime] = mapped_column(INSTANT)


class Times(NamedTuple):
    """The database's now, and the last round's times; None before the first."""

    database_now: datetime
    ran_at: datetime | None
    judged_at: datetime | None


_TIMES = "SELECT clock_timestamp(), r.ran_at, r.judged_at FROM (SELECT 1) one LEFT JOIN rounds r ON r.job = $1"


async def times(tx: Session, job: str) -> Times:
    """When a job last ran, beside the database's now."""
    return Times._make((await wire.fetch(tx, _TIMES, job))[0])


_BEAT = (
    "INSERT INTO rounds (job, ran_at, judged_at) VALUES ($1, clock_timestamp(), $2::timestamptz)"
    " ON CONFLICT (job) DO UPDATE SET ran_at = excluded.ran_at, judged_at = excluded.judged_at"
)


async def beat(tx: Session, job: str, judged_at: datetime) -> None:
    """The job is at work and judges as of this instant."""
    await wire.fetch(tx, _BEAT, job, judged_at)


_SIMULATED = "SELECT bool_and(o.simulated) FROM organizations o WHERE o.id = ANY($1::uuid[])"


async def all_simulated(tx: Session, organization_ids: list[object]) -> bool:
    """Whether these organizations all live in simulated time."""
    return bool((await wire.fetch(tx, _SIMULATED, organization_ids))[0][0])
