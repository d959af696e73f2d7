"""Discharges beside §7: a myocardial infarction, a stroke, an exacerbation of COPD; one cancelled, one a transfer."""

from deploy.local.stories import undone_discharges as undone
from deploy.local.stories.aftermath import Aftermath
from deploy.local.stories.clinic import Clinic
from deploy.local.stories.discharge import Discharge, due, home
from deploy.local.stories.engine import Row
from deploy.local.stories.words import at
from shared.vocabulary import EvidenceKind as E
from shared.vocabulary import NeedKind as N
from shared.vocabulary import Role


def infarction(clinic: Clinic) -> Discharge:
    """NSTEMI with a reduced ejection fraction: rehabilitation and dual antiplatelets before she leaves."""
    return Discharge(clinic, "AMI-EX", "Myocardial infarction: home with LVEF 38 %", _infarction)


def stroke(clinic: Clinic) -> Discharge:
    """Ischaemic stroke: the call at 2 calendar days falls on the weekend before Labor Day."""
    return Discharge(clinic, "STR-EX", "Stroke: home on dual antiplatelets", _stroke)


def exacerbation(clinic: Clinic) -> Discharge:
    """COPD exacerbation on oxygen: two attempts count for the programme, and the patient comes back."""
    return Discharge(clinic, "COPD-EX", "COPD exacerbation: home on oxygen, back after a week", _exacerbation)


def cancelled(clinic: Clinic) -> Discharge:
    """The discharge is cancelled: untouched work goes, the booked visit stays; discharged again it is joined."""
    return Discharge(clinic, "CAN-EX", "A cancelled discharge", undone.cancelled)


def transfer(clinic: Clinic) -> Discharge:
    """The discharge home was a transfer: seen first, then corrected."""
    return Discharge(clinic, "TRA-EX", "A discharge that was a transfer", undone.transfer)


def _infarction(way: Aftermath) -> tuple[Row, ...]:
    return (
        home(way, "home, I21.4, LVEF 38 %", "myocardial-infarction, transition", "I21.4", "I10", lvef_percent="38"),
        due(
            way,
            "rehabilitation referred before discharge, first session",
            N.CARDIAC_REHAB,
            "request by Fri 2026-09-04 end of day, session by Fri 2026-09-25 end of day",
            "request",
            "session",
        ),
        due(
            way, "dual antiplatelets in hand", N.MEDICINES_IN_HAND, "clinical by Fri 2026-09-04 end of day", "clinical"
        ),
        Row(
            at("09-04 15:25"),
            "LVEF again after 40 days",
            "by Tue 2026-11-03 end of day, earliest start Wed 2026-10-14",
            way.due_and_start(N.LVEF_REPEAT),
        ),
        due(
            way,
            "lipids 4 to 8 weeks later",
            N.LIPIDS,
            "clinical from Fri 2026-10-02 00:00 by Fri 2026-10-30 end of day",
            "clinical",
        ),
        *_seen(way),
    )


def _seen(way: Aftermath) -> tuple[Row, ...]:
    return (
        Row(
            at("09-08 10:00"),
            "call reached",
            "contact; need met: clinical met-late, programme met",
            way.contacted("reached"),
        ),
        Row(
            at("09-14 09:00"),
            "reconciled on the day of the visit",
            "met: hard-stop met, outer met, target met-late",
            way.met(N.MED_RECONCILIATION, E.RECONCILIATION, by=Role.PHARMACIST),
        ),
        Row(
            at("09-14 10:00"),
            "visit on day 10",
            "met: fallback met, visit met",
            way.met(N.VISIT, E.VISIT, by=Role.COORDINATOR),
        ),
        Row(
            at("09-14 10:05"),
            "TCM evidence: moderate MDM, day 10",
            "99495; contact met Tue 2026-09-08, reconciliation met Mon 2026-09-14, visit met Mon 2026-09-14",
            way.counted("contact", "reconciliation", "visit"),
        ),
    )


def _stroke(way: Aftermath) -> tuple[Row, ...]:
    return (
        home(way, "home, I63.9", "stroke, transition", "I63.9", "I10"),
        due(
            way,
            "call at 2 calendar days",
            N.CONTACT,
            "clinical by Sun 2026-09-06 end of day, on call: weekend",
            "clinical",
            on_call=True,
        ),
        due(way, "call, programme clock", N.CONTACT, "programme by Wed 2026-09-09 end of day", "programme"),
        due(way, "end date of dual therapy", N.COURSE_END, "clinical by Mon 2026-09-07 end of day", "clinical"),
        due(
            way,
            "physical, occupational, speech therapy",
            N.THERAPIES,
            "clinical by Fri 2026-09-11 end of day",
            "clinical",
        ),
        due(
            way,
            "cognition at 30 to 90 days",
            N.COGNITION_SCREEN,
            "clinical from Sun 2026-10-04 00:00 by Thu 2026-12-03 end of day",
            "clinical",
        ),
        Row(
            at("09-06 11:00"),
            "reached on Sunday",
            "contact; need met: clinical met, programme met",
            way.contacted("reached"),
        ),
        Row(
            at("09-19 00:01"),
            "no visit in 14 days",
            "failed; contact met Sun 2026-09-06, visit failed",
            way.counted("contact", "visit"),
        ),
        Row(
            at("09-19 00:02"),
            "both clocks of the visit are on record as late",
            "need late-programme, moderate; need late-clinical, moderate",
            way.breached(N.VISIT),
        ),
    )


def _exacerbation(way: Aftermath) -> tuple[Row, ...]:
    return (
        home(way, "home, J44.1, on oxygen", "copd, transition", "J44.1", home_oxygen=True),
        due(way, "early visit", N.VISIT, "visit by Fri 2026-09-11 end of day", "visit"),
        due(
            way,
            "oxygen again at 60 to 90 days",
            N.OXYGEN_REVIEW,
            "clinical from Tue 2026-11-03 00:00 by Thu 2026-12-03 end of day",
            "clinical",
        ),
        due(way, "rehabilitation begins", N.PULMONARY_REHAB, "session by Fri 2026-09-25 end of day", "session"),
        Row(
            at("09-08 09:00"),
            "call, no answer",
            "attempt; need identified: clinical breached, programme open",
            way.contacted("no-answer"),
        ),
        Row(
            at("09-09 16:00"),
            "second attempt, voicemail: it counts, and the need stays open",
            "attempt; need identified: clinical breached, programme met",
            way.contacted("voicemail"),
        ),
        Row(
            at("09-09 16:05"), "TCM contact by two attempts", "open; contact met Wed 2026-09-09", way.counted("contact")
        ),
        Row(at("09-12 03:00"), "admitted again, unplanned", "stay in-progress", way.again),
        Row(at("09-12 03:05"), "the watch ends", "not-met: programme open", way.standing(N.READMISSION_WATCH)),
        Row(
            at("09-12 03:06"),
            "the call somebody had begun waits",
            "identified: clinical paused, programme met",
            way.held(N.CONTACT),
        ),
        Row(at("09-12 03:07"), "the untouched visit is withdrawn", "withdrawn, readmitted", way.ended(N.VISIT)),
    )
