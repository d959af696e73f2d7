"""Loops beside §7: a visit missed twice, and a specialist outside the network who answers by letter (§5.1)."""

from deploy.local.stories.aftermath import Aftermath
from deploy.local.stories.clinic import Clinic, subject
from deploy.local.stories.discharge import Discharge, home
from deploy.local.stories.engine import Row
from deploy.local.stories.letter import Lettered
from deploy.local.stories.referral import Referral
from deploy.local.stories.words import at
from shared.vocabulary import NeedKind as N
from shared.vocabulary import ReferralAct as Act
from shared.vocabulary import Role, Specialty

_RECEIVER, _SENDER = Role.SPECIALIST, Role.COORDINATOR
_SENDER_NAME = subject(_SENDER)
_BY_LINK = "accept reply-link, schedule reply-link, attend reply-link, report reply-link"


def missed_twice(clinic: Clinic) -> Discharge:
    """After two missed visits nobody books a third before the sender has decided."""
    return Discharge(clinic, "MIS-EX", "A visit missed twice: the sender decides, and the loop closes", _missed_twice)


def out_of_network(clinic: Clinic) -> Discharge:
    """The receiver has no account: a letter, a link for each step, the same clocks."""
    return Discharge(clinic, "OON-EX", "A specialist outside the network answers by letter", _out_of_network)


def _sent_home(way: Aftermath) -> Row:
    return home(way, "home, I50.23", "heart-failure, transition", "I50.23", lvef_percent="30", nyha="II")


def _missed_twice(way: Aftermath) -> tuple[Row, ...]:
    card = Referral(way.patient, N.CARDIOLOGY, Specialty.CARDIOLOGY, [("09-11 13:30", "09-11 14:00")])
    return (
        _sent_home(way),
        Row(
            at("09-04 15:40"),
            "cardiology referral sent, routine",
            "sent, acknowledge by Wed 2026-09-09 end of day",
            card.sent("HFrEF 30 %, titrate therapy?", "routine"),
        ),
        Row(
            at("09-04 16:00"),
            "accepted: 5 business days to book",
            "accepted, schedule by Mon 2026-09-14 end of day",
            card.act(Act.ACCEPT, by=_RECEIVER),
        ),
        Row(
            at("09-08 10:00"),
            "booked on the held slot",
            "scheduled for Fri 2026-09-11 13:30, remind Tue 2026-09-08 13:30, Thu 2026-09-10 13:30",
            card.booked(by=_RECEIVER),
        ),
        *_first_missed(card),
        *_second_missed(card),
        *_decided(card),
        Row(
            at("09-25 10:00"),
            "the report",
            "reported, review by Tue 2026-09-29 end of day",
            card.act(Act.REPORT, by=_RECEIVER, summary="Sacubitril/valsartan begun"),
        ),
        *_read_and_told(card, "09-28", "reported, review by Tue 2026-09-29 end of day"),
    )


def _first_missed(card: Referral) -> tuple[Row, ...]:
    return (
        Row(
            at("09-11 14:30"),
            "he does not come: outreach within 1 business day",
            "no-show, no-show by Mon 2026-09-14 end of day",
            card.act(Act.NO_SHOW, by=_RECEIVER),
        ),
        Row(
            at("09-15 00:01"),
            "nobody reached him on Monday",
            "no-show, no-show by Mon 2026-09-14 end of day; on the worklist: no-show-overdue",
            card.stands,
        ),
        Row(
            at("09-15 09:00"),
            "after one missed visit either side books again",
            "scheduled for Thu 2026-09-17 09:00, remind Mon 2026-09-14 09:00, Wed 2026-09-16 09:00",
            card.booked(by=_RECEIVER, start="09-17 09:00", end="09-17 09:30"),
        ),
    )


def _second_missed(card: Referral) -> tuple[Row, ...]:
    decision = "no-show, no-show-decision by Fri 2026-09-18 end of day"
    return (
        Row(
            at("09-17 10:00"),
            "missed again: now the sender decides",
            decision,
            card.act(Act.NO_SHOW, by=_RECEIVER),
        ),
        Row(
            at("09-17 10:05"),
            "the specialist cannot book a third visit",
            "refused 409 referral.sender-decides, listed as not allowed",
            card.why_not(Act.SCHEDULE, by=_RECEIVER),
        ),
        Row(
            at("09-17 10:06"),
            "nor does the specialist decide to go on",
            "refused 403 not-allowed, listed as not allowed",
            card.why_not(Act.CONTINUE, by=_RECEIVER),
        ),
        Row(
            at("09-19 00:01"),
            "nothing decided by Friday: the loop stalls once",
            f"{decision}; on the worklist: no-show-decision-overdue",
            card.stands,
        ),
    )


def _decided(card: Referral) -> tuple[Row, ...]:
    return (
        Row(
            at("09-21 09:00"),
            "the coordinator has reached him and decides to go on",
            "rebooking, schedule by Mon 2026-09-28 end of day",
            card.act(Act.CONTINUE, by=_SENDER, note="His daughter drives him"),
        ),
        Row(
            at("09-21 09:10"),
            "a third visit",
            "scheduled for Thu 2026-09-24 11:00, remind Mon 2026-09-21 11:00, Wed 2026-09-23 11:00",
            card.booked(by=_RECEIVER, start="09-24 11:00", end="09-24 11:30"),
        ),
        Row(
            at("09-24 11:45"),
            "he comes: routine, 7 days to report",
            "seen, report by Thu 2026-10-01 end of day",
            card.act(Act.ATTEND, by=_RECEIVER),
        ),
    )


def _read_and_told(card: Referral, day: str, stage: str) -> tuple[Row, ...]:
    return (
        Row(at(f"{day} 09:00"), "physician reviews", stage, card.act(Act.REVIEW, by=Role.PRESCRIBER)),
        Row(at(f"{day} 09:30"), "patient informed", stage, card.act(Act.INFORM, by=_SENDER, channel="phone")),
        Row(at(f"{day} 09:35"), "loop closed", "closed, ServiceRequest completed; need met", card.closed()),
    )


def _out_of_network(way: Aftermath) -> tuple[Row, ...]:
    card = Lettered(way.patient, N.CARDIOLOGY, Specialty.CARDIOLOGY, [])
    return (
        _sent_home(way),
        Row(
            at("09-04 15:40"),
            "cardiology referral sent, urgent",
            "sent, acknowledge by Wed 2026-09-09 end of day",
            card.sent("HFrEF 30 %, titrate therapy?", "urgent"),
        ),
        Row(
            at("09-04 15:41"),
            "what matching says of the network",
            "Is in no preferred network; preferred: Riverside Network",
            card.networked(),
        ),
        Row(
            at("09-04 15:45"),
            "a letter with a link for 14 days",
            "letter; link open until Fri 2026-09-18 15:45",
            card.written,
        ),
        *_accepted_and_booked(card),
        *_reported(card),
        *_read_and_told(card, "09-15", "reported, review by Wed 2026-09-16 end of day"),
    )


def _accepted_and_booked(card: Lettered) -> tuple[Row, ...]:
    return (
        Row(
            at("09-08 08:50"),
            "a wrong access code opens nothing",
            "403, nothing of the patient; sent, acknowledge by Wed 2026-09-09 end of day",
            card.opened("AAAA-AAAA"),
        ),
        Row(
            at("09-08 08:51"),
            "the code of the letter: that counts as received",
            "200, the question; received, triage by Thu 2026-09-10 end of day",
            card.opened(),
        ),
        Row(
            at("09-08 08:55"),
            "accepts by link: urgent, 1 business day to book",
            "accepted, schedule by Wed 2026-09-09 end of day",
            card.answered(Act.ACCEPT, note="Glad to"),
        ),
        Row(at("09-08 08:56"), "the link was good once", "410, already used", card.used),
        Row(
            at("09-08 08:58"),
            "proposes the visit by the next link",
            "scheduled for Fri 2026-09-11 13:30, remind Tue 2026-09-08 13:30, Thu 2026-09-10 13:30",
            card.proposed("09-11 13:30", "30"),
        ),
    )


def _reported(card: Lettered) -> tuple[Row, ...]:
    return (
        Row(
            at("09-14 10:00"),
            "the report by the last link: the visit was on Friday",
            "reported, review by Wed 2026-09-16 end of day",
            card.answered(Act.REPORT, seen="2026-09-11", summary="Titrate at three weeks", recommendations="Potassium"),
        ),
        Row(
            at("09-14 10:01"),
            "every answer says that it came by link",
            f"send {_SENDER_NAME}, receive reply-link, {_BY_LINK}",
            card.told_by,
        ),
    )
