"""What was answered becomes readings, through the same intake as those of a device, so that rules look at them."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from services.monitoring.domain.answers import Derived
from services.monitoring.domain.reading_ids import reading_id
from services.monitoring.domain.readings import ReadingKey
from services.monitoring.store import readings as store
from services.monitoring.store.readings import Place, Stored
from services.monitoring.usecases import readings
from shared.contracts.monitoring.alerts import AlertRead
from shared.contracts.monitoring.readings import CorrectReading, RecordReading, VoidReading
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import Metric, ReadingStatus


def source(check_in_id: UUID) -> str:
    """The source of the readings of a check-in."""
    return f"check-in:{check_in_id}"


async def settle(
    tx: Session,
    patient_id: UUID,
    check_in_id: UUID,
    wanted: dict[Metric, Derived],
    *,
    asked_at: datetime,
    zone: str,
    why: str,
    actor: Actor,
    now: datetime,
) -> list[AlertRead]:
    """Make the readings of a check-in exactly ``wanted``: record, correct, take out of use; where right, nothing.

    All are dated ``asked_at``, so that the order of saves plays no part. Returns the alerts opened or changed.
    """
    places = {metric: Place(patient_id, metric.value, asked_at, source(check_in_id)) for metric in Metric}
    standing = await store.at(tx, places.values())
    raised: dict[UUID, AlertRead] = {}
    for metric, place in places.items():
        before, right = standing.get(place), wanted.get(metric)
        if before is not None and not _same(before, right):
            for alert in await _change(tx, before, right, why, actor=actor, now=now):
                raised[alert.id] = alert
    new = [
        _item(patient_id, places[metric], wanted[metric], zone) for metric in wanted if places[metric] not in standing
    ]
    if new:
        done = await readings.record_batch(tx, new, actor=actor, now=now)
        assert done.stored == len(new), [each.code for each in done.items]
        raised |= {alert.id: alert for alert in done.alerts}
    return list(raised.values())


def _same(before: Stored, right: Derived | None) -> bool:
    valid = before.status != ReadingStatus.ENTERED_IN_ERROR
    if right is None or not valid:
        return right is None and not valid
    said = frozenset(orjson.loads(before.context).get("symptoms", ())) if before.context else frozenset()
    return (before.value, before.unit, said) == (right.value, right.unit, right.symptoms)


async def _change(
    tx: Session, before: Stored, right: Derived | None, why: str, *, actor: Actor, now: datetime
) -> list[AlertRead]:
    name = reading_id(before.patient_id, ReadingKey(before.observed_at, Metric(before.metric), before.source))
    if right is None:
        void = VoidReading(reason=why)
        return (await readings.void(tx, name, void, version=before.version, actor=actor, now=now)).alerts
    body = CorrectReading(value=right.value, unit=right.unit, context=_context(right), reason=why)
    done = await readings.correct(tx, name, body, version=before.version, actor=actor, now=now)
    if isinstance(done, Exception):
        # Answers are judged by the same limits before they are kept: what got here is a defect.
        raise done
    return done.alerts


def _item(patient_id: UUID, place: Place, right: Derived, zone: str) -> RecordReading:
    return RecordReading(
        patient_id=patient_id,
        metric=right.metric,
        value=right.value,
        unit=right.unit,
        observed_at=place.observed_at.astimezone(ZoneInfo(zone)),
        source=place.source,
        context=_context(right),
    )


def _context(right: Derived) -> dict[str, list[str]]:
    return {"symptoms": sorted(right.symptoms)} if right.metric is Metric.SYMPTOMS else {}
