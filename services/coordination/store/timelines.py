"""A patient's timeline, read from the histories that the records keep themselves: no second store of events."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Row, Select, Text, cast, func, literal, null, select, tuple_, union_all

from services.coordination.store.care_teams import CareTeamRow
from services.coordination.store.contacts import ContactRow
from services.coordination.store.enrollments import EnrollmentRow
from services.coordination.store.needs import BreachRow, NeedHistoryRow, NeedRow
from services.coordination.store.referrals import ReferralActRow, ReferralRow
from services.coordination.store.risk_scores import RiskScoreRow
from services.coordination.store.stays import StayRow
from shared.db.base import Session
from shared.vocabulary import TimelineKind

Place = tuple[datetime, str]
_UNKNOWN = {"by": null(), "code": null(), "note": null()}


def _events(kind: TimelineKind, key: Any, **columns: Any) -> Select[Any]:
    told = {**_UNKNOWN, **columns}
    return select(
        literal(f"{kind}:").concat(cast(key, Text)).label("key"),
        literal(kind.value).label("kind"),
        cast(told["what"], Text).label("what"),
        cast(told["subject"], Text).label("subject"),
        told["about"].label("about"),
        cast(told["by"], Text).label("by"),
        cast(told["done_at"], DateTime(timezone=True)).label("done_at"),
        cast(told["recorded_at"], DateTime(timezone=True)).label("recorded_at"),
        cast(told["code"], Text).label("code"),
        cast(told["note"], Text).label("note"),
    )


def _of_needs(patient: UUID) -> list[Select[Any]]:
    act, need = NeedHistoryRow, NeedRow
    acts = _events(
        TimelineKind.NEED, act.id, what=act.act, subject=need.kind, about=need.id, by=act.by, code=act.code,
        note=act.note, done_at=act.done_at, recorded_at=act.recorded_at,
    )  # fmt: skip
    return [acts.join(need, need.id == act.need_id).where(need.patient_id == patient)]


def _of_breaches(patient: UUID) -> list[Select[Any]]:
    breach, need = BreachRow, NeedRow
    found = _events(
        TimelineKind.BREACH, func.concat(breach.need_id, ":", breach.clock), what=literal("missed"),
        subject=need.kind, about=need.id, code=breach.clock, note=breach.severity, done_at=breach.due_at,
        recorded_at=breach.found_at,
    )  # fmt: skip
    return [found.join(need, need.id == breach.need_id).where(need.patient_id == patient)]


def _of_referrals(patient: UUID) -> list[Select[Any]]:
    act, referral = ReferralActRow, ReferralRow
    acts = _events(
        TimelineKind.REFERRAL, act.id, what=act.act, subject=act.to_state, about=referral.id, by=act.actor,
        note=act.note, done_at=act.done_at, recorded_at=act.recorded_at,
    )  # fmt: skip
    return [acts.join(referral, referral.id == act.referral_id).where(referral.patient_id == patient)]


def _of_contacts(patient: UUID) -> list[Select[Any]]:
    row = ContactRow
    contacts = _events(
        TimelineKind.CONTACT, row.id, what=row.outcome, subject=row.channel, about=row.id, by=row.by, note=row.note,
        code=row.contacted, done_at=row.started_at, recorded_at=row.recorded_at,
    )  # fmt: skip
    return [contacts.where(row.patient_id == patient)]


def _of_stays(patient: UUID) -> list[Select[Any]]:
    row = StayRow
    told: dict[str, Any] = {"subject": row.stay_class, "about": row.id, "note": row.facility}
    begun = _events(
        TimelineKind.STAY, func.concat(row.id, ":begun"), what=literal("begun"), code=row.state,
        done_at=row.started_at, recorded_at=row.created_at, **told,
    )  # fmt: skip
    ended = _events(
        TimelineKind.STAY, func.concat(row.id, ":ended"), what=literal("ended"), code=row.disposition,
        done_at=row.ended_at, recorded_at=null(), **told,
    )  # fmt: skip
    mine = row.patient_id == patient
    return [begun.where(mine, row.started_at.is_not(None)), ended.where(mine, row.ended_at.is_not(None))]


def _of_risk(patient: UUID) -> list[Select[Any]]:
    row = RiskScoreRow
    scores = _events(
        TimelineKind.RISK, row.id, what=literal("calculated"), subject=row.algorithm, about=row.stay_id,
        by=row.calculated_by, code=row.band, done_at=row.calculated_at, recorded_at=row.calculated_at,
    )  # fmt: skip
    return [scores.where(row.patient_id == patient)]


def _of_care_team(patient: UUID) -> list[Select[Any]]:
    row = CareTeamRow
    members = _events(
        TimelineKind.CARE_TEAM, row.id, what=literal("joined"), subject=row.role, about=row.id, note=row.practitioner,
        done_at=row.created_at, recorded_at=row.created_at,
    )  # fmt: skip
    return [members.where(row.patient_id == patient)]


def _of_enrollments(patient: UUID) -> list[Select[Any]]:
    row = EnrollmentRow
    heard = _events(
        TimelineKind.ENROLLMENT, row.id, what=row.state, subject=row.protocol, about=row.id, code=row.tier,
        note=row.tier_reason, done_at=row.changed_at, recorded_at=row.updated_at,
    )  # fmt: skip
    return [heard.where(row.patient_id == patient)]


_OF: Mapping[TimelineKind, Any] = {
    TimelineKind.NEED: _of_needs,
    TimelineKind.BREACH: _of_breaches,
    TimelineKind.REFERRAL: _of_referrals,
    TimelineKind.CONTACT: _of_contacts,
    TimelineKind.STAY: _of_stays,
    TimelineKind.RISK: _of_risk,
    TimelineKind.CARE_TEAM: _of_care_team,
    TimelineKind.ENROLLMENT: _of_enrollments,
}


async def page(
    tx: Session,
    patient_id: UUID,
    kinds: Collection[TimelineKind],
    *,
    as_recorded: bool,
    after: Place | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Events of some kinds, newest first past ``after``: by when they were done, or by when they were recorded."""
    parts = [part for kind in kinds for part in _OF[kind](patient_id)]
    if not parts:
        return []
    # Each part is walled by row-level security; naming the organization besides would help no index here.
    found = union_all(*parts).subquery()
    at = func.coalesce(found.c.recorded_at, found.c.done_at) if as_recorded else found.c.done_at
    query = select(found, at.label("at")).order_by(at.desc(), found.c.key.collate("C").desc()).limit(limit)
    if after is not None:
        query = query.where(tuple_(at, found.c.key.collate("C")) < after)
    return (await tx.execute(query)).all()
