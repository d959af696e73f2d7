"""What is reported in diabetes (clinical §1.2, §1.12): level 3, sick days, ketoacidosis, feet, supplies."""

from services.monitoring.domain.thresholds import Reported
from shared.vocabulary import Metric, NeedKind, Severity, Symptom

_CHECK_IN = "Project default (clinical §1.12)"
_FOLLOW_UP = NeedKind.ALERT_FOLLOW_UP
_WITH = (Metric.SYMPTOMS, Metric.GLUCOSE_SMBG, Metric.GLUCOSE_FASTING, Metric.KETONE_BLOOD, Metric.KETONE_URINE)

REPORTED_RULES = (
    Reported(
        key="VOMITING",
        title="Vomiting for more than 4 h, or fluids do not stay",
        metrics=_WITH,
        symptoms=frozenset({Symptom.VOMITING_LONG, Symptom.CANNOT_KEEP_FLUIDS}),
        level=Severity.HIGH,
        source=_CHECK_IN,
        opens_need=_FOLLOW_UP,
        asks="Ketones now, whatever the glucose; sick-day plan; prescriber the same day.",
    ),
    Reported(
        key="DKA-SGLT2",
        title="Possible ketoacidosis on an SGLT2 inhibitor",
        metrics=_WITH,
        symptoms=frozenset(
            {
                Symptom.NAUSEA,
                Symptom.VOMITING,
                Symptom.VOMITING_LONG,
                Symptom.DYSPNOEA_AT_REST,
                Symptom.DYSPNOEA_ON_EXERTION,
                Symptom.MALAISE,
            }
        ),
        level=Severity.HIGH,
        only=frozenset({"sglt2i"}),
        source="ADA 2025: euglycaemic ketoacidosis (clinical §1.2, from memory); severity project default",
        opens_need=_FOLLOW_UP,
        asks="Ketones now, whatever the glucose; pause the SGLT2 inhibitor until the prescriber has spoken.",
    ),
    Reported(
        key="FOOT",
        title="New ulcer or colour change of a foot",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.FOOT_ULCER, Symptom.FOOT_COLOUR_CHANGE}),
        level=Severity.HIGH,
        source=_CHECK_IN,
        opens_need=NeedKind.PODIATRY,
        asks="Podiatry within 24–48 h; hot, spreading, fever: today.",
    ),
    Reported(
        key="FOOT-CUT",
        title="Cut on a foot",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.FOOT_CUT}),
        level=Severity.LOW,
        source=_CHECK_IN,
        asks="Look at it again in 2 days; any redness or discharge is an ulcer until seen.",
    ),
    Reported(
        key="STEROIDS",
        title="Steroid course",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.STEROID_COURSE}),
        level=Severity.LOW,
        source=_CHECK_IN,
        asks="More checks, after lunch and before supper; tell the prescriber the length of the course.",
    ),
    Reported(
        key="SICK-DAY",
        title="Sick day",
        metrics=_WITH,
        symptoms=frozenset({Symptom.SICK_DAY, Symptom.EATING_LESS}),
        level=Severity.LOW,
        source=_CHECK_IN,
        asks="Sick-day plan; ketones with type 1 or an SGLT2 inhibitor; check every 4 h.",
    ),
    Reported(
        key="UNAWARE",
        title="Low glucose unnoticed, or at night",
        metrics=_WITH,
        symptoms=frozenset({Symptom.UNAWARE_HYPOGLYCAEMIA, Symptom.NIGHT_HYPOGLYCAEMIA}),
        level=Severity.MODERATE,
        source=_CHECK_IN,
        asks="Set the circumstance hypoglycaemia-unaware if it repeats; sensor; glucagon at hand.",
    ),
    Reported(
        key="SUPPLIES",
        title="Insulin for less than 7 days",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.INSULIN_RUNNING_OUT}),
        level=Severity.LOW,
        source=_CHECK_IN,
        opens_need=NeedKind.SUPPLIES,
        need_from=Severity.LOW,
        asks="Refill today; cost or access behind it?",
    ),
)
