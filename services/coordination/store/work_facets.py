"""What work is filtered by beside its own words: facts of its need, its patient and the stay behind it.

They are kept with the work, so that a filtered page needs no join. Whoever reads them here has mostly read the rows
already in the same transaction, and then no statement is sent.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from services.coordination.domain.need_kinds import KINDS
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from shared.db.base import Session
from shared.vocabulary import NeedKind, Role, SourceKind


@dataclass(frozen=True, slots=True)
class Facets:
    """``role``: whose pool the work is in; ``pathways``: those that asked for it; ``payer``: the first coverage's."""

    kind: str | None = None
    role: str | None = None
    pathways: tuple[str, ...] = ()
    payer: str | None = None
    language: str | None = None
    interpreter_needed: bool = False
    facility: str | None = None

    def columns(self) -> dict[str, Any]:
        """As a row of obligations keeps them."""
        # One text for the set: only equality on plain columns reaches an index behind row-level security.
        return {**asdict(self), "pathways": " ".join(sorted(self.pathways))}


UNKNOWN = Facets()


async def of_patient(tx: Session, patient_id: UUID) -> Facets:
    """What the patient adds; nothing where no such record exists."""
    row = await tx.get(PatientRow, patient_id)
    if row is None:
        return UNKNOWN
    payer = row.coverage[0]["payer"] if row.coverage else None
    return Facets(payer=payer, language=row.language, interpreter_needed=row.interpreter_needed)


async def of_need(tx: Session, need: NeedRow) -> Facets:
    """Everything the work on a need is filtered by."""
    standing = [reason for reason in need.reasons if reason["withdrawn_at"] is None]
    return replace(
        await of_patient(tx, need.patient_id),
        kind=need.kind,
        role=KINDS[NeedKind(need.kind)].responsible.value,
        pathways=tuple(sorted({reason["pathway"] for reason in standing if reason["pathway"]})),
        facility=await _facility(tx, standing),
    )


async def of_referral(tx: Session, need_id: UUID) -> Facets:
    """Everything a stage of a referral is filtered by; coordinators keep the loop."""
    need = await tx.get(NeedRow, need_id)
    return UNKNOWN if need is None else replace(await of_need(tx, need), role=Role.COORDINATOR.value)


async def _facility(tx: Session, reasons: list[dict[str, Any]]) -> str | None:
    for reason in reasons:
        if reason["source_kind"] == SourceKind.STAY and reason["source_id"]:
            stay = await tx.get(StayRow, UUID(reason["source_id"]))
            return None if stay is None else stay.facility
    return None
