"""The patient's overview: what both services know, and what could not be learned."""

from datetime import datetime
from typing import Literal

from shared.contracts.base import Out
from shared.contracts.coordination.care_teams import CareTeamMemberRead
from shared.contracts.coordination.contacts import ContactRead
from shared.contracts.coordination.enrollments import FollowedRead
from shared.contracts.coordination.needs import NeedRead
from shared.contracts.coordination.patients import PatientRead
from shared.contracts.coordination.referrals import ReferralBrief
from shared.contracts.coordination.risk_scores import RiskScoreRead
from shared.contracts.coordination.stays import StayRead
from shared.contracts.monitoring.outlines import AlertBrief, CheckInBrief, EnrollmentBrief
from shared.contracts.monitoring.summaries import LatestRead


class MonitoringPart(Out):
    """What monitoring says. ``state``: ``known``; ``not-followed``: it has never heard of the patient; ``unknown``.

    When unknown, ``reason`` says why and ``since`` from when on it has not answered; what it would have said is null,
    and only ``last_heard``, what it told coordination before, is there. A null is never "none".
    """

    state: Literal["known", "not-followed", "unknown"]
    as_of: datetime
    reason: str | None
    since: datetime | None
    last_heard: list[FollowedRead]
    enrollments: list[EnrollmentBrief] | None
    alerts: list[AlertBrief] | None
    alerts_open: int | None
    latest: list[LatestRead] | None
    next_check_in: CheckInBrief | None


class Withheld(Out):
    """A part that the caller's role or scopes do not cover, and why."""

    part: str
    reason: str


class OverviewRead(Out):
    """One patient on one screen. Of each part the newest or most pressing; null where the caller may not see it.

    ``needs``: open ones, the earliest due first; ``referrals``: live ones; ``risk``: the newest score of each index for
    the newest stay that has any; ``more`` names parts of which there is more than is shown.
    """

    as_of: datetime
    patient: PatientRead
    needs: list[NeedRead] | None
    referrals: list[ReferralBrief] | None
    stays: list[StayRead] | None
    contacts: list[ContactRead] | None
    care_team: list[CareTeamMemberRead] | None
    risk: list[RiskScoreRead] | None
    monitoring: MonitoringPart | None
    more: list[str]
    withheld: list[Withheld]
