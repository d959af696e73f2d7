"""Why alerts were put off or overridden, as their history keeps it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.sql.elements import ColumnElement, TextClause

from services.monitoring.store import wire
from shared.db.base import Session
from shared.vocabulary import AlertAct, OverrideReason

ACTS: Mapping[str, AlertAct] = MappingProxyType({"override_reason": AlertAct.RESOLVE, "snooze_reason": AlertAct.SNOOZE})
"""The filters of a list of alerts that ask for a reason, and the act that gives it."""
# A snooze of before there were codes has its reason in words only.
_CODE = f"CASE WHEN x.act = '{AlertAct.SNOOZE}' THEN coalesce(x.reason_code, '{OverrideReason.OTHER}')"
_CODE += " ELSE x.reason_code END"
_GIVEN = f"EXISTS (SELECT FROM alert_acts x WHERE x.alert_id = alerts.id AND x.act = :act AND {_CODE} = :code)"


class Given(NamedTuple):
    """How many alerts of a rule and version were put off or ended for a reason, by their disposition."""

    protocol: str
    protocol_version: str
    rule: str
    act: str
    code: str
    disposition: str | None
    alerts: int


_COUNTED = (
    f"SELECT a.protocol, a.protocol_version, a.rule, x.act, {_CODE} AS code,"
    f" CASE WHEN x.act = '{AlertAct.RESOLVE}' THEN a.disposition END AS ended, count(DISTINCT a.id)"
    " FROM alerts a JOIN alert_acts x ON x.alert_id = a.id"
    f" WHERE a.opened_at >= $1::timestamptz AND a.opened_at < $2::timestamptz AND x.act = ANY($3::text[])"
    f" AND {_CODE} IS NOT NULL GROUP BY a.protocol, a.protocol_version, a.rule, x.act, code, ended"
)


def given(name: str, code: str) -> ColumnElement[bool] | TextClause:
    """Whether an alert has a reason; ``name`` is one of :data:`ACTS`."""
    return text(_GIVEN).bindparams(act=ACTS[name].value, code=code)


async def counted(tx: Session, start: datetime, end: datetime) -> Sequence[Given]:
    """The reasons of the alerts opened from ``start`` until before ``end`` (aware)."""
    rows = await wire.fetch(tx, _COUNTED, start, end, [act.value for act in ACTS.values()])
    return [Given._make(row) for row in rows]
