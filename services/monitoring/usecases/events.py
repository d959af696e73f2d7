"""Which alerts of a patient are one event under several protocols."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from services.monitoring.domain import events as rules
from services.monitoring.domain.events import Seen
from services.monitoring.domain.pinned import expected
from services.monitoring.store import alerts as store
from services.monitoring.store.alerts import AlertRow
from shared.contracts.monitoring.alerts import AlertEvent, AlsoUnder
from shared.db.base import Session
from shared.vocabulary import Severity


async def others(tx: Session, row: AlertRow) -> list[AlertRow]:
    """The other live alerts of the event a live alert belongs to."""
    known = {each.id: each for each in await store.live_of_patients(tx, [row.patient_id])}
    for event in rules.events(_seen(each) for each in known.values()):
        ids = [each.alert_id for each in event]
        if row.id in ids:
            return [known[alert_id] for alert_id in ids if alert_id != row.id]
    return []


async def of(tx: Session, rows: Iterable[AlertRow]) -> Mapping[UUID, AlertEvent]:
    """By alert the event it is part of; those that stand alone are left out. One statement however many."""
    found: dict[UUID, AlertEvent] = {}
    for known in await _live(tx, {row.patient_id for row in rows}):
        if len({each.enrollment_id for each in known.values()}) > 1:
            for event in rules.events(_seen(each) for each in known.values()):
                found |= _shown(event, known) if len(event) > 1 else {}
    return found


async def several(tx: Session, patient_ids: Iterable[UUID]) -> list[tuple[AlsoUnder, ...]]:
    """The live events of these patients that several enrollments see, each with its representative first."""
    return [
        tuple(_also(known[each.alert_id]) for each in event)
        for known in await _live(tx, patient_ids)
        for event in rules.events(_seen(each) for each in known.values())
        if len(event) > 1
    ]


async def _live(tx: Session, patient_ids: Iterable[UUID]) -> Iterable[Mapping[UUID, AlertRow]]:
    """The live alerts of each of these patients, by id."""
    by_patient: dict[UUID, dict[UUID, AlertRow]] = {}
    for each in await store.live_of_patients(tx, patient_ids):
        by_patient.setdefault(each.patient_id, {})[each.id] = each
    return by_patient.values()


def _shown(event: tuple[Seen, ...], known: Mapping[UUID, AlertRow]) -> dict[UUID, AlertEvent]:
    under = [_also(known[each.alert_id]) for each in event]
    return {
        each.alert_id: AlertEvent(
            representative_id=event[0].alert_id,
            leading=each is event[0],
            also_under=[other for other in under if other.alert_id != each.alert_id],
        )
        for each in event
    }


def _also(row: AlertRow) -> AlsoUnder:
    return AlsoUnder(
        alert_id=row.id,
        enrollment_id=row.enrollment_id,
        protocol=row.protocol,
        rule=row.rule,
        severity=Severity(row.severity),
    )


def _seen(row: AlertRow) -> Seen:
    alert = store.alert_of(row)
    missing = (
        row.rule if not alert.findings and expected(row.protocol, row.protocol_version, row.rule) is not None else None
    )
    return Seen(row.id, row.enrollment_id, alert.severity, row.began_at, rules.rests_on(alert.findings), missing)
