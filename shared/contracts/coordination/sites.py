"""Sites at which specialists see patients, and entries of the directory as others send them."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.base import In, Name, Text, Versioned
from shared.contracts.coordination.specialists import Latitude, Longitude, PutSpecialist
from shared.contracts.people import Identifier, TimeZone


class RegisterSite(In):
    """A site that several specialists may share."""

    identifiers: list[Identifier] = Field(default_factory=list, max_length=50)
    name: Name
    address: Text
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    time_zone: TimeZone
    telephone: Text | None = None
    active: bool = True

    @model_validator(mode="after")
    def _whole_place(self) -> "RegisterSite":
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("give both latitude and longitude, or neither")
        return self


class SharedSiteRead(Versioned):
    """A site with what others call it."""

    identifiers: list[Identifier]
    name: str
    address: str
    latitude: Decimal | None
    longitude: Decimal | None
    time_zone: str
    telephone: str | None
    active: bool
    updated_at: datetime


class RegisterEntry(In):
    """An entry of the directory with what others call it. ``of_person``: a practitioner's role, or a service.

    An NPI stands in ``entry`` alone. What a sender cannot say of an entry, its record from before and its account,
    stays as it is when the entry is replaced.
    """

    identifiers: list[Identifier] = Field(default_factory=list, max_length=50)
    of_person: bool
    practitioner_id: UUID | None = None
    care_site_id: UUID | None = None
    active: bool = True
    entry: PutSpecialist


class EntryRead(Versioned):
    """The same, as it stands."""

    identifiers: list[Identifier]
    of_person: bool
    practitioner_id: UUID | None
    care_site_id: UUID | None
    active: bool
    entry: PutSpecialist
    updated_at: datetime
