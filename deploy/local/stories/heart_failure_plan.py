"""§7a, the day of the discharge: the stay, the programme windows, every need with its clocks."""

from deploy.local.stories.engine import Row, later
from deploy.local.stories.transition import Transition
from deploy.local.stories.words import at
from shared.vocabulary import NeedKind

DISCHARGE = at("09-04 15:20")
_DAYS = ("Fri 2026-09-11", "Fri 2026-09-18", "Sun 2026-10-04")
FACTS = {
    "complexity": "high",
    "diagnoses": [
        {"system": "icd-10-cm", "code": "I13.0", "role": "principal"},
        {"system": "icd-10-cm", "code": "I50.23"},
        {"system": "icd-10-cm", "code": "N18.32"},
        {"system": "icd-10-cm", "code": "E11.22"},
    ],
    "facts": {
        "lvef_percent": "30",
        "nyha": "II",
        "weight": {"value": "81.0", "unit": "kg"},
        "medicines": [{"name": "furosemide", "dose": "40 mg twice daily", "drug_class": "loop-diuretic"}],
    },
    "enroll": {"protocol": "heart-failure", "reason": "Discharged with heart failure"},
}


def stay(way: Transition) -> tuple[Row, ...]:
    """Admission, discharge, programme windows, enrollment through the outbox."""
    return (
        Row(at("08-30 11:40"), "admitted through the ED", "stay in-progress", way.admitted),
        later(DISCHARGE, "LACE, HOSPITAL", "13 high, 5 intermediate; tier high", waits_for="risk scores"),
        Row(
            DISCHARGE,
            "discharged home, I13.0, I50.23, N18.32, E11.22",
            "finished; pathways heart-failure, transition",
            way.discharged(**FACTS),
        ),
        Row(
            DISCHARGE,
            "programme windows",
            "tcm-period 09-04..10-03, readmission-watch 09-05..10-04",
            way.windows("tcm-period", "readmission-watch"),
        ),
        Row(
            DISCHARGE,
            "TRC windows",
            "trc-admission-notice 08-30..09-01, trc-discharge-information 09-04..09-06, "
            "trc-engagement 09-05..10-04, trc-med-reconciliation 09-04..10-04",
            way.windows(
                "trc-admission-notice", "trc-discharge-information", "trc-engagement", "trc-med-reconciliation"
            ),
        ),
        Row(
            at("09-04 15:21"),
            "EnrollmentRequested goes out and is answered",
            "heart-failure active, tier high, dry_weight 81.0 kg; need in-progress",
            way.followed,
        ),
    )


def needs(way: Transition) -> tuple[Row, ...]:
    """The needs created at 15:20."""
    n = NeedKind

    def need(event: str, expected: str, kind: NeedKind, *keys: str, on_call: bool = False) -> Row:
        return Row(at("09-04 15:25"), event, expected, way.due(kind, *keys, on_call=on_call))

    return (
        need("contact, programme clock", "programme by Wed 2026-09-09 end of day", n.CONTACT, "programme"),
        need(
            "contact, clinical clock 48-72 h",
            "clinical from Sun 2026-09-06 15:20 by Mon 2026-09-07 15:20, on call: Labor Day",
            n.CONTACT,
            "clinical",
            on_call=True,
        ),
        need(
            "discharge summary received",
            "programme by Sun 2026-09-06 end of day",
            n.DISCHARGE_SUMMARY,
            "programme",
        ),
        need("pending results chase", "clinical by Wed 2026-09-09 end of day", n.PENDING_RESULTS, "clinical"),
        need(
            "telemonitoring set-up, first reading",
            "set-up by Sun 2026-09-06 15:20, first-reading by Mon 2026-09-07 15:20",
            n.TELEMONITORING,
            "set-up",
            "first-reading",
        ),
        need(
            "pharmacist med-reconciliation",
            "target by Mon 2026-09-07 15:20, hard-stop by Fri 2026-09-11 end of day, "
            "outer by Sun 2026-10-04 end of day",
            n.MED_RECONCILIATION,
            "target",
            "hard-stop",
            "outer",
        ),
        need(
            "HF visit, fallback",
            "visit by Fri 2026-09-11 end of day, fallback by Fri 2026-09-18 end of day",
            n.VISIT,
            "visit",
            "fallback",
        ),
        need(
            "cardiology referral requested, seen",
            "request by Fri 2026-09-04 end of day, seen by Fri 2026-09-18 end of day",
            n.CARDIOLOGY,
            "request",
            "seen",
        ),
        *_needs_of_weeks(way),
    )


def _needs_of_weeks(way: Transition) -> tuple[Row, ...]:
    n, when = NeedKind, at("09-04 15:25")
    week, fortnight, month = (f"clinical by {day} end of day" for day in _DAYS)
    return (
        Row(
            when,
            "K/creatinine",
            f"clinical from {_DAYS[0]} 00:00 by {_DAYS[1]} end of day",
            way.due(n.LABS_K_CREATININE, "clinical"),
        ),
        Row(when, "nutrition/sodium education", fortnight, way.due(n.NUTRITION_EDUCATION, "clinical")),
        Row(
            when,
            "cardiac rehab referral, LVEF 30 %",
            f"by {_DAYS[0]} end of day, earliest start Fri 2026-10-16",
            way.due_and_start(n.CARDIAC_REHAB),
        ),
        Row(when, "social-needs screen", week, way.due(n.SOCIAL_NEEDS, "clinical")),
        Row(when, "caregiver", week, way.due(n.CAREGIVER, "clinical")),
        Row(when, "advance-care plan", month, way.due(n.ADVANCE_CARE_PLAN, "clinical")),
        Row(when, "vaccines", month, way.due(n.VACCINES, "clinical")),
        Row(
            when,
            "readmission watch",
            "programme from Sat 2026-09-05 00:00 by Sun 2026-10-04 end of day",
            way.due(n.READMISSION_WATCH, "programme"),
        ),
    )
