"""Conditions: the diagnoses and problems of a patient."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.contracts.base import Code, In, Text, Versioned
from shared.contracts.people import Identifier
from shared.vocabulary import CodeSystem, ConditionCategory, ConditionStatus, ConditionVerification

Partial = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d\d(-\d\d(T\S+)?)?)?$", max_length=40)]
"""A year, month, day or instant with offset, as far as it is known."""


class RecordCondition(In):
    """A condition as the EHR knows it. ``encounter_id`` is the stay or visit at which it was found."""

    patient_id: UUID
    identifiers: list[Identifier] = Field(default_factory=list, max_length=50)
    system: CodeSystem
    code: Code
    text: Text | None = None
    category: ConditionCategory = ConditionCategory.PROBLEM
    status: ConditionStatus | None = None
    verification: ConditionVerification = ConditionVerification.CONFIRMED
    encounter_id: UUID | None = None
    onset: Partial | None = None
    abatement: Partial | None = None
    recorded: Partial | None = None


class ConditionRead(Versioned):
    """A condition; ``status`` is null only for one entered in error."""

    patient_id: UUID
    identifiers: list[Identifier]
    system: CodeSystem
    code: str
    text: str | None
    category: ConditionCategory
    status: ConditionStatus | None
    verification: ConditionVerification
    encounter_id: UUID | None
    onset: str | None
    abatement: str | None
    recorded: str | None
    updated_at: datetime
