"""Lines of the list of medicines."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field
from pydantic.config import JsonDict

from shared.contracts.base import Code, In, Instant, Name, Out
from shared.contracts.coordination.examples import example
from shared.vocabulary import DoseForm, MedicineClass, MedicineStatus, Route

Dose = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=4, allow_inf_nan=False)]

GLARGINE: JsonDict = {
    "rxnorm": "274783",
    "name": "insulin glargine",
    "form": "injection-pen",
    "route": "subcutaneous",
    "concentration": "U-100",
    "dose": 24,
    "unit": "[iU]",
    "times_per_day": 1,
}


class DrugNamed(In):
    """A drug by its RxNorm ingredient, form and route.

    ``drug_class`` and ``controlled`` count only for a drug whose class is not known here.
    """

    rxnorm: Code = Field(description="RxNorm code of the ingredient.")
    name: Name
    drug_class: MedicineClass | None = None
    controlled: bool = False
    form: DoseForm
    route: Route
    concentration: Code | None = Field(default=None, description="Where it matters, such as U-100.")


class Prescribed(DrugNamed):
    """A medicine with its single dose in a UCUM unit and how often a day it is taken."""

    model_config = example(GLARGINE)

    dose: Dose
    unit: Code
    times_per_day: Dose


class ListedMedicine(Prescribed):
    """A medicine that is ordered already, as a plan begins: who prescribed it, and when."""

    model_config = example({**GLARGINE, "prescriber": "Dr. Example", "prescribed_at": "2026-08-01T09:00:00-04:00"})

    prescriber: Name
    prescribed_at: Instant


class MedicineRead(Out):
    """A line of the list. ``daily`` is the dose of a day; a temporary dose goes back to ``returns_to`` by itself."""

    id: UUID
    rxnorm: str
    name: str
    drug_class: MedicineClass
    controlled: bool
    form: DoseForm
    route: Route
    concentration: str | None
    dose: Decimal
    unit: str
    times_per_day: Decimal
    daily: Decimal
    status: MedicineStatus
    prescriber: str
    prescribed_dose: Decimal
    prescribed_at: datetime
    changed_at: datetime
    returns_at: datetime | None
    returns_to: Decimal | None
