"""What people with kidney disease report, and what it asks for (clinical §1.7, §1.12)."""

from services.monitoring.domain.thresholds import Reported
from shared.vocabulary import Metric, NeedKind, Severity, Symptom

SYMPTOM_RULES = (
    Reported(
        key="SICK-DAY",
        title="Vomiting or diarrhoea on medicines to pause",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.VOMITING, Symptom.VOMITING_LONG, Symptom.DIARRHOEA, Symptom.CANNOT_KEEP_FLUIDS}),
        level=Severity.HIGH,
        only=frozenset({"raasi", "sglt2i", "diuretic"}),
        source="Sick-day call to the prescriber (clinical §1.7, §1.12); project default",
        opens_need=NeedKind.ALERT_FOLLOW_UP,
        asks="Ask the prescriber today which to pause: NSAIDs, metformin, SGLT2 inhibitor, RAASi, diuretic.",
    ),
    Reported(
        key="KIDNEY-SYMPTOMS",
        title="Symptoms of failing kidneys",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.URINE_CHANGE, Symptom.SWELLING, Symptom.ITCH, Symptom.NAUSEA, Symptom.CRAMPS}),
        level=Severity.LOW,
        source="Questions of the check-in (clinical §1.12); severity project default",
        asks="New or worse? Weight, pressure, last laboratory values.",
    ),
    Reported(
        key="KIDNEY-EXPOSURE",
        title="Contrast medium or salt substitute",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.CONTRAST, Symptom.SALT_SUBSTITUTE}),
        level=Severity.LOW,
        source="Questions of the check-in (clinical §1.12); severity project default",
        asks="Potassium and creatinine due? Salt substitutes are potassium.",
    ),
    Reported(
        key="ACCESS-SITE",
        title="Problem with the dialysis access",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.ACCESS_SITE_PROBLEM}),
        level=Severity.HIGH,
        source="Project default (clinical §1.12)",
        opens_need=NeedKind.ALERT_FOLLOW_UP,
        asks="Bleeding, no thrill, red or hot: dialysis unit today; bleeding that does not stop: 911.",
    ),
)
