"""Stroke and transient ischaemic attack at discharge (clinical §2.4)."""

from services.coordination.domain.clocks import ClockRule
from services.coordination.domain.diagnoses import ATHEROSCLEROSIS, STROKE
from services.coordination.domain.pathways.base import Facts, Item, Pathway, Verdict
from services.coordination.domain.pathways.reasons import principal
from services.coordination.domain.pathways.transition import CLINICAL, PROGRAMME, by
from services.coordination.domain.specialty_words import BRAIN
from shared.vocabulary import NeedKind, PathwayKey

_COMPASS = "COMPASS model (clinical reference §2.4, S43); the trial's effect was neutral overall"
_MEMORY = "Clinical reference §2.4 (from memory)"


def atherosclerosis(facts: Facts) -> Verdict:
    """Atherosclerosis is among the diagnoses."""
    found = facts.any_of(ATHEROSCLEROSIS)
    because = f"{found.code} is atherosclerosis" if found else "no atherosclerosis among the diagnoses"
    return Verdict(found is not None, because)


STROKE_PATHWAY = Pathway(
    key=PathwayKey.STROKE,
    version="2026.1",
    title="Stroke or TIA after discharge",
    applies=principal(STROKE, "stroke or TIA"),
    sources=("COMPASS, NCT02588664: call at 2 days, clinic at 7 to 14 days", "AHA/ASA 2021 (from memory)"),
    items=(
        Item(
            NeedKind.CONTACT,
            "Call: new deficits, medicines, swallowing, falls, caregiver",
            (ClockRule("clinical", CLINICAL, "+2d"),),
            _COMPASS,
        ),
        Item(
            NeedKind.VISIT,
            "Clinic visit with an individual care plan",
            (ClockRule("visit", CLINICAL, "+14d", opens="+7d"),),
            _COMPASS,
            specialties=BRAIN,
        ),
        Item(
            NeedKind.MED_RECONCILIATION,
            "Antithrombotics reconciled: the end date of dual therapy (21 or 90 days) is written down",
            (ClockRule("target", CLINICAL, "+72h"), ClockRule("hard-stop", PROGRAMME, "+14d")),
            _MEMORY,
        ),
        Item(NeedKind.COURSE_END, "End date of dual antiplatelet therapy agreed: 21 or 90 days", by("+3d"), _MEMORY),
        Item(
            NeedKind.HOME_BLOOD_PRESSURE,
            "Blood pressure at home below 130/80",
            by("+14d"),
            "AHA/ASA 2021 (from memory)",
        ),
        Item(
            NeedKind.LIPIDS,
            "LDL below 70 mg/dL with atherosclerosis",
            by("+90d"),
            "AHA/ASA 2021 (from memory); date project default",
            only_if=atherosclerosis,
        ),
        Item(NeedKind.RHYTHM_MONITOR, "Results of the rhythm monitor obtained", by("+30d"), _MEMORY),
        Item(NeedKind.SWALLOW_AND_DIET, "Swallowing and diet", by("+7d"), _MEMORY),
        Item(NeedKind.FALLS, "Risk of falls", by("+7d"), _MEMORY),
        Item(NeedKind.THERAPIES, "Physical, occupational and speech therapy", by("+7d"), _MEMORY),
        Item(NeedKind.WORK_AND_DRIVING, "Driving", by("+14d"), _MEMORY),
        Item(
            NeedKind.DEPRESSION_SCREEN,
            "PHQ-2 at 30 to 90 days",
            (ClockRule("clinical", CLINICAL, "+90d", opens="+30d"),),
            _MEMORY,
        ),
        Item(
            NeedKind.COGNITION_SCREEN,
            "Cognition at 30 to 90 days",
            (ClockRule("clinical", CLINICAL, "+90d", opens="+30d"),),
            _MEMORY,
        ),
    ),
)
