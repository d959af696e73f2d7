"""Changes of medicines and notices as reasons of the panel: what waits for whom, and until when (clinical §6.4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.domain.panel import HEAD_START, Reason
from services.monitoring.domain.plan_changes import NEVER
from shared.vocabulary import NoticeKind, PanelReason, PlanChangeState, Role, Severity

ORDERED_WITHIN = TOLD_WITHIN = timedelta(hours=24)
"""[default] How long what was approved waits for its order, and what was ordered for the patient to be told."""
_PRESCRIBER = Role.PRESCRIBER.value
# [default] A stopped or contradicted change and what the patient must be told stand with high alerts, signatures with
# moderate ones.
_URGENT, _SOON = HEAD_START[Severity.HIGH], HEAD_START[Severity.MODERATE]
_TITLES = {
    PanelReason.PROPOSAL: "Proposal to answer",
    PanelReason.TO_ORDER: "Approved, to be ordered",
    PanelReason.TO_TELL: "Ordered, to be told to the patient",
    PanelReason.COSIGNATURE: "Step to co-sign",
    PanelReason.VERBAL_ORDER: "Verbal order to sign",
}
_NOTICES = {
    NoticeKind.STOPPED: ("Change stopped before it took effect", _URGENT),
    NoticeKind.CONTRADICTED: ("Step contradicted after it took effect", _URGENT),
    NoticeKind.DOSE_HELD: ("Dose held for safety", _SOON),
}
NOTICES = frozenset(_NOTICES)
"""Kinds of notices that wait for an answer; that a step was taken waits for its co-signature."""


@dataclass(frozen=True, slots=True)
class Change:
    """As much of a change as tells what it waits for. Instants are aware."""

    id: UUID
    drug: str
    state: PlanChangeState
    priority: str
    expires_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    ordered_at: datetime | None
    informed: str | None
    cosign_due: datetime | None
    cosigned: bool
    sign_due: datetime | None
    signed: bool


def change_reasons(change: Change) -> Iterator[Reason]:
    """What a change waits for; several may stand at once."""
    if change.state is PlanChangeState.PROPOSED and change.expires_at is not None:
        head_start = _URGENT if change.priority == "urgent" else _SOON
        yield _reason(PanelReason.PROPOSAL, change, change.expires_at, head_start, _PRESCRIBER)
    approved = change.state in (PlanChangeState.APPROVED, PlanChangeState.APPROVED_MODIFIED)
    if approved and change.decided_at is not None:
        yield _reason(PanelReason.TO_ORDER, change, change.decided_at + ORDERED_WITHIN, _SOON)
    if change.state is PlanChangeState.ORDERED and change.ordered_at is not None:
        due = change.expires_at or change.ordered_at + TOLD_WITHIN
        yield _reason(PanelReason.TO_TELL, change, due, _URGENT)
    if change.cosign_due is not None and not change.cosigned and change.state not in NEVER:
        yield _reason(PanelReason.COSIGNATURE, change, change.cosign_due, _SOON, change.informed or _PRESCRIBER)
    if change.sign_due is not None and not change.signed:
        yield _reason(PanelReason.VERBAL_ORDER, change, change.sign_due, _SOON, change.decided_by)


def notice_reason(about: UUID, kind: NoticeKind, told: str, answer_by: datetime) -> Reason:
    """A notice that nobody has answered."""
    title, head_start = _NOTICES[kind]
    return Reason(PanelReason.NOTICE, about, title, None, kind, answer_by, head_start, told)


def _reason(
    kind: PanelReason, change: Change, due: datetime, head_start: timedelta, awaits: str | None = None
) -> Reason:
    return Reason(kind, change.id, f"{_TITLES[kind]}: {change.drug}", None, change.state, due, head_start, awaits)
