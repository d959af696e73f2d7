"""What rules compare this patient with: baselines and individual targets."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain import enrollments as rules
from services.monitoring.domain import targets
from services.monitoring.domain.asking import about_baseline, about_bound
from services.monitoring.domain.baseline_validity import validity
from services.monitoring.domain.metrics import Refused, judge
from services.monitoring.domain.pinned import pinned
from services.monitoring.store import enrollments as store
from services.monitoring.store.patients import PatientRow
from services.monitoring.usecases import judged_again, prescribers
from services.monitoring.usecases.enrollment_changes import changed, for_change
from shared.contracts.monitoring.enrollments import Baseline, EnrollmentRead, SetTarget, WithdrawTarget
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.problems import NotFound
from shared.kit.zones import local_day
from shared.vocabulary import Metric


def kept(body: Baseline, patient: PatientRow, *, by: str, now: datetime) -> dict[str, Any]:
    """A baseline as it is kept in the enrollment's row.

    Raises:
        BaselineRefused: it is not plausible, or in the wrong unit.
    """
    verdict = judge(body.metric, body.value, body.unit, observed_at=body.set_at, now=now)
    if isinstance(verdict, Refused):
        raise rules.BaselineRefused(verdict.sentence, reason_code=verdict.code)
    on = local_day(body.set_at, patient.time_zone)
    held = validity(body.metric, body.set_at, born=patient.birth_date, on=on)
    return {
        "metric": body.metric.value,
        "value": str(body.value),
        "unit": verdict.unit,
        "set_at": body.set_at.isoformat(),
        "set_by": by,
        "expires_at": held.expires_at.isoformat() if held.expires_at else None,
        "expiry_reason": held.reason,
        "review_at": held.review_at.isoformat() if held.review_at else None,
    }


def carried(known: Iterable[dict[str, Any]], metrics: Iterable[Metric]) -> list[dict[str, Any]]:
    """The newest baseline of each of these metrics, as an earlier enrollment kept it.

    Raises:
        BaselineRefused: it has none.
    """
    newest = {each["metric"]: each for each in sorted(known, key=lambda each: datetime.fromisoformat(each["set_at"]))}
    missing = [metric for metric in metrics if metric not in newest]
    if missing:
        raise rules.BaselineRefused(f"No earlier enrollment has a baseline to carry over: {', '.join(missing)}.")
    return [newest[metric] for metric in dict.fromkeys(metrics)]


async def add(
    tx: Session, enrollment_id: UUID, body: Baseline, *, version: int, actor: Actor, now: datetime
) -> EnrollmentRead:
    """Set a baseline; it holds from ``set_at`` until a newer one, and what was measured since is judged again.

    Raises:
        NotFound, Stale, BaselineRefused.
    """
    row, patient = await for_change(tx, enrollment_id, version)
    row.baselines = [*row.baselines, kept(body, patient, by=actor.person, now=now)]
    shown = f"{body.metric} {body.value} {body.unit}"
    store.note(tx, row, "baseline", "Baseline set", before=None, after=shown, by=actor.person, at=now)
    metrics = about_baseline(pinned(row.protocol, row.protocol_version), body.metric)
    await judged_again.since(tx, [row], metrics, body.set_at, actor=actor, now=now)
    return await changed(tx, row, patient, actor=actor, now=now)


async def set_target(
    tx: Session, enrollment_id: UUID, body: SetTarget, *, version: int, actor: Actor, now: datetime
) -> EnrollmentRead:
    """Give this patient a limit of their own; what was measured since it starts is judged again.

    Raises:
        NotFound, Stale, TargetUnknown, NeedsPrescriber, NamedThemselves, NotAPrescriber, TargetRefused.
    """
    row, patient = await for_change(tx, enrollment_id, version)
    protocol = pinned(row.protocol, row.protocol_version)
    try:
        limit = targets.paired(protocol, body.bound, body.limit, body.unit)
    except KeyError as error:
        known = ", ".join(targets.names(protocol))
        raise rules.TargetUnknown(f"Name one of the protocol's bounds in one of its units: {known}.") from error
    starts_on = local_day(body.starts_at, patient.time_zone)
    why = targets.refusal(protocol, limit, prescriber=body.prescriber, starts_on=starts_on, review_by=body.review_by)
    if why is not None:
        looser = body.prescriber is None and targets.critical(protocol, body.bound)
        if looser and targets.loosens(protocol, limit) and body.review_by > starts_on:
            raise rules.NeedsPrescriber(why)
        raise rules.TargetRefused(why)
    today = local_day(now, patient.time_zone)
    await prescribers.stand_behind(tx, body.prescriber, authors=[actor.person], on=today)
    row.targets = [*row.targets, _kept_target(body, limit.at, by=actor.person)]
    store.note(tx, row, "target", body.reason, before=None, after=str(limit), by=actor.person, at=now)
    metrics = about_bound(protocol, body.bound)
    await judged_again.since(tx, [row], metrics, body.starts_at, actor=actor, now=now)
    return await changed(tx, row, patient, actor=actor, now=now)


async def withdraw_target(
    tx: Session,
    enrollment_id: UUID,
    target_id: UUID,
    body: WithdrawTarget,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> EnrollmentRead:
    """Let the protocol's default hold again from now on.

    Raises:
        NotFound, Stale.
    """
    row, patient = await for_change(tx, enrollment_id, version)
    if not any(each["id"] == str(target_id) and each["ends_at"] is None for each in row.targets):
        raise NotFound("target in force")
    row.targets = [
        {**each, "ends_at": now.isoformat()} if each["id"] == str(target_id) else each for each in row.targets
    ]
    gone = str(target_id)
    store.note(tx, row, "target-withdrawn", body.reason, before=gone, after="default", by=actor.person, at=now)
    return await changed(tx, row, patient, actor=actor, now=now)


def _kept_target(body: SetTarget, limits: Any, *, by: str) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "bound": body.bound,
        "limits": {unit: str(value) for unit, value in limits.items()},
        "author": by,
        "reason": body.reason,
        "starts_at": body.starts_at.isoformat(),
        "review_by": body.review_by.isoformat(),
        "prescriber": body.prescriber,
        "ends_at": None,
    }
