"""Measures of outcomes: what each says, of whom, and where it comes from (clinical §4).

Operational, not certified HEDIS. Every figure is the length of a list: a measure never counts, it judges members.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

LABEL = "operational, not certified HEDIS"


class OutcomeKey(StrEnum):
    """The measures there are."""

    CONTACT = "contact-2-business-days"
    VISIT_7 = "visit-7-days"
    VISIT_14 = "visit-14-days"
    RECONCILED_BY_VISIT = "reconciliation-by-visit"
    NOTIFIED = "trc-notification"
    DISCHARGE_INFORMATION = "trc-discharge-information"
    ENGAGED = "trc-engagement"
    RECONCILED = "trc-reconciliation"
    FUH_7 = "fuh-7"
    FUH_30 = "fuh-30"
    READMITTED_PCR = "readmissions-pcr"
    READMITTED_HWR = "readmissions-hwr"
    LOOP_CLOSED = "referral-loop-closed"
    STAGE_DAYS = "referral-stage-days"
    NEEDS_ON_TIME = "needs-on-time"
    NEED_COST = "cost-per-met-need"
    SAVED = "savings-of-the-choice"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure says. ``amount`` names what is summed and averaged beside the share, where something is."""

    key: OutcomeKey
    title: str
    denominator: str
    numerator: str
    source: str
    excluded: str = ""
    lower_is_better: bool = False
    amount: str | None = None


class Member(NamedTuple):
    """One that was judged (``about`` a stay, need or referral): in the numerator, only in the denominator, or excluded.

    ``amount`` in the unit that ``group`` names, such as a currency; None is not known, never nothing. ``day`` decides
    to which period it belongs. ``until``: the last instant at which it is excluded only because time is not over.
    """

    about: UUID
    patient_id: UUID
    met: bool = False
    excluded: str | None = None
    value: str | None = None
    at: datetime | None = None
    group: str | None = None
    amount: Decimal | None = None
    day: date | None = None
    until: datetime | None = None


_HOME = "Inpatient and observation stays of the period that ended at home"
_NOT_HOME = "died, discharged elsewhere than home (code each), window still open and nothing done"
_TRC = "Inpatient stays of the period, of people of 18 years or more; several within 30 days: the last"
_TRC_OUT = "died, hospice, under 18, back in hospital within 30 days (the last discharge counts), window still open"
_FUH = "Inpatient stays of people of 6 years or more, principally for mental illness or self-harm"
_FUH_OUT = "died, hospice, under 6, back in hospital within 30 days (the last discharge counts), window still open"
K = OutcomeKey
CATALOGUE: tuple[Definition, ...] = (
    Definition(
        K.CONTACT,
        "Contact within 2 business days",
        _HOME,
        "An interactive contact with the patient or caregiver from the discharge to the end of the 2nd business day",
        "§4 internal indicators, §2.5 TCM; attempts without a conversation do not count here",
        _NOT_HOME,
    ),
    Definition(
        K.VISIT_7,
        "Visit within 7 days",
        _HOME,
        "The stay's visit took place 1 to 7 calendar days after the discharge",
        "§4 internal indicators, §2.5 TCM 99496",
        _NOT_HOME,
    ),
    Definition(
        K.VISIT_14,
        "Visit within 14 days",
        _HOME,
        "The stay's visit took place 1 to 14 calendar days after the discharge",
        "§4 internal indicators, §2.5 TCM 99495",
        _NOT_HOME,
    ),
    Definition(
        K.RECONCILED_BY_VISIT,
        "Medicines reconciled by the visit",
        _HOME,
        "Reconciled from the day of the discharge to the day of the visit; without a visit to day 14",
        "§4 internal indicators, §2.5 TCM, S47",
        _NOT_HOME,
    ),
    Definition(
        K.NOTIFIED,
        "Notification of inpatient admission",
        _TRC,
        "The admission was on record on its day or the 2 days after; judged by when it was recorded",
        "§4 TRC, S66, S67",
        _TRC_OUT,
    ),
    Definition(
        K.DISCHARGE_INFORMATION,
        "Receipt of discharge information",
        _TRC,
        "The discharge summary was obtained on the day of the discharge or the 2 days after; its six parts are read by"
        " whoever files it and are not checked here",
        "§4 TRC, S67",
        _TRC_OUT,
    ),
    Definition(
        K.ENGAGED,
        "Patient engagement after discharge",
        _TRC,
        "An interactive contact or the visit 1 to 30 days after the discharge, not on its day",
        "§4 TRC, S67",
        _TRC_OUT,
    ),
    Definition(
        K.RECONCILED,
        "Medication reconciliation after discharge",
        _TRC,
        "Reconciled from the day of the discharge to the 30th day after (31 days)",
        "§4 TRC MRP, S66, S68",
        _TRC_OUT,
    ),
    Definition(
        K.FUH_7,
        "Follow-up after mental illness, 7 days",
        _FUH,
        "The visit for mental health took place 1 to 7 days after the discharge",
        "§4 FUH, S74",
        _FUH_OUT,
    ),
    Definition(
        K.FUH_30,
        "Follow-up after mental illness, 30 days",
        _FUH,
        "The visit for mental health took place 1 to 30 days after the discharge",
        "§4 FUH, S74",
        _FUH_OUT,
    ),
    Definition(
        K.READMITTED_PCR,
        "Observed readmissions, PCR-like",
        "Inpatient and observation stays that ended in the period; stays with fewer than 2 calendar days between, or"
        " overlapping, are one and end with the last",
        "Another stay began 1 to 30 days after (local days): not planned, not for chemotherapy, rehabilitation,"
        " pregnancy or a perinatal condition",
        "§4 PCR, S69; continuous enrollment and planned procedures are not on record and not checked",
        "continued in another stay, admitted and discharged on one day, died, hospice, pregnancy, perinatal,"
        " 30 days not over",
        lower_is_better=True,
    ),
    Definition(
        K.READMITTED_HWR,
        "Observed readmissions, HWR-like",
        "Inpatient stays that ended in the period, of people of 65 years or more; overlapping stays, and a return on"
        " the same day to the same hospital for the same condition, are one",
        "The first inpatient admission 1 to 30 days after (local days) was not planned; after a planned one no later"
        " one counts",
        "§4 CMS HWR, S70; payment by Medicare, exempt hospitals and planned procedures are not on record and not"
        " checked",
        "observation, continued in another stay, under 65, died, transferred, against advice, psychiatric,"
        " rehabilitation, treatment of cancer, 30 days not over",
        lower_is_better=True,
    ),
    Definition(
        K.LOOP_CLOSED,
        "Referral loops closed",
        "Referrals that were first sent in the period",
        "The loop was closed: report received, reviewed by a clinician, patient informed. One that was waived with a"
        " code is not: it stays in the denominator with the value `waived`",
        "§4 CMS50, §5.1, S75",
        "called off by the sender or the patient",
    ),
    Definition(
        K.STAGE_DAYS,
        "Days in each stage of a referral",
        "Stages that referrals entered in the period",
        "Left by the instant asked for; the amount is the days it took",
        "§4 internal indicators, §5.1",
        amount="days in the stage",
    ),
    Definition(
        K.NEEDS_ON_TIME,
        "Needs met on time",
        "Needs whose earliest clock ended in the period",
        "Met by the end of that clock, by when it was done and not by when it was recorded",
        "§4 internal indicators, §2",
        "withdrawn, waived, clock still running",
    ),
    Definition(
        K.NEED_COST,
        "Cost per met need",
        "Needs met in the period, by when it was done",
        "What it cost is known",
        "§4 internal indicators",
        amount="cost of a met need",
    ),
    Definition(
        K.SAVED,
        "Savings of the affordable choice",
        "Referrals whose specialist was chosen in the period, compared with the adequate others as they stood then",
        "The patient's cost of the chosen one and of the median adequate one are known; the amount is the difference",
        "§4 internal indicators, choices kept with each referral",
        amount="median adequate cost less the chosen; below zero when dearer",
    ),
)
DEFINITIONS = {each.key: each for each in CATALOGUE}
