"""What was measured, found and prescribed at a discharge."""

from decimal import Decimal

from pydantic import Field

from shared.contracts.base import Code, In, Instant, Name, Text
from shared.vocabulary import DrugClass


class Measured(In):
    """A value in the unit it was measured in (UCUM)."""

    value: Decimal = Field(max_digits=20, decimal_places=8, allow_inf_nan=False)
    unit: Code


class LabResult(In):
    """A laboratory result, LOINC-coded."""

    loinc: Code
    name: Name | None = None
    value: Decimal = Field(max_digits=20, decimal_places=8, allow_inf_nan=False)
    unit: Code
    observed_at: Instant


class Medicine(In):
    """A medicine at discharge; ``drug_class`` is what pathways look at."""

    name: Name
    dose: Text | None = None
    rxnorm: Code | None = None
    drug_class: DrugClass = DrugClass.OTHER
