"""Patients: registered once per organization."""

import re
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from shared.contracts.base import AllowedAct, Day, In, Instant, Name, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.contracts.people import Identifier, TimeZone
from shared.vocabulary import Sex, TelecomKind

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
"""A BCP 47 language tag such as en or es-US."""
# One @, something before it, and a domain of at least two labels: more than that only a message shows.
_EMAIL = re.compile(r"[^\s@]{1,64}@(?:[^\s@.]{1,63}\.)+[^\s@.]{2,63}", re.ASCII)
Npi = Annotated[str, StringConstraints(pattern=r"^\d{10}$")]

_EXAMPLE: JsonDict = {
    "identifiers": [{"system": "https://example.org/mrn", "value": "EX-30571"}],
    "family": "Sample",
    "given": "Rosa",
    "birth_date": "1968-05-14",
    "sex": "female",
    "language": "es-US",
    "interpreter_needed": True,
    "time_zone": "America/New_York",
    "telecom": [{"kind": "phone", "value": "+1 555 010 0142"}],
    "address": {"city": "Springfield", "region": "NY", "postal_code": "10001", "country": "US"},
    "coverage": [{"payer": "Example Health", "plan": "Silver"}],
    "primary_care": {"name": "Dr. A. Example", "npi": "1234567893"},
}


class Telecom(In):
    """One way to reach somebody."""

    kind: TelecomKind
    value: Text


def _reachable(point: Telecom) -> Telecom:
    if point.kind is TelecomKind.EMAIL and _EMAIL.fullmatch(point.value) is None:
        raise PydanticCustomError("email.invalid", "must be an e-mail address such as rosa@example.org")
    return point


class Address(In):
    """Where a patient lives; ``region`` is the state or province, and enough for most work."""

    line: Name | None = None
    city: Name | None = None
    region: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None


class Coverage(In):
    """Who pays."""

    payer: Text
    plan: Text | None = None
    member_id: Text | None = None


class PrimaryCare(In):
    """The primary-care practitioner."""

    name: Name
    npi: Npi | None = None


class RegisterPatient(In):
    """A person to register. Each identifier belongs to one patient of the organization."""

    model_config = example(_EXAMPLE)

    identifiers: list[Identifier] = Field(min_length=1, max_length=50)
    family: Name
    given: Name
    birth_date: Day
    sex: Sex
    language: Language = "en"
    interpreter_needed: bool = False
    time_zone: TimeZone
    telecom: list[Annotated[Telecom, AfterValidator(_reachable)]] = Field(default_factory=list, max_length=20)
    address: Address | None = None
    coverage: list[Coverage] = Field(default_factory=list, max_length=10)
    primary_care: PrimaryCare | None = None
    deceased_at: Instant | None = None


class ChangePatient(RegisterPatient):
    """The whole of what is known now: a member left out is no longer known."""


class PatientRead(Versioned):
    """A patient. ``merged_into`` names the record that took over; ``monitored``: monitoring was asked to follow."""

    identifiers: list[Identifier]
    family: str
    given: str
    birth_date: Day
    sex: Sex
    language: str
    interpreter_needed: bool
    time_zone: str
    telecom: list[Telecom]
    address: Address | None
    coverage: list[Coverage]
    primary_care: PrimaryCare | None
    deceased_at: datetime | None
    monitored: bool
    merged_into: UUID | None
    created_at: datetime
    updated_at: datetime
    acts: list[AllowedAct]


class MergePatient(In):
    """``into`` is the record that stays; the one in the address is linked to it and gives it its open work."""

    into: UUID = Field(examples=["018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a13"])
    reason: Text = Field(examples=["Registered twice at the emergency department"])


class MergeMove(Out):
    """What a merge does with one open need: ``moved``, or ``joined`` to the same need of the other record."""

    need_id: UUID
    kind: str
    how: str
    joined_to: UUID | None


class MergePreview(Out):
    """What a merge would do; nothing is stored. ``refused`` says why it cannot be done."""

    patient_id: UUID
    into: UUID
    refused: str | None
    differences: list[str]
    needs: list[MergeMove]
    stays: list[UUID]


class MergeRead(Out):
    """What a merge did."""

    patient: PatientRead
    into: PatientRead
    needs: list[MergeMove]
    stays: list[UUID]
