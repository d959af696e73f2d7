"""What asked for a need is over."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Instant, Message, Out
from shared.contracts.coordination.examples import example
from shared.contracts.coordination.needs import PatientNamed
from shared.vocabulary import Disposition, NeedKind


class EndNeedSource(PatientNamed):
    """The monitoring alert that asked for needs is over, and how it ended.

    Corrected away, false or not expected, nothing it asked for has a reason left; dealt with, nobody has to follow it
    up any more, while a visit or a test that it asked for stays.
    """

    model_config = example(
        {
            "patient_identifiers": [{"system": "https://example.org/mrn", "value": "EX-10482"}],
            "alert_id": "018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a10",
            "disposition": "source-corrected",
            "ended_at": "2026-09-05T07:05:00-04:00",
        }
    )

    alert_id: UUID
    disposition: Disposition
    ended_at: Instant


class NeedSourceEnded(EndNeedSource, Message):
    """Monitoring says that an alert which asked for something is over."""

    kind: ClassVar[str] = "NeedSourceEnded"


class SourceKept(Out):
    """A need that outlives the alert, and why."""

    need_id: UUID
    kind: NeedKind
    because: str


class NeedSourceOutcome(Out):
    """Which needs were withdrawn with the alert, and which were kept."""

    withdrawn: list[UUID]
    kept: list[SourceKept]
