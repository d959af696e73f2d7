"""Conditions: the diagnoses and problems of a patient."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import conditions as domain
from services.coordination.domain import diagnoses
from services.coordination.domain.external_identifiers import Named
from services.coordination.store import conditions as store
from services.coordination.store.conditions import ConditionRow
from services.coordination.usecases.naming import claim, new
from services.coordination.usecases.patients import to_write
from shared.contracts.base import Page
from shared.contracts.coordination.conditions import ConditionRead, RecordCondition
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.paging import after_id
from shared.kit.searches import ConditionSearch
from shared.vocabulary import DiagnosisRole

_SAID = (
    "patient_id", "system", "code", "text", "category", "status", "verification", "encounter_id", "onset",
    "abatement", "recorded",
)  # fmt: skip


async def record(tx: Session, body: RecordCondition, *, now: datetime) -> ConditionRead:
    """Record a condition.

    Raises:
        NotFound: no such patient.
        AlreadyMerged: the record was merged into another.
        DiagnosisCodeUnknown: the code cannot be one of its terminology.
        StatusDoesNotFit, TimesDoNotFit.
        IdentifierTaken: another condition has one of the identifiers.
    """
    await to_write(tx, body.patient_id)
    diagnoses.check(diagnoses.Diagnosis(body.system, body.code, DiagnosisRole.SECONDARY))
    domain.check(body.status, body.verification, onset=body.onset, abatement=body.abatement)
    row = ConditionRow(**new(tx, body.identifiers, now=now), **{name: getattr(body, name) for name in _SAID})
    tx.add(row)
    await claim(tx, Named.CONDITION, row.id, row.identifiers)
    return _read(tx, row)


async def get(tx: Session, condition_id: UUID) -> ConditionRead:
    """One condition; raises NotFound."""
    return _read(tx, await store.get(tx, condition_id))


async def find(tx: Session, asked: ConditionSearch, *, limit: int, cursor: str | None) -> Page[ConditionRead]:
    """A page of the conditions that fit, by id; raises BadCursor."""
    rows = await store.page(tx, asked, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, lambda row: _read(tx, row))


def _read(tx: Session, row: ConditionRow) -> ConditionRead:
    audit.saw(tx, row.patient_id, row.id)
    return ConditionRead.model_validate(row)
