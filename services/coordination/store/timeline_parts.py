"""What stands on a patient's timeline, kind by kind, read from the histories of the records themselves."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, Text, cast, func, literal, null, select
from sqlalchemy.dialects.postgresql import JSONB

from services.coordination.store.care_teams import CareTeamRow
from services.coordination.store.contacts import ContactRow
from services.coordination.store.documents import DocumentRow
from services.coordination.store.enrollments import EnrollmentRow
from services.coordination.store.merges import MergeRow
from services.coordination.store.needs import BreachRow, NeedHistoryRow, NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.store.record_acts import RecordActRow
from services.coordination.store.referrals import ReferralActRow, ReferralRow
from services.coordination.store.reply_links import ReplyLinkRow
from services.coordination.store.risk_scores import RiskScoreRow
from services.coordination.store.sharing import ConsentWordRow
from services.coordination.store.stays import StayRow
from services.coordination.store.waitlists import WaitlistRow
from shared.vocabulary import TimelineKind

_UNKNOWN = {"by": null(), "code": null(), "note": null(), "before": null(), "after": null()}


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
        cast(told["before"], JSONB).label("before"),
        cast(told["after"], JSONB).label("after"),
    )


def _of_acts(kind: TimelineKind, record: Any, about: Any) -> Select[Any]:
    """The acts written down of a kind of record; ``record`` is that record's id, ``about`` what the event names."""
    act = RecordActRow
    acts = _events(
        kind, act.id, what=act.act, subject=act.subject, about=about, by=act.by, code=act.code, note=act.note,
        done_at=act.done_at, recorded_at=act.recorded_at, before=act.before, after=act.after,
    )  # fmt: skip
    return acts.join_from(act, record.class_, record == act.about).where(act.kind == kind.value)


def _unwritten(record: Any, *acts: str) -> ColumnElement[bool]:
    """Whether none of these acts of a record was written down: it is older than that."""
    act = RecordActRow
    return ~select(act.id).where(act.about == record, act.act.in_(acts)).exists()


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
        TimelineKind.STAY, func.concat(row.id, ":begun"), what=literal("admit"), code=row.state,
        done_at=row.started_at, recorded_at=row.created_at, **told,
    )  # fmt: skip
    ended = _events(
        TimelineKind.STAY, func.concat(row.id, ":ended"), what=literal("discharge"), code=row.disposition,
        done_at=row.ended_at, recorded_at=null(), **told,
    )  # fmt: skip
    mine = row.patient_id == patient
    return [
        _of_acts(TimelineKind.STAY, row.id, row.id).where(mine),
        begun.where(mine, row.started_at.is_not(None), _unwritten(row.id, "admit", "begin")),
        ended.where(mine, row.ended_at.is_not(None), _unwritten(row.id, "discharge")),
    ]


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
        TimelineKind.CARE_TEAM, row.id, what=literal("join"), subject=row.role, about=row.id, note=row.practitioner,
        done_at=row.created_at, recorded_at=row.created_at,
    )  # fmt: skip
    mine = row.patient_id == patient
    return [
        _of_acts(TimelineKind.CARE_TEAM, row.id, row.id).where(mine),
        members.where(mine, _unwritten(row.id, "join")),
    ]


def _of_enrollments(patient: UUID) -> list[Select[Any]]:
    row = EnrollmentRow
    heard = _events(
        TimelineKind.ENROLLMENT, row.id, what=row.state, subject=row.protocol, about=row.id, code=row.tier,
        note=row.tier_reason, done_at=row.changed_at, recorded_at=row.updated_at,
    )  # fmt: skip
    return [heard.where(row.patient_id == patient)]


def _of_consents(patient: UUID) -> list[Select[Any]]:
    row = ConsentWordRow
    words = _events(
        TimelineKind.CONSENT, row.id, what=row.said, subject=row.purpose, about=row.id, by=row.recorded_by,
        code=row.recipient, note=row.note, done_at=row.said_at, recorded_at=row.recorded_at,
    )  # fmt: skip
    return [words.where(row.patient_id == patient)]


def _of_documents(patient: UUID) -> list[Select[Any]]:
    row, referral = DocumentRow, ReferralRow
    added = _events(
        TimelineKind.DOCUMENT, row.id, what=literal("added"), subject=row.type, about=row.referral_id, by=row.added_by,
        code=row.purpose, note=row.title, done_at=row.added_at, recorded_at=row.added_at,
    )  # fmt: skip
    return [added.join(referral, referral.id == row.referral_id).where(referral.patient_id == patient)]


def _of_reply_links(patient: UUID) -> list[Select[Any]]:
    row, referral = ReplyLinkRow, ReferralRow
    told: dict[str, Any] = {"subject": literal("letter"), "about": row.referral_id}
    sent = _events(
        TimelineKind.REPLY_LINK, func.concat(row.id, ":made"), what=literal("made"), by=row.created_by,
        done_at=row.created_at, recorded_at=row.created_at, **told,
    )  # fmt: skip
    used = _events(
        TimelineKind.REPLY_LINK, func.concat(row.id, ":used"), what=literal("used"), code=row.used_for,
        by=literal("reply-link"),
        done_at=row.used_at, recorded_at=row.used_at, **told,
    )  # fmt: skip
    closed = _events(
        TimelineKind.REPLY_LINK, func.concat(row.id, ":closed"), what=literal("closed"), code=row.revoked_why,
        done_at=row.revoked_at, recorded_at=row.revoked_at, **told,
    )  # fmt: skip
    parts = ((sent, row.created_at), (used, row.used_at), (closed, row.revoked_at))
    return [
        part.join(referral, referral.id == row.referral_id).where(referral.patient_id == patient, at.is_not(None))
        for part, at in parts
    ]


def _of_merges(patient: UUID) -> list[Select[Any]]:
    row = MergeRow
    told: dict[str, Any] = {"subject": literal("patient"), "about": row.id}
    merged = _events(
        TimelineKind.MERGE, func.concat(row.id, ":merged"), what=literal("merged"), by=row.merged_by, note=row.reason,
        done_at=row.merged_at, recorded_at=row.merged_at, **told,
    )  # fmt: skip
    undone = _events(
        TimelineKind.MERGE, func.concat(row.id, ":undone"), what=literal("undone"), by=row.undone_by,
        note=row.undone_why, done_at=row.undone_at, recorded_at=row.undone_at, **told,
    )  # fmt: skip
    mine = (row.patient_id == patient) | (row.into_id == patient)
    return [merged.where(mine), undone.where(mine, row.undone_at.is_not(None))]


def _of_waitlists(patient: UUID) -> list[Select[Any]]:
    row, need = WaitlistRow, NeedRow
    joined = _events(
        TimelineKind.WAITLIST, row.id, what=literal("join"), subject=need.kind, about=row.need_id, by=row.joined_by,
        done_at=row.created_at, recorded_at=row.created_at,
    )  # fmt: skip
    mine = row.patient_id == patient
    return [
        _of_acts(TimelineKind.WAITLIST, row.id, row.need_id).where(mine),
        joined.join(need, need.id == row.need_id).where(mine, _unwritten(row.id, "join")),
    ]


def _of_death(patient: UUID) -> list[Select[Any]]:
    row = PatientRow
    died = _events(
        TimelineKind.DEATH, row.id, what=literal("told"), subject=literal("patient"), about=row.id,
        done_at=row.deceased_at, recorded_at=null(),
    )  # fmt: skip
    mine = row.id == patient
    return [
        _of_acts(TimelineKind.DEATH, row.id, row.id).where(mine),
        died.where(mine, row.deceased_at.is_not(None), _unwritten(row.id, "told", "corrected")),
    ]


OF: Mapping[TimelineKind, Any] = {
    TimelineKind.NEED: _of_needs,
    TimelineKind.BREACH: _of_breaches,
    TimelineKind.REFERRAL: _of_referrals,
    TimelineKind.CONTACT: _of_contacts,
    TimelineKind.STAY: _of_stays,
    TimelineKind.RISK: _of_risk,
    TimelineKind.CARE_TEAM: _of_care_team,
    TimelineKind.ENROLLMENT: _of_enrollments,
    TimelineKind.CONSENT: _of_consents,
    TimelineKind.DOCUMENT: _of_documents,
    TimelineKind.REPLY_LINK: _of_reply_links,
    TimelineKind.MERGE: _of_merges,
    TimelineKind.WAITLIST: _of_waitlists,
    TimelineKind.DEATH: _of_death,
}
"""By kind: the events of one patient, as selects of the same columns."""
