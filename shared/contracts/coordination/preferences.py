"""What patients ask of whoever sees them, and which networks an organization prefers."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared.contracts.base import In, Text, Versioned
from shared.contracts.coordination.specialists import Language, Latitude, Longitude
from shared.vocabulary import Modality, Sex

MaxKm = Annotated[Decimal, Field(gt=0, le=20_000, max_digits=7, decimal_places=1)]


class CarePreferences(In):
    """A patient's wishes. What is left out is not asked for. ``avoid`` excludes; ``prefer`` comes first.

    ``clinician_gender`` excludes others only when ``gender_required``. ``languages`` are those the patient speaks
    beside the one on their record. The place is where distances are measured from.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"clinician_gender": "female", "modalities": ["in-person"], "max_km": "30.0"}],
        }
    )

    clinician_gender: Sex | None = None
    gender_required: bool = False
    languages: list[Language] = Field(default_factory=list, max_length=20)
    modalities: list[Modality] = Field(default_factory=list, max_length=3, description="Ways that suit; all when none.")
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    max_km: MaxKm | None = None
    prefer: list[UUID] = Field(default_factory=list, max_length=50)
    avoid: list[UUID] = Field(default_factory=list, max_length=50)

    @model_validator(mode="after")
    def _fits_together(self) -> "CarePreferences":
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("give both latitude and longitude, or neither")
        if set(self.prefer) & set(self.avoid):
            raise ValueError("nobody can be preferred and avoided at once")
        return self


class CarePreferencesRead(CarePreferences, Versioned):
    """A patient's wishes, with the patient's id; version 0 means that nobody has said any."""


class PreferredNetwork(In):
    """A network that comes first, or with ``only`` is the only one, for one payer's patients or for all."""

    network: Text
    payer: Text | None = None
    only: bool = False


class PreferredNetworks(In):
    """The networks an organization prefers."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"networks": [{"network": "Example Preferred", "payer": "Example Health"}]}]}
    )

    networks: list[PreferredNetwork] = Field(max_length=100)


class PreferredNetworksRead(Versioned):
    """The preferred networks, with the organization's id; version 0 is none, as nobody has named any."""

    networks: list[PreferredNetwork]
