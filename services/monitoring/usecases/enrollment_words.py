"""Enrollments in the words of the contract."""

from datetime import date, datetime
from decimal import Decimal

from services.monitoring.domain import enrollments as rules
from services.monitoring.domain.policy import POLICY
from services.monitoring.store.enrollments import EnrollmentActRow, EnrollmentRow
from services.monitoring.store.patients import PatientRow
from shared.contracts.base import AllowedAct
from shared.contracts.monitoring.consents import ConsentRead
from shared.contracts.monitoring.enrollments import (
    BaselineRead,
    CircumstanceSpan,
    EnrollmentActRead,
    EnrollmentRead,
    Override,
    ReviewRead,
    TargetRead,
    TierSuggestion,
)
from shared.kit.actor import Actor
from shared.kit.policy import decide
from shared.vocabulary import EndReason, EnrollmentState, Metric, RiskTier

_KEPT = (
    "id",
    "version",
    "patient_id",
    "request_id",
    "protocol",
    "protocol_version",
    "tier_reason",
    "tier_since",
    "case_manager",
    "reason",
    "circumstances",
    "inpatient_since",
    "activated_at",
    "paused_until",
    "first_reading_at",
    "ended_at",
    "previous_id",
    "created_at",
)


def read(row: EnrollmentRow, patient: PatientRow, *, actor: Actor) -> EnrollmentRead:
    """The enrollment with the acts this actor may do now."""
    state = EnrollmentState(row.state)
    return EnrollmentRead(
        **{name: getattr(row, name) for name in _KEPT},
        coordination_id=patient.coordination_id,
        state=state,
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
        tier=RiskTier(row.tier),
        baselines=[
            BaselineRead(
                metric=Metric(each["metric"]),
                value=Decimal(each["value"]),
                unit=each["unit"],
                set_at=datetime.fromisoformat(each["set_at"]),
                set_by=each["set_by"],
                expires_at=each.get("expires_at"),
                expiry_reason=each.get("expiry_reason"),
                review_at=each.get("review_at"),
            )
            for each in row.baselines
        ],
        targets=[
            TargetRead(
                id=each["id"],
                bound=each["bound"],
                limits={unit: Decimal(value) for unit, value in each["limits"].items()},
                author=each["author"],
                reason=each["reason"],
                starts_at=datetime.fromisoformat(each["starts_at"]),
                review_by=date.fromisoformat(each["review_by"]),
                prescriber=each["prescriber"],
                ends_at=datetime.fromisoformat(each["ends_at"]) if each["ends_at"] else None,
            )
            for each in row.targets
        ],
        circumstance_spans=[CircumstanceSpan.model_validate(each) for each in row.circumstance_spans or ()],
        consents=[ConsentRead.model_validate(each) for each in row.consents],
        tier_suggestion=TierSuggestion.model_validate(row.tier_suggestion) if row.tier_suggestion else None,
        reviews=[ReviewRead.model_validate(each) for each in row.reviews],
        override=Override.model_validate(row.override) if row.override else None,
        acts=[_allowed(each, actor) for each in rules.acts(state)],
    )


def history(row: EnrollmentActRow) -> EnrollmentActRead:
    """One line of what was done."""
    return EnrollmentActRead.model_validate(row)


def _allowed(act: rules.Allowed, actor: Actor) -> AllowedAct:
    reason = act.reason or decide(POLICY, actor, f"enrollments.{act.act}").reason or None
    return AllowedAct(act=act.act, allowed=reason is None, reason=reason)
