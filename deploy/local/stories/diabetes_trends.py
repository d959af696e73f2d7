"""§7b: what raises no alert and counts in trends."""

from deploy.local.stories.engine import Row
from deploy.local.stories.patient import Patient
from deploy.local.stories.words import at


def titration_eligible(patient: Patient) -> Row:
    """Three fasting values above target, none below 80."""
    return Row(
        at("09-03 07:01"),
        "mean of three days above target, none below 80",
        "FASTING-MEAN info: mean of 3 values 161.7 mg/dL > 130 mg/dL. "
        "Titration eligible: a standing order or the prescriber decides.",
        patient.trend("FASTING-MEAN", days=7),
    )


def level_1(patient: Patient) -> Row:
    """A single value of the first level above range."""
    return Row(
        at("09-18 21:01"),
        "201 counts in trends",
        "H-L1 info: 201 mg/dL > 180 mg/dL.",
        patient.trend("H-L1", days=1),
    )
