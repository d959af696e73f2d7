"""Referrals: states, acts, reasons."""

from enum import StrEnum


class ReferralState(StrEnum):
    """Where a referral stands (clinical §5.1)."""

    DRAFT = "draft"
    AWAITING_AUTHORIZATION = "awaiting-authorization"
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RETURNED = "returned"
    RE_ROUTED = "re-routed"
    SCHEDULED = "scheduled"
    NO_SHOW = "no-show"
    REBOOKING = "rebooking"
    SEEN = "seen"
    INTERIM = "interim"
    REPORTED = "reported"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    PATIENT_DECLINED = "patient-declined"
    EXPIRED = "expired"


class ReferralAct(StrEnum):
    """What the sender or the receiver does with a referral; also the last part of its address. That
    the patient died is told of the patient, and has no address here."""

    REQUEST_AUTHORIZATION = "request-authorization"
    AUTHORIZE = "authorize"
    REFUSE_AUTHORIZATION = "refuse-authorization"
    SEND = "send"
    RECEIVE = "receive"
    ACCEPT = "accept"
    DECLINE = "decline"
    RE_ROUTE = "re-route"
    SCHEDULE = "schedule"
    RESCHEDULE = "reschedule"
    CANCEL_VISIT = "cancel-visit"
    NO_SHOW = "no-show"
    CONTINUE = "continue"
    ATTEND = "attend"
    REMIND = "remind"
    INTERIM_NOTE = "interim-note"
    CLOSED_ELSEWHERE = "closed-elsewhere"
    REPORT = "report"
    REVIEW = "review"
    INFORM = "inform"
    CLOSE = "close"
    WAIVE = "waive"
    CANCEL = "cancel"
    CONFIRM_CANCEL = "confirm-cancel"
    REFUSE_CANCEL = "refuse-cancel"
    WITHDRAW_CANCEL = "withdraw-cancel"
    RETURN = "return"
    CONFIRM_RETURN = "confirm-return"
    REFUSE_RETURN = "refuse-return"
    WITHDRAW_RETURN = "withdraw-return"
    PATIENT_DECLINES = "patient-declines"
    EXPIRE = "expire"
    PATIENT_DIED = "patient-died"
    REOPEN = "reopen"


class DeclineReason(StrEnum):
    """Why a receiver declines, or gives back what it had accepted."""

    NO_CAPACITY = "no-capacity"
    OUT_OF_NETWORK = "out-of-network"
    OUT_OF_SCOPE = "out-of-scope"
    COVERAGE_NOT_ACCEPTED = "coverage-not-accepted"
    INFORMATION_MISSING = "information-missing"
    NOT_INDICATED = "not-indicated"
    CONFLICT_OF_INTEREST = "conflict-of-interest"


class CancelReason(StrEnum):
    """Why a sender takes a referral back."""

    NEED_MET_OTHERWISE = "need-met-otherwise"
    ORDERED_IN_ERROR = "ordered-in-error"
    CLINICAL_CHANGE = "clinical-change"
    OTHER_SPECIALIST = "other-specialist"
    PATIENT_MOVED = "patient-moved"
    PATIENT_DIED = "patient-died"


class LoopWaiver(StrEnum):
    """Why a referral is closed without report, review and patient informed (L1)."""

    REPORT_UNOBTAINABLE = "report-unobtainable"
    REPORT_RECEIVED_OTHERWISE = "report-received-otherwise"
    PATIENT_UNREACHABLE = "patient-unreachable"
    PATIENT_DIED = "patient-died"
    PATIENT_MOVED = "patient-moved"


class VisitParty(StrEnum):
    """Who called a visit off or moved it."""

    PATIENT = "patient"
    SPECIALIST = "specialist"
