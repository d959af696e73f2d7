"""How closely patients are followed: set by hand, raised by what happens, loosened only by a person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain import tiers as rules
from services.monitoring.domain.pinned import pinned
from services.monitoring.domain.tiers import Cause, Discharge, Facts, Move, Raised, Score, Standing
from services.monitoring.store import alert_counts, reading_charts, stays
from services.monitoring.store import enrollments as store
from services.monitoring.store import patients as patient_store
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.usecases.clock import clock
from services.monitoring.usecases.enrollment_changes import changed, for_change, retier
from shared.contracts.monitoring.enrollment_acts import SetTier
from shared.contracts.monitoring.enrollments import EnrollmentRead
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.vocabulary import Metric, RiskTier


async def set_tier(
    tx: Session, enrollment_id: UUID, body: SetTier, *, version: int, actor: Actor, now: datetime
) -> EnrollmentRead:
    """Follow more or less closely, or keep the tier that stands with a reason; a suggestion is settled by it.

    What was known until now raises the tier no more: only something new does. Raises NotFound, Stale.
    """
    row, patient = await for_change(tx, enrollment_id, version)
    await retier(tx, row, patient, body.tier, body.reason, actor=actor, now=now)
    return await changed(tx, row, patient, actor=actor, now=now, news=True)


async def consider(tx: Session, row: EnrollmentRow, patient: PatientRow, *, actor: Actor, now: datetime) -> bool:
    """Judge a locked enrollment by everything known of it; returns whether anything changed. The caller counts up."""
    facts = await _facts(tx, row, now)
    found = rules.causes(facts, now)
    move = rules.move(_standing(row), found, now)
    if move is not None and not move.suggested:
        await retier(tx, row, patient, move.tier, move.reason, actor=actor, now=now, inputs=_inputs(move, facts))
        return True
    suggestion = None if move is None else {"tier": move.tier, "reason": move.reason, "inputs": _inputs(move, facts)}
    known = row.tier_suggestion
    if suggestion is None or known is None or known["tier"] != suggestion["tier"]:
        row.tier_suggestion = suggestion
    return known != row.tier_suggestion


async def after_alerts(tx: Session, enrollment_ids: Iterable[UUID], *, now: datetime) -> None:
    """Raise the tiers of enrollments whose alerts just changed; their patients are locked already."""
    rows = await store.not_closest(tx, enrollment_ids)
    if not rows:
        return
    counted = await alert_counts.counted(tx, [row.id for row in rows], now - rules.RISING_WINDOW)
    actor = clock(organization(tx))
    for row in rows:
        facts = Facts(alerts=_raised(counted, row.id))
        move = rules.move(_standing(row), rules.causes(facts, now), now)
        if move is None or move.suggested:
            continue
        patient = await patient_store.get(tx, row.patient_id)
        await retier(tx, row, patient, move.tier, move.reason, actor=actor, now=now, inputs=_inputs(move, facts))
        await changed(tx, row, patient, actor=actor, now=now, news=True)


async def _facts(tx: Session, row: EnrollmentRow, now: datetime) -> Facts:
    counted = await alert_counts.counted(tx, [row.id], now - rules.RISING_WINDOW)
    ended = await stays.last_ended(tx, row.patient_id)
    wanted = sorted(rules.SCORED & set(pinned(row.protocol, row.protocol_version).metrics))
    latest = await reading_charts.latest(tx, row.patient_id, wanted, now - rules.SCORES_COUNT, now) if wanted else []
    return Facts(
        discharge=None
        if ended is None or ended.ended_at is None
        else Discharge(ended.ended_at, ended.updated_at, ended.lace),
        alerts=_raised(counted, row.id),
        scores=tuple(
            Score(Metric(each.metric), each.value, each.unit, each.observed_at, each.received_at) for each, _ in latest
        ),
        circumstances=frozenset(row.circumstances),
    )


def _raised(counted: Iterable[alert_counts.Counted], enrollment_id: UUID) -> tuple[Raised, ...]:
    return tuple(
        Raised(each.severity, each.began_at, each.known_at) for each in counted if each.enrollment_id == enrollment_id
    )


def _standing(row: EnrollmentRow) -> Standing:
    return Standing(RiskTier(row.tier), row.tier_since, row.tier_decided_at)


def _inputs(move: Move, facts: Facts) -> dict[str, Any]:
    """What the rule used, as it is kept in the history."""
    return {
        "source": rules.SOURCE,
        "criteria": [_cause(each) for each in move.causes],
        "alerts": [[each.severity, each.began_at.isoformat()] for each in facts.alerts],
        "scores": [[each.metric, str(each.value), each.unit, each.at.isoformat()] for each in facts.scores],
        "discharged_at": facts.discharge.at.isoformat() if facts.discharge else None,
        "lace": facts.discharge.lace if facts.discharge else None,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {"key": cause.key, "tier": cause.tier, "sentence": cause.sentence}
