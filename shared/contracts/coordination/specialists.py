"""The directory: who can meet needs, where, for whom, at what price, and how full they are."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from shared.contracts.base import Code, In, Instant, Name, Out, Text, Versioned
from shared.contracts.money import Currency
from shared.contracts.people import TimeZone
from shared.vocabulary import Modality, Sex, Specialty

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
"""A BCP 47 tag such as en or es-MX."""
Npi = Annotated[str, StringConstraints(pattern=r"^\d{10}$")]
Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Latitude = Annotated[Decimal, Field(ge=-90, le=90, max_digits=9, decimal_places=6)]
Longitude = Annotated[Decimal, Field(ge=-180, le=180, max_digits=9, decimal_places=6)]


class AcceptedCoverage(In):
    """A payer this specialist bills; no plans means all of them."""

    payer: Text
    plans: list[Text] = Field(default_factory=list, max_length=100)


class PricePerVisit(In):
    """With a payer: the patient's share under it (or one plan of it). Without: the list price."""

    service: Code = Field(default="visit", description="What is paid for, such as visit or a CPT code.")
    amount: Money
    currency: Currency = "USD"
    payer: Text | None = None
    plan: Text | None = None
    told_by: Name | None = Field(default=None, description="Where the amount comes from, such as a fee schedule.")
    as_of: date | None = Field(default=None, description="The day of which the amount is.")


class SitePut(In):
    """Where patients are seen. Keep the id when a site changes; leave it out for a new one."""

    id: UUID | None = None
    name: Name
    address: Text
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    time_zone: TimeZone

    @model_validator(mode="after")
    def _whole_place(self) -> "SitePut":
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("give both latitude and longitude, or neither")
        return self


class CapacityTold(In):
    """How many patients more can be taken, as told at an instant."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"free": 4, "as_of": "2026-09-04T12:00:00Z"}]})

    free: int = Field(ge=0, le=10_000)
    as_of: Instant


class LoopRecord(In):
    """Referrals sent and loops closed."""

    sent: int = Field(default=0, ge=0)
    closed: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _not_more_closed(self) -> "LoopRecord":
        if self.closed > self.sent:
            raise ValueError("cannot have closed more than were sent")
        return self


_EXAMPLE: JsonDict = {
    "name": "Dr. Ruth Example",
    "organization_name": "Riverside Heart Clinic",
    "specialty": "cardiology",
    "languages": ["en", "es"],
    "modalities": ["in-person", "video"],
    "min_age": 18,
    "coverages": [{"payer": "Medicare", "plans": []}],
    "prices": [{"service": "visit", "amount": "40.00", "currency": "USD", "payer": "Medicare"}],
    "sites": [
        {
            "name": "Main Street",
            "address": "1 Main Street, Springfield",
            "latitude": "40.712800",
            "longitude": "-74.006000",
            "time_zone": "America/New_York",
        }
    ],
    "capacity": {"free": 4, "as_of": "2026-09-04T12:00:00Z"},
}


class PutSpecialist(In):
    """A person or a service that can meet needs. ``user_subject`` is the token subject of its own account."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Name
    organization_name: Name
    specialty: Specialty
    npi: Npi | None = None
    telephone: Text | None = None
    gender: Sex | None = Field(default=None, description="Of a person; patients may ask for it.")
    languages: list[Language] = Field(min_length=1, max_length=50)
    interpreter: bool = False
    modalities: list[Modality] = Field(min_length=1, max_length=3)
    min_age: int | None = Field(default=None, ge=0, le=150, description="Whole years, included.")
    max_age: int | None = Field(default=None, ge=0, le=150, description="Whole years, included.")
    coverages: list[AcceptedCoverage] = Field(default_factory=list, max_length=200)
    prices: list[PricePerVisit] = Field(default_factory=list, max_length=200)
    sites: list[SitePut] = Field(default_factory=list, max_length=100)
    networks: list[Text] = Field(default_factory=list, max_length=50, description="Networks the entry belongs to.")
    capacity: CapacityTold | None = None
    record_before: LoopRecord = Field(
        default_factory=LoopRecord, description="Its record from before Careweave; ours is added to it."
    )
    user_subject: Text | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> "PutSpecialist":
        if self.min_age is not None and self.max_age is not None and self.min_age > self.max_age:
            raise ValueError("min_age is above max_age")
        if Modality.IN_PERSON in self.modalities and not self.sites:
            raise ValueError("a specialist who sees patients in person needs a site")
        return self


class SiteRead(Out):
    """A site with its id."""

    id: UUID
    name: str
    address: str
    latitude: Decimal | None
    longitude: Decimal | None
    time_zone: str


class CoverageRead(Out):
    """An accepted payer; no plans means all of them."""

    payer: str
    plans: list[str]


class PriceRead(Out):
    """A price as told."""

    service: str
    amount: Decimal
    currency: str
    payer: str | None
    plan: str | None
    told_by: str | None
    as_of: date | None


class SpecialistRead(Versioned):
    """A directory entry. ``loops_*`` counts its record from before and every referral sent since."""

    name: str
    organization_name: str
    specialty: Specialty
    nucc: str
    npi: str | None
    telephone: str | None
    gender: Sex | None
    languages: list[str]
    interpreter: bool
    modalities: list[Modality]
    min_age: int | None
    max_age: int | None
    coverages: list[CoverageRead]
    prices: list[PriceRead]
    sites: list[SiteRead]
    networks: list[str]
    capacity: int | None
    capacity_as_of: datetime | None
    next_slots: list[datetime]
    loops_sent: int
    loops_closed: int
    user_subject: str | None
    retired: bool
