"""The evidence of care-management programmes for one patient and month: counts, and what is missing."""

from datetime import date
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Out
from shared.vocabulary import Programme


class CodeCount(Out):
    """How often the evidence reaches a code. ``what`` is in our own words; ``not_with`` exclude it in the month."""

    code: str
    what: str
    count: int
    whose: str
    not_with: list[str]
    source: str


class ProgrammeEvidence(Out):
    """A month's time of one programme: summed to the second, then whole minutes. ``entries`` is the list behind it.

    ``interactive`` are the entries with a conversation in real time.
    """

    programme: Programme
    seconds: int
    minutes: int
    staff_minutes: int
    personal_minutes: int
    entries: list[UUID]
    interactive: list[UUID]
    counts: list[CodeCount]


class DeviceWindowEvidence(Out):
    """A period of 30 days from first use on, on the patient's calendar, and its device days."""

    first_day: date
    last_day: date
    device_days: int
    days: list[date]
    respiratory_days: list[date] = Field(description="Those with a peak flow or spirometry, as respiratory RTM counts.")
    review_minutes: int = Field(description="RPM minutes of physicians and qualified professionals in the period.")
    counts: list[CodeCount]


class SetUpEvidence(Out):
    """The first use of a device: what the first period of 30 days holds, once an episode of care."""

    first_used_on: date
    device_days: int
    counts: list[CodeCount]


class ElementEvidence(Out):
    """An element of APCM, and whether the record shows it."""

    key: str
    what: str
    holds: bool
    detail: str
    source: str


class EvidenceRead(Out):
    """``zone`` is the practice's, by which the month begins. ``consent``: to a programme, in force during the month.

    ``set_up``: null unless the first period touches the month. ``apcm`` are facts; what only a chart shows is left out.
    """

    patient_id: UUID
    month: str
    zone: str
    thresholds_year: int
    notice: str
    programmes: list[ProgrammeEvidence]
    windows: list[DeviceWindowEvidence]
    set_up: SetUpEvidence | None
    apcm: list[ElementEvidence]
    consent: bool
    missing: list[str] = Field(description="In sentences, what keeps the month from counting, or from counting more.")
