"""What becomes true of a patient who is followed, or no longer is: said once, it holds in all their enrollments."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain import circumstance_spans as rules
from services.monitoring.domain import enrollments as states
from services.monitoring.domain.asking import about_circumstance
from services.monitoring.domain.exclusions import UNDER_18
from services.monitoring.domain.pinned import pinned
from services.monitoring.domain.watch import Span
from services.monitoring.store import enrollments as store
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.usecases import circumstances, judged_again, overrides, rosters
from services.monitoring.usecases.enrollment_changes import changed, for_change
from shared.contracts.monitoring.enrollment_acts import RecordCircumstance
from shared.contracts.monitoring.enrollments import EnrollmentRead
from shared.db.base import Session
from shared.kit.actor import Actor


async def record(
    tx: Session, enrollment_id: UUID, body: RecordCircumstance, *, version: int, actor: Actor, now: datetime
) -> EnrollmentRead:
    """Say from when until when a circumstance holds; what was measured since is judged again.

    It is kept whatever the protocol excludes: an enrollment it excludes stands under ``reviews`` until it is ended or
    a prescriber takes responsibility for it.

    Raises:
        NotFound, Stale, WrongState, CircumstanceUnknown, CircumstanceRefused, NamedThemselves, NotAPrescriber.
    """
    row, patient = await for_change(tx, enrollment_id, version)
    if row.state not in states.FOLLOWED:
        raise states.WrongState("Only who is followed has circumstances in time: name them when the enrollment begins.")
    await circumstances.refuse_unknown(tx, [body.circumstance], pinned(row.protocol, row.protocol_version))
    born, zone = patient.birth_date, patient.time_zone
    rules.check(body.circumstance, body.starts_at, body.ends_at, holds=body.holds, born=born, zone=zone, now=now)
    if body.override is not None:
        await overrides.check(tx, body.override, patient, actor=actor, now=now)
        row.override = body.override.model_dump()
    everywhere = await store.followed(tx, patient.id)
    for each in everywhere:
        _say(tx, each, body, actor=actor, now=now)
    await _judge_again(tx, everywhere, body.circumstance, body.starts_at, actor=actor, now=now)
    for each in everywhere:
        if each is not row:
            await changed(tx, each, patient, actor=actor, now=now)
    return await changed(tx, row, patient, actor=actor, now=now)


async def as_of(tx: Session, row: EnrollmentRow, patient: PatientRow, *, actor: Actor, now: datetime) -> bool:
    """What time alone changes in a locked enrollment: spans begin and end, a patient grows up. Whether it did."""
    of_age = rules.of_age(patient.birth_date, patient.time_zone)
    if UNDER_18 in row.circumstances and of_age <= now:
        _put(row, rules.said(_spans(row), UNDER_18, of_age, holds=False), now)
        why = "The patient has come of age"
        store.note(tx, row, "circumstance", why, before=UNDER_18, after="", by=actor.person, at=now)
        await _judge_again(tx, [row], UNDER_18, of_age, actor=actor, now=now)
        return True
    before = row.circumstances
    if row.circumstance_spans is not None:
        _put(row, _spans(row), now)
    return row.circumstances != before


def take_over(row: EnrollmentRow, others: Iterable[EnrollmentRow], learned: Iterable[str], now: datetime) -> None:
    """Give an enrollment that begins the ends of what it ``learned`` from others, which hold for a time only."""
    lent = set(learned)
    spans = [span for each in others for span in _spans(each) if span.fact in lent]
    mine = rules.taken_over(row.circumstances, spans, now)
    if any(each.end is not None for each in mine):
        _put(row, mine, now)


def _say(tx: Session, row: EnrollmentRow, body: RecordCircumstance, *, actor: Actor, now: datetime) -> None:
    before, spans = ", ".join(row.circumstances), _spans(row)
    _put(row, rules.said(spans, body.circumstance, body.starts_at, holds=body.holds, end=body.ends_at), now)
    inputs = body.model_dump(mode="json", exclude={"reason", "override"})
    after = ", ".join(row.circumstances)
    store.note(tx, row, "circumstance", body.reason, before=before, after=after, by=actor.person, at=now, inputs=inputs)


def _spans(row: EnrollmentRow) -> tuple[Span, ...]:
    return tuple(rosters.span(each) for each in row.known_facts)


def _put(row: EnrollmentRow, spans: Iterable[Span], now: datetime) -> None:
    kept = list(spans)
    row.circumstance_spans = [_kept(each) for each in kept]
    row.circumstances = rules.in_force(kept, now)


def _kept(span: Span) -> dict[str, Any]:
    return {
        "fact": span.fact,
        "start": span.start.astimezone(UTC).isoformat() if span.start is not None else None,
        "end": span.end.astimezone(UTC).isoformat() if span.end is not None else None,
    }


async def _judge_again(
    tx: Session, rows: Sequence[EnrollmentRow], fact: str, start: datetime, *, actor: Actor, now: datetime
) -> None:
    """Evaluate what was measured from an instant on, by the rules that ask about the circumstance."""
    protocols = [pinned(row.protocol, row.protocol_version) for row in rows]
    metrics = {metric for each in protocols for metric in about_circumstance(each, fact)}
    await judged_again.since(tx, rows, metrics, start, actor=actor, now=now)
