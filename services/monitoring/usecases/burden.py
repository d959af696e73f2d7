"""The ledger of burden: how many alerts a patient-week costs, what was done on them, how long they waited."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from services.monitoring.domain import closures
from services.monitoring.domain.pinned import title_of
from services.monitoring.store import alert_reasons
from services.monitoring.store import burden as store
from services.monitoring.store.alert_reasons import Given
from services.monitoring.store.burden import Counted
from shared.contracts.monitoring.explanations import Burden, RuleBurden
from shared.db.base import Session
from shared.vocabulary import AlertAct, Disposition

ACTED = (Disposition.RESOLVED, *sorted(closures.ACTED))


async def ledger(tx: Session, start: datetime, end: datetime) -> Burden:
    """Alerts opened from ``start`` until before ``end`` (aware), per rule and protocol version."""
    weeks = await store.patient_weeks(tx, start, end)
    rows = await store.counted(tx, start, end)
    period = {"opened_from": start.isoformat(), "opened_before": end.isoformat()}
    given: dict[tuple[str, ...], list[Given]] = {}
    for each in await alert_reasons.counted(tx, start, end):
        given.setdefault(each[:3], []).append(each)
    rules = [
        _rule(row, given.get(row[:3], []), weeks.get((row.protocol, row.protocol_version), Decimal(0)), period)
        for row in rows
    ]
    total, followed = sum(rule.alerts for rule in rules), sum(weeks.values(), Decimal(0))
    return Burden(
        start=start,
        end=end,
        alerts=total,
        patient_weeks=round(followed, 2),
        per_patient_week=_per(total, followed),
        rules=rules,
        list=f"/v1/alerts?{urlencode(period)}",
    )


def _rule(row: Counted, given: Sequence[Given], weeks: Decimal, period: dict[str, str]) -> RuleBurden:
    ended = {name: int(count) for name, _, count in (each.rpartition("=") for each in row.dispositions.split(","))}
    acted = sum(ended.get(each.value, 0) for each in ACTED)
    # Resolved, with a reason why nothing was done.
    acted -= sum(each.alerts for each in given if each.disposition == Disposition.RESOLVED)
    finished = row.alerts - ended.get("none", 0)
    where = {"protocol": row.protocol, "protocol_version": row.protocol_version, "rule": row.rule, **period}
    return RuleBurden(
        protocol=row.protocol,
        protocol_version=row.protocol_version,
        rule=row.rule,
        title=title_of(row.protocol, row.protocol_version, row.rule),
        alerts=row.alerts,
        patients=row.patients,
        acted=acted,
        acted_share=round(Decimal(acted) / finished, 4) if finished else None,
        dispositions=ended,
        overrides=_by_reason(given, AlertAct.RESOLVE),
        snoozes=_by_reason(given, AlertAct.SNOOZE),
        median_minutes_to_acknowledge=None if row.minutes is None else round(Decimal(row.minutes), 1),
        per_patient_week=_per(row.alerts, weeks),
        list=f"/v1/alerts?{urlencode(where)}",
    )


def _by_reason(given: Sequence[Given], act: AlertAct) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for each in given:
        if each.act == act:
            counts[each.code] += each.alerts
    return dict(sorted(counts.items()))


def _per(count: int, weeks: Decimal) -> Decimal | None:
    return round(count / weeks, 4) if weeks > 0 else None
