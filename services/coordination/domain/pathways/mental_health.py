"""Follow-up after a mental-health admission (clinical §2.4, §4 FUH)."""

from services.coordination.domain.clocks import ClockRule
from services.coordination.domain.diagnoses import MENTAL_ILLNESS
from services.coordination.domain.pathways.base import Facts, Item, Pathway, Verdict
from services.coordination.domain.pathways.reasons import principal
from services.coordination.domain.pathways.transition import CLINICAL, PROGRAMME, TWO_BUSINESS_DAYS, by
from shared.vocabulary import NeedKind, PathwayKey

_YOUNGEST = 6
_treated = principal(MENTAL_ILLNESS, "mental illness or self-harm")


def applies(facts: Facts) -> Verdict:
    """From 6 years on, the principal diagnosis."""
    if facts.age < _YOUNGEST:
        return Verdict(False, f"age {facts.age}: the measure begins at {_YOUNGEST}")
    return _treated(facts)


MENTAL_HEALTH_PATHWAY = Pathway(
    key=PathwayKey.MENTAL_HEALTH,
    version="2026.1",
    title="Mental-health admission after discharge",
    applies=applies,
    sources=("HEDIS FUH, operational reading, not certified (clinical reference §4, S74)",),
    items=(
        Item(
            NeedKind.CONTACT,
            "Call: safety, medicines in hand, the appointment",
            (TWO_BUSINESS_DAYS,),
            "Clinical reference §2",
        ),
        Item(
            NeedKind.MENTAL_HEALTH_VISIT,
            "Visit within 7 days, within 30 at the latest; not on the discharge day",
            (ClockRule("visit", CLINICAL, "+7d", opens="+1d"), ClockRule("outer", PROGRAMME, "+30d", opens="+1d")),
            "FUH: 7 and 30 days, the discharge day left out (S74)",
        ),
        Item(NeedKind.DEPRESSION_SCREEN, "PHQ-2, then PHQ-9; item 9 at once", by("+30d"), "Clinical reference §1.12"),
    ),
)
