"""§7b: the call of 18 September, in which distress is found."""

from deploy.local.stories.conversation import screened
from deploy.local.stories.engine import Row
from deploy.local.stories.patient import Patient
from deploy.local.stories.words import at


def distress(patient: Patient) -> tuple[Row, ...]:
    """The screen, and what the nurse does with its alert."""
    return (
        Row(
            at("09-18 10:00"),
            "call; DDS-2 answers 4 and 3",
            "3.5: dds-17; behavioural-health identified",
            screened(patient, "dds2", {"dds2.1": 4, "dds2.2": 3}),
        ),
        Row(
            at("09-18 10:10"),
            "RN closes: the need goes on in coordination",
            "DDS-2 moderate, resolved: resolved",
            patient.resolved("resolved", assessment="Distress", action="Behavioural health asked for"),
        ),
    )
