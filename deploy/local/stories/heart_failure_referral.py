"""§7a, the cardiology referral: urgent stages beside routine ones, and the loop that closes only when it is closed."""

from deploy.local.stories.engine import Row
from deploy.local.stories.referral import Referral
from deploy.local.stories.words import at
from shared.vocabulary import ReferralAct, Role

RECEIVER = Role.SPECIALIST


def sent(card: Referral, rehab: Referral) -> tuple[Row, ...]:
    """Sent, acknowledged and accepted on the day of the discharge."""
    return (
        Row(
            at("09-04 15:40"),
            "cardiology referral sent, urgent",
            "sent, acknowledge by Wed 2026-09-09 end of day",
            card.sent("HFrEF 30 %, titrate therapy?", "urgent"),
        ),
        Row(
            at("09-04 15:50"),
            "cardiology acknowledges",
            "received, triage by Wed 2026-09-09 end of day",
            card.act(ReferralAct.RECEIVE, by=RECEIVER),
        ),
        Row(
            at("09-04 16:00"),
            "cardiology accepts: urgent, 1 business day to book",
            "accepted, schedule by Tue 2026-09-08 end of day",
            card.act(ReferralAct.ACCEPT, by=RECEIVER),
        ),
        Row(
            at("09-04 16:05"),
            "cardiac rehab referral sent, routine",
            "sent, acknowledge by Wed 2026-09-09 end of day",
            rehab.sent("Exercise training from 10-16", "routine"),
        ),
        Row(
            at("09-04 16:10"),
            "cardiac rehab accepts: routine, 5 business days to book",
            "accepted, schedule by Mon 2026-09-14 end of day",
            rehab.act(ReferralAct.ACCEPT, by=RECEIVER),
        ),
    )


def booked(card: Referral) -> Row:
    """The visit is booked within the business day that an urgent referral has."""
    return Row(
        at("09-08 10:00"),
        "cardiology visit booked on the held slot",
        "scheduled for Fri 2026-09-11 13:30, remind Tue 2026-09-08 13:30, Thu 2026-09-10 13:30",
        card.booked(by=RECEIVER),
    )


def seen(card: Referral) -> tuple[Row, ...]:
    """The visit, and why that closes nothing."""
    return (
        Row(
            at("09-11 14:00"),
            "cardiology has seen the patient: urgent, 2 business days to report",
            "seen, report by Tue 2026-09-15 end of day",
            card.act(ReferralAct.ATTEND, by=RECEIVER),
        ),
        Row(
            at("09-11 14:05"),
            "an appointment alone never closes the loop",
            "refused 409 referral.act-not-possible, listed as not allowed",
            card.why_not(ReferralAct.CLOSE, by=Role.COORDINATOR),
        ),
    )


def closed(card: Referral) -> tuple[Row, ...]:
    """Report, review, patient informed, closed."""
    coordinator = Role.COORDINATOR
    reported = "reported, review by Wed 2026-09-16 end of day"
    return (
        Row(
            at("09-14 10:00"),
            "cardiology reports",
            reported,
            card.act(ReferralAct.REPORT, by=RECEIVER, summary="Titrate at three weeks"),
        ),
        Row(
            at("09-14 10:05"),
            "closing before review and patient informed",
            "refused 409 referral.loop-open, listed as not allowed",
            card.why_not(ReferralAct.CLOSE, by=coordinator),
        ),
        Row(at("09-15 09:00"), "physician reviews", reported, card.act(ReferralAct.REVIEW, by=Role.PRESCRIBER)),
        Row(
            at("09-15 09:30"),
            "patient informed",
            reported,
            card.act(ReferralAct.INFORM, by=coordinator, channel="phone"),
        ),
        Row(
            at("09-15 09:35"),
            "loop closed",
            "closed, ServiceRequest completed; need met",
            card.closed(),
        ),
    )
