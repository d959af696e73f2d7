"""As of which instant a round of the clock's jobs judges, so that a clock that jumped does not call everybody."""

from datetime import datetime, timedelta

STEP = timedelta(minutes=10)  # [default] rounds come every 15 s: hours of standing still are caught up in minutes
RED_AFTER = timedelta(seconds=60)


def judged_at(database_now: datetime, last: datetime | None) -> datetime:
    """The database's clock, never more than :data:`STEP` after the last round (all aware).

    The host's clock decides nothing. Should the database's own clock jump ahead by a day, there is time to see it (the
    health of alerting turns red) and to set it right, before more than ten minutes' worth was escalated per round.
    """
    return database_now if last is None else min(database_now, last + STEP)


def behind(database_now: datetime, judged: datetime) -> bool:
    """Whether rounds still step towards the database's clock: they stood still, or the clock jumped."""
    return database_now - judged > RED_AFTER
