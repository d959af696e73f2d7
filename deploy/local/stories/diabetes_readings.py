"""§7b, readings that are refused, sent twice, mistyped and corrected."""

from deploy.local.stories.engine import Row
from deploy.local.stories.meter import Meter
from deploy.local.stories.words import at


def bad_readings(meter: Meter) -> tuple[Row, ...]:
    """Each is answered for itself, and each answer is kept."""
    return (
        Row(
            at("09-22 07:00"),
            '"5.6 mg/dL"',
            "quarantined, issue open: 5.6 mg/dL as it came",
            meter.uploaded("5.6", "mg/dL"),
        ),
        Row(
            at("09-22 07:10"),
            "resent as 5.6 mmol/L",
            "stored, 100.9 mg/dL; no alert",
            meter.uploaded("5.6", "mmol/L"),
        ),
        Row(at("09-23 07:00"), "same device, time and value twice", "stored, duplicate; 1 kept", meter.twice),
        Row(at("09-24 07:00"), "typed 47", "HYPO high", meter.typed("47")),
        Row(
            at("09-24 07:12"),
            "corrected: 147",
            "147 mg/dL corrected, was 47 mg/dL entered-in-error; HYPO high, closed: source-corrected",
            meter.corrected("147"),
        ),
    )
