"""Judge what may be missing of locked patients: open, raise and close the alerts that say so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.domain import missing as rules
from services.monitoring.domain import pinned
from services.monitoring.domain.attendance import CHECK_IN
from services.monitoring.domain.missing import NOT_EXPECTED, Reason, Verdict
from services.monitoring.domain.silence import Examination, Stream, Waits, cloud_of
from services.monitoring.store import enrollments, expectations, patients, receipts
from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.expectations import ExpectationRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.usecases import attendance, examinations, missing_alerts, panel
from services.monitoring.usecases.attendance import Attended
from services.monitoring.usecases.examinations import Examined
from services.monitoring.usecases.rosters import Person
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import EnrollmentState, RiskTier, Severity

BACK = timedelta(days=45)
"""How far back a reading may have been measured to count as heard of: longer than any wait."""


@dataclass(slots=True)
class Known:
    """What the record says of the patients concerned."""

    enrollments: Mapping[UUID, EnrollmentRow]
    patients: Mapping[UUID, PatientRow]
    heard: Mapping[tuple[UUID, str], tuple[datetime, str]]
    examined: Examined
    standing: Mapping[UUID, Sequence[AlertRow]]
    reasons: Mapping[UUID, Sequence[Reason]]
    attended: Attended


async def heard(tx: Session, people: Mapping[UUID, Person], *, actor: Actor, now: datetime) -> list[AlertRow]:
    """Readings came from locked patients: what was missing of them may have come. No statement while nothing was."""
    silent = [each.enrollment_id for person in people.values() for each in person.followed if each.silent]
    if not silent:
        return []
    rows = [row for row in await expectations.of_enrollments(tx, silent) if row.alert_id is not None]
    return await judge(tx, rows, actor=actor, now=now)


async def conversation_over(tx: Session, enrollment_ids: Iterable[UUID], *, actor: Actor, now: datetime) -> None:
    """A check-in of a locked patient is over: an alert that says it was overdue is over with it."""
    rows = await expectations.of_enrollments(tx, enrollment_ids)
    await judge(tx, [row for row in rows if row.key == CHECK_IN and row.alert_id is not None], actor=actor, now=now)


async def judge(tx: Session, rows: Sequence[ExpectationRow], *, actor: Actor, now: datetime) -> list[AlertRow]:
    """Judge these expectations of locked patients as of ``now``; returns the alerts that were opened or changed."""
    if not rows:
        return []
    known = await _known(tx, rows, now)
    changed = []
    for row in rows:
        verdict = _verdict(row, known, now)
        patient = known.patients[row.patient_id]
        alert = await missing_alerts.settle(
            tx, row, known.enrollments[row.enrollment_id], patient, verdict, actor=actor, now=now
        )
        if alert is not None:
            changed.append(alert)
        row.suspected_at, row.blackout_id = None, None
        row.due_at = verdict.look_at
    await tx.flush()
    await expectations.mark_silent(tx, list(known.enrollments))
    await panel.refresh(tx, {alert.patient_id for alert in changed}, now=now)
    return changed


async def _known(tx: Session, rows: Sequence[ExpectationRow], now: datetime) -> Known:
    streams = [(row.patient_id, metric) for row in rows if not row.examination for metric in row.metrics]
    enrollment_ids = {row.enrollment_id for row in rows}
    followed = await enrollments.several(tx, enrollment_ids)
    return Known(
        followed,
        await patients.several(tx, {row.patient_id for row in rows}),
        await receipts.last_received(tx, streams, now, back=BACK),
        await examinations.known(tx, rows, now),
        await expectations.live_alerts(tx, enrollment_ids),
        await _reasons(tx, rows, followed, now),
        await attendance.known(tx, rows, now=now),
    )


async def _reasons(
    tx: Session, rows: Sequence[ExpectationRow], followed: Mapping[UUID, EnrollmentRow], now: datetime
) -> Mapping[UUID, Sequence[Reason]]:
    """The alerts on which what is expected of these hangs, by enrollment; no statement where nothing does."""
    hanging: dict[UUID, frozenset[str]] = {}
    for row in rows:
        under = followed[row.enrollment_id]
        expected = pinned.expected(under.protocol, under.protocol_version, row.key)
        if isinstance(expected, Stream) and expected.during:
            hanging[row.enrollment_id] = hanging.get(row.enrollment_id, frozenset()) | expected.during
    rules = frozenset[str]().union(*hanging.values())
    return await expectations.reasons(tx, hanging, rules, now - BACK) if hanging else {}


def _verdict(row: ExpectationRow, known: Known, now: datetime) -> Verdict:
    enrollment, patient = known.enrollments[row.enrollment_id], known.patients[row.patient_id]
    # Moved to another version since it was planned: what that does not name is expected no longer.
    expected = pinned.expected(enrollment.protocol, enrollment.protocol_version, row.key)
    if expected is None or enrollment.state not in _FOLLOWED or patient.deceased_at is not None:
        return NOT_EXPECTED
    if not expected.concerns(frozenset(enrollment.circumstances), RiskTier(enrollment.tier)):
        return NOT_EXPECTED
    if isinstance(expected, Examination):
        zone, activated_at = patient.time_zone, enrollment.activated_at
        return known.examined.verdict(row, enrollment.targets, activated_at=activated_at, zone=zone, now=now)
    if not _watched(enrollment):
        return NOT_EXPECTED
    if not isinstance(expected, Stream):
        return known.attended.verdict(row, now=now, zone=patient.time_zone)
    return _streamed(row, expected, patient, known, now)


def _watched(enrollment: EnrollmentRow) -> bool:
    return enrollment.state == EnrollmentState.ACTIVE and enrollment.inpatient_since is None


def _streamed(row: ExpectationRow, expected: Stream, patient: PatientRow, known: Known, now: datetime) -> Verdict:
    came = [known.heard[at] for metric in row.metrics if (at := (row.patient_id, metric)) in known.heard]
    last = max(came, default=None)
    heard = last[0] if last is not None else None
    since = row.since
    if expected.during:
        asked = rules.asked_since(expected, known.reasons.get(row.enrollment_id, ()), heard, now)
        if asked is None:
            return NOT_EXPECTED
        since = max(since, asked)
    if last is not None:
        row.cloud = cloud_of(last[1])
    row.urgent = any(_pressing(each) for each in known.standing.get(row.enrollment_id, ()))
    return rules.of_stream(
        expected,
        since=since,
        heard=heard,
        now=now,
        zone=patient.time_zone,
        own=own_waits(row.low_hours, row.moderate_hours),
        urgent=row.urgent,
    )


def _pressing(alert: AlertRow) -> bool:
    """A high that is over by the readings is stale: nobody is paged for it once more."""
    about_readings = pinned.expected(alert.protocol, alert.protocol_version, alert.rule) is None
    return about_readings and alert.cleared_at is None and Severity(alert.severity).rank >= Severity.HIGH.rank


def own_waits(low: int | None, moderate: int | None) -> Waits | None:
    """The patient's own order, in hours; None when the protocol's waits hold."""
    if low is None or moderate is None:
        return None
    return Waits(timedelta(hours=low), timedelta(hours=moderate))


_FOLLOWED = frozenset({EnrollmentState.ACTIVE.value, EnrollmentState.PAUSED.value})
