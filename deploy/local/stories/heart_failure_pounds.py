"""§7a, the same weights on a scale in pounds: published pairs are rounded, so the unit received decides."""

from datetime import datetime

from deploy.local.stories.engine import Came, Row
from deploy.local.stories.heart_failure_plan import DISCHARGE
from deploy.local.stories.patient import NO_ALERT, Patient
from deploy.local.stories.words import at
from shared.vocabulary import Metric


def in_pounds(patient: Patient) -> tuple[Row, ...]:
    """Five mornings; the difference of 0.9 kg is 1.98 lb, which is below the pair's 2 lb."""

    def lb(value: str) -> Came:
        return patient.measured((Metric.BODY_WEIGHT, value, "[lb_av]"), arithmetic=True)

    async def enrolled(now: datetime) -> str:
        dry = {"metric": "dry_weight", "value": 178.57, "unit": "[lb_av]", "set_at": DISCHARGE.isoformat()}
        await patient.register(now)
        return await patient.enroll(now, "heart-failure", [dry])

    return (
        Row(at("09-04 16:30"), "the same patient on a scale in lb", "heart-failure active", enrolled),
        Row(at("09-05 07:05"), "178.80 lb", NO_ALERT, lb("178.80")),
        Row(at("09-06 07:10"), "178.57 lb", NO_ALERT, lb("178.57")),
        Row(at("09-07 07:00"), "179.46 lb", NO_ALERT, lb("179.46")),
        Row(
            at("09-08 07:02"),
            "181.88 lb (+2.42 lb)",
            "W24 moderate: 181.88 [lb_av] − 179.46 [lb_av] = 2.42 [lb_av] ≥ 2 [lb_av]",
            lb("181.88"),
        ),
        Row(
            at("09-09 07:01"),
            "183.86 lb (+1.98 lb, +5.29 lb): W24-A does not fire, W7 does",
            "W7 high: 183.86 [lb_av] − 178.57 [lb_av] = 5.29 [lb_av] ≥ 5 [lb_av]; "
            "WDRY moderate: 183.86 [lb_av] − 178.57 [lb_av] = 5.29 [lb_av] ≥ 4 [lb_av] (dry weight)",
            lb("183.86"),
        ),
    )
