"""Self-management education in diabetes, at the four critical times (clinical §1.2 cadence)."""

from services.monitoring.domain.education import Education
from shared.vocabulary import Metric, NeedKind

DSMES = Education(
    key="OVERDUE-DSMES",
    title="Review of self-management education overdue",
    metrics=(Metric.DSMES_REVIEW,),
    months=12,
    # Complicating factors and transitions of life as far as they are circumstances here [default].
    critical=frozenset(
        {
            "insulin-treated",
            "hypoglycaemia-unaware",
            "recent-level-3",
            "dialysis",
            "esrd",
            "frail",
            "dementia",
            "institutionalised",
            "post-partum",
        }
    ),
    source=(
        "ADA, four critical times: at diagnosis, yearly, with complicating factors, at transitions of life and care "
        "(clinical §1.2 cadence, from memory; session within 30 days §2); which circumstances these are project default"
    ),
    asks="What is hard now: food, device, doses, lows, mood, cost? Refer to DSMES and nutrition therapy; record it.",
    opens_need=NeedKind.DSMES,
)
