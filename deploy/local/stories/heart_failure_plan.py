"""§7a, the day of the discharge: the stay, the programme windows, every need with its clocks."""

from deploy.local.stories.engine import Row
from deploy.local.stories.transition import Transition
from deploy.local.stories.words import agreed, at
from shared.vocabulary import NeedKind

DISCHARGE = at("09-04 15:20")
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
        "labs": [
            {"loinc": loinc, "value": value, "unit": unit, "observed_at": at("09-04 06:30").isoformat()}
            for loinc, value, unit in (
                ("2823-3", "4.4", "mmol/L"),
                ("2160-0", "1.8", "mg/dL"),
                ("2951-2", "133", "mmol/L"),
                ("718-7", "11.2", "g/dL"),
            )
        ],
        "admission_type": "emergency",
        "ed_visits_6_months": 1,
        "admissions_12_months": 1,
        "oncology_service": False,
        "procedures": [],
        "medicines": [{"name": "furosemide", "dose": "40 mg twice daily", "drug_class": "loop-diuretic"}],
    },
    "enroll": {
        "protocol": "heart-failure",
        "reason": "Discharged with heart failure",
        "consents": [agreed(at("09-04 15:00"))],
    },
}


def stay(way: Transition) -> tuple[Row, ...]:
    """Admission, discharge, programme windows, enrollment through the outbox."""
    return (
        Row(at("08-30 11:40"), "admitted through the ED", "stay in-progress", way.admitted),
        Row(
            DISCHARGE,
            "discharged home, I13.0, I50.23, N18.32, E11.22",
            "finished; pathways heart-failure, transition",
            way.discharged(**FACTS),
        ),
        Row(DISCHARGE, "LACE, HOSPITAL", "13 high, 5 intermediate; tier high", way.risk("lace-2010", "hospital-2016")),
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


_N = NeedKind
_NEEDS = (
    ("contact, programme clock", _N.CONTACT, "programme by Wed 2026-09-09 end of day"),
    ("discharge summary received", _N.DISCHARGE_SUMMARY, "programme by Sun 2026-09-06 end of day"),
    ("pending results chase", _N.PENDING_RESULTS, "clinical by Wed 2026-09-09 end of day"),
    (
        "telemonitoring set-up, first reading",
        _N.TELEMONITORING,
        "set-up by Sun 2026-09-06 15:20, first-reading by Mon 2026-09-07 15:20",
    ),
    (
        "pharmacist med-reconciliation",
        _N.MED_RECONCILIATION,
        "target by Mon 2026-09-07 15:20, hard-stop by Fri 2026-09-11 end of day, outer by Sun 2026-10-04 end of day",
    ),
    (
        "HF visit, fallback",
        _N.VISIT,
        "visit by Fri 2026-09-11 end of day, fallback by Fri 2026-09-18 end of day",
    ),
    (
        "cardiology referral requested, seen",
        _N.CARDIOLOGY,
        "request by Fri 2026-09-04 end of day, seen by Fri 2026-09-18 end of day",
    ),
    (
        "K/creatinine",
        _N.LABS_K_CREATININE,
        "clinical from Fri 2026-09-11 00:00 by Fri 2026-09-18 end of day",
    ),
    ("nutrition/sodium education", _N.NUTRITION_EDUCATION, "clinical by Fri 2026-09-18 end of day"),
    ("social-needs screen", _N.SOCIAL_NEEDS, "clinical by Fri 2026-09-11 end of day"),
    ("caregiver", _N.CAREGIVER, "clinical by Fri 2026-09-11 end of day"),
    ("advance-care plan", _N.ADVANCE_CARE_PLAN, "clinical by Sun 2026-10-04 end of day"),
    ("vaccines", _N.VACCINES, "clinical by Sun 2026-10-04 end of day"),
    (
        "readmission watch",
        _N.READMISSION_WATCH,
        "programme from Sat 2026-09-05 00:00 by Sun 2026-10-04 end of day",
    ),
)


def needs(way: Transition) -> tuple[Row, ...]:
    """The needs created at 15:20, each with the clocks its line names."""
    when = at("09-04 15:25")
    return (
        Row(
            when,
            "contact, clinical clock 48-72 h",
            "clinical from Sun 2026-09-06 15:20 by Mon 2026-09-07 15:20, on call: Labor Day",
            way.due(_N.CONTACT, "clinical", on_call=True),
        ),
        *(
            Row(when, event, expected, way.due(kind, *(part.split()[0] for part in expected.split(", "))))
            for event, kind, expected in _NEEDS
        ),
        Row(
            when,
            "cardiac rehab referral, LVEF 30 %",
            "by Fri 2026-09-11 end of day, earliest start Fri 2026-10-16",
            way.due_and_start(_N.CARDIAC_REHAB),
        ),
    )
