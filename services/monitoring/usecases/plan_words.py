"""Plans as they are kept and in the words of the contract."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.monitoring.domain import medicines
from services.monitoring.domain.medicines import Medicine
from services.monitoring.store.plans import PlanRow, PlanVersionRow
from shared.contracts.monitoring.medicines import MedicineRead, Prescribed
from shared.contracts.monitoring.plans import PlanLineRead, PlanRead
from shared.kit.ids import new_id
from shared.vocabulary import DoseForm, MedicineClass, MedicineStatus, PlanEndReason, Route

_INSTANTS = ("prescribed_at", "changed_at", "returns_at")
_DOSES = ("dose", "times_per_day", "prescribed_dose", "returns_to")


def medicine_of(kept: Mapping[str, Any]) -> Medicine:
    """A line of the list as rules see it."""
    instants = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in _INSTANTS}
    doses = {name: Decimal(kept[name]) if kept[name] is not None else None for name in _DOSES}
    words = {
        "id": UUID(kept["id"]),
        "drug_class": MedicineClass(kept["drug_class"]),
        "form": DoseForm(kept["form"]),
        "route": Route(kept["route"]),
        "status": MedicineStatus(kept["status"]),
    }
    return Medicine(**{**kept, **instants, **doses, **words})


def kept(medicine: Medicine) -> dict[str, Any]:
    """A line of the list as it is kept in a version."""
    instants = {name: at.isoformat() if (at := getattr(medicine, name)) else None for name in _INSTANTS}
    doses = {name: str(dose) if (dose := getattr(medicine, name)) is not None else None for name in _DOSES}
    return {**asdict(medicine), "id": str(medicine.id), **instants, **doses}


def begun(body: Prescribed, *, prescriber: str, at: datetime) -> Medicine:
    """A new line of the list, as a prescriber ordered it."""
    drug = medicines.drug(body.rxnorm, body.name, body.drug_class, body.controlled)
    return Medicine(
        id=new_id(),
        rxnorm=drug.rxnorm,
        name=drug.name,
        drug_class=drug.drug_class,
        controlled=drug.controlled,
        form=body.form,
        route=body.route,
        concentration=body.concentration,
        dose=body.dose,
        unit=body.unit,
        times_per_day=body.times_per_day,
        status=MedicineStatus.ACTIVE,
        prescriber=prescriber,
        prescribed_dose=body.dose,
        prescribed_at=at,
        changed_at=at,
    )


def read(plan: PlanRow, version: PlanVersionRow) -> PlanRead:
    """The plan as one of its versions says."""
    content = version.content
    return PlanRead(
        id=plan.id,
        version=plan.version,
        patient_id=plan.patient_id,
        began_at=plan.created_at,
        ended_at=plan.ended_at,
        ended_by=plan.ended_by,
        end_reason=PlanEndReason(plan.end_reason) if plan.end_reason is not None else None,
        replaces_id=plan.replaces_id,
        replaced_by_id=plan.replaced_by_id,
        number=version.number,
        effective_at=version.effective_at,
        made_by=version.made_by,
        reason=version.reason,
        plan_change_id=version.plan_change_id,
        goals=_lines(content["goals"]),
        medicines=[_medicine(medicine_of(each)) for each in content["medicines"]],
        orders=_lines(content["orders"]),
        education=_lines(content["education"]),
    )


def _lines(kept_lines: Iterable[Mapping[str, Any]]) -> list[PlanLineRead]:
    return [PlanLineRead(**each) for each in kept_lines]


def _medicine(medicine: Medicine) -> MedicineRead:
    return MedicineRead(**asdict(medicine), daily=medicine.daily)
