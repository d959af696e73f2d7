"""The steps of a sweep for what is missing; each is one transaction, and a killed one leaves nothing behind."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import orjson

from services.monitoring.domain import pinned
from services.monitoring.domain.missing import UNSTARTED, Verdict
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocols import PUBLISHED
from services.monitoring.domain.silence import URGENT, Examination, Expected, Stream, cloud_of
from services.monitoring.store import blackouts, expectation_plans, expectations, protocol_versions
from services.monitoring.store import expectation_looks as looks
from services.monitoring.store.expectation_looks import Calm, DueExamination, Look, Wait, Window
from services.monitoring.store.expectation_plans import Planned, Unplanned
from services.monitoring.usecases import attendance, dark_clouds, examinations, missing
from services.monitoring.usecases.attendance import Attended
from services.monitoring.usecases.dark_clouds import AGAIN
from services.monitoring.usecases.examinations import Examined
from services.monitoring.usecases.rechecking import clock
from shared.db.base import Session, organization
from shared.kit.log import log
from shared.vocabulary import EnrollmentState, RiskTier, Severity

_Answer = TypeVar("_Answer")


async def plan(tx: Session, patient_ids: Sequence[UUID], *, now: datetime) -> int:
    """Plan what is expected of those enrollments of these patients that changed; returns how many those were."""
    rows = await expectation_plans.unplanned(tx, patient_ids)
    if not rows:
        return 0
    expected = [(row, each) for row in rows for each in _expected(row)]
    await expectation_plans.plan(tx, [_planned(row, each, now) for row, each in expected])
    kept: dict[UUID, list[str]] = {row.enrollment_id: [] for row in rows}
    for row, each in expected:
        kept[row.enrollment_id].append(each.key)
    await expectation_plans.stop(tx, [(each, ",".join(keys)) for each, keys in kept.items()], now)
    await expectation_plans.planned(tx, rows)
    return len(rows)


def _expected(row: Unplanned) -> Iterable[Expected]:
    if row.activated_at is None or row.deceased or row.state not in (EnrollmentState.ACTIVE, EnrollmentState.PAUSED):
        return
    watched = row.state == EnrollmentState.ACTIVE and not row.inpatient
    facts, tier = frozenset(orjson.loads(row.circumstances)), RiskTier(row.tier)
    for each in pinned.pinned(row.protocol, row.protocol_version).expects:
        if each.concerns(facts, tier) and (watched or isinstance(each, Examination)):
            yield each


def _planned(row: Unplanned, expected: Expected, now: datetime) -> Planned:
    assert row.activated_at is not None
    since, due_at, own = row.activated_at, now, None
    if isinstance(expected, Stream):
        begun = (row.activated_at, row.resumed_at, row.discharged_at)
        since = max(each for each in begun if each is not None)
        own = _own(row, expected.key)
        waits = missing.own_waits(own["low_hours"], own["moderate_hours"]) if own else None
        # What hangs on an alert is looked at once: it may stand already.
        due_at = now if expected.during else expected.step_at(Severity.LOW, since, row.time_zone, waits)
    return Planned(
        row.enrollment_id,
        expected.key,
        row.patient_id,
        row.protocol,
        row.protocol_version,
        ",".join(metric.value for metric in expected.metrics),
        not isinstance(expected, Stream),
        since,
        own["low_hours"] if own else None,
        own["moderate_hours"] if own else None,
        due_at,
    )


def _own(row: Unplanned, key: str) -> dict[str, Any] | None:
    """The patient's own order; the last one given holds."""
    given: list[dict[str, Any]] = [each for each in orjson.loads(row.waits) if each["expectation"] == key]
    return given[-1] if given else None


def _waits(own: Iterable[Protocol]) -> list[Wait]:
    return [
        Wait(each.key, each.version, stream.key, None if stream.by else stream.waits.low, stream.once_started)
        for each in (*PUBLISHED, *own)
        for stream in each.expects
        if isinstance(stream, Stream)
    ]


async def look(tx: Session, *, now: datetime, limit: int) -> int:
    """Ask the readings about what is due: what came moves on, what did not is put aside for judgement."""
    window = Window(now, missing.BACK)
    waits = _waits(await protocol_versions.in_use(tx))
    looked, doubtful = await looks.look(tx, window, waits, unstarted=UNSTARTED, urgent=URGENT, limit=limit)
    calm, suspects, back_again = [], [], set()
    for row in await looks.in_doubt(tx, doubtful, window):
        seen = _or_judged(row.enrollment_id, partial(_seen, row, now))
        if seen is None:
            suspects.append((row.enrollment_id, row.key, cloud_of(row.source)))
            continue
        at, since, waits_out = seen
        if row.blackout_id is not None and not waits_out and row.ended_at is None:
            back_again.add(row.blackout_id)
        held = row.blackout_id if waits_out else None
        calm.append(Calm(row.enrollment_id, row.key, at, cloud_of(row.source), since, held))
    await looks.calm(tx, calm)
    await looks.suspect(tx, suspects, now)
    if back_again:
        await blackouts.end(tx, back_again, now)
    return looked


def _seen(row: Look, now: datetime) -> tuple[datetime, datetime, bool] | None:
    """When to look again, since when waiting counts, whether it waits out a blackout; None: it is to be judged."""
    expected = pinned.expected(row.protocol, row.protocol_version, row.key)
    since = max(row.since, row.ended_at) if row.ended_at is not None else row.since
    if not isinstance(expected, Stream) or row.alert_id is not None:
        return None
    if expected.once_started and row.received_at is None:
        return now + UNSTARTED, since, False
    heard = since if row.received_at is None else max(since, row.received_at)
    own = missing.own_waits(row.low_hours, row.moderate_hours)
    at = expected.step_at(Severity.LOW, heard, row.time_zone, own)
    if row.urgent:
        at = min(at, heard + URGENT)
    if at > now:
        return at, since, False
    if row.blackout_id is not None and row.ended_at is None and not row.urgent:
        return now + AGAIN, since, True
    return None


async def look_examinations(tx: Session, *, now: datetime, limit: int) -> int:
    """Ask for examinations, check-ins and worn sensors that are due; what is missing is put aside for judgement."""
    due = await looks.look_examinations(tx, now, limit=limit)
    known = await attendance.known(tx, due, now=now)
    examined = await examinations.known(tx, due, now)
    calm, suspects = [], []
    for row in due:
        verdict = _or_judged(row.enrollment_id, partial(_examined, row, known, examined, now))
        if verdict is None or verdict.absence is not None or verdict.look_at is None or row.stands:
            suspects.append((row.enrollment_id, row.key, None))
        else:
            calm.append((row.enrollment_id, row.key, verdict.look_at))
    await looks.put_off(tx, calm)
    await looks.suspect(tx, suspects, now)
    return len(due)


def _examined(row: DueExamination, known: Attended, examined: Examined, now: datetime) -> Verdict:
    if not isinstance(pinned.expected(row.protocol, row.protocol_version, row.key), Examination):
        return known.verdict(row, now=now, zone=row.time_zone)
    targets = orjson.loads(row.targets)
    return examined.verdict(row, targets, activated_at=row.activated_at, zone=row.time_zone, now=now)


def _or_judged(enrollment_id: UUID, answer: Callable[[], _Answer | None]) -> _Answer | None:
    """The answer; None where there is none, or where finding it raises: judging finds that too, and puts it aside."""
    try:
        return answer()
    except Exception as error:  # noqa: BLE001 - one row's defect does not end the look at the others
        log().warning("silence.not-looked", enrollment=str(enrollment_id), error=type(error).__name__)
        return None


async def settle(tx: Session, patient_ids: Sequence[UUID], *, now: datetime) -> int:
    """Judge what is suspected of these patients; returns how many expectations were settled."""
    locked = await expectations.lock_free(tx, patient_ids)
    if not locked:
        return 0
    rows = await expectations.suspected(tx, locked)
    held = await dark_clouds.hold(tx, rows, now=now)
    rest = [row for row in rows if row.key not in held.get(row.enrollment_id, ())]
    await missing.judge(tx, rest, actor=clock(organization(tx)), now=now)
    return len(rows)
