"""Readmission scores: computed from what is stored, kept with their inputs, shown side by side."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.coordination.domain.hospital import hospital
from services.coordination.domain.lace import lace
from services.coordination.domain.risk import Points, Score
from services.coordination.domain.risk_problems import NotDischarged, NotOfHospital
from services.coordination.domain.risk_tier import disagree, tier_of
from services.coordination.domain.stays import HOSPITAL
from services.coordination.store import calendars, patients, stays
from services.coordination.store import risk_scores as store
from services.coordination.store.patients import PatientRow
from services.coordination.store.risk_scores import RiskScoreRow, Wanted
from services.coordination.store.stays import StayRow
from services.coordination.usecases.risk_inputs import inputs_of
from shared.contracts.base import Page
from shared.contracts.coordination.risk_scores import CalculateRisk, PointsRead, RiskRead, RiskScoreRead
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.vocabulary import LengthOfStay, RiskAlgorithm, RiskBand, StayState

_LACE = (RiskAlgorithm.LACE_2010, RiskAlgorithm.LACE_TOOL)
_HOSPITAL = (RiskAlgorithm.HOSPITAL_2016, RiskAlgorithm.HOSPITAL_2013)


async def calculate(tx: Session, stay_id: UUID, body: CalculateRisk, *, actor: Actor, now: datetime) -> RiskRead:
    """Compute every score of a discharge from what is stored now; earlier ones stay as they are.

    Raises:
        NotFound: there is no such stay.
        NotDischarged: the stay has not ended.
        NotOfHospital: it was in a facility, or an emergency visit.
    """
    patient = await patients.get_for_update(tx, (await stays.get(tx, stay_id)).patient_id)
    row = await stays.get_for_update(tx, stay_id)
    if row.state != StayState.FINISHED:
        raise NotDischarged(f"The stay is {row.state}. Scores are computed at the discharge.")
    found = await at_discharge(tx, row, patient, body.length_of_stay, actor=actor, now=now)
    if found is None:
        raise NotOfHospital(f"The stay is {row.stay_class}. Ask for the scores of an inpatient or observation stay.")
    return found


async def at_discharge(
    tx: Session, row: StayRow, patient: PatientRow, counted: LengthOfStay, *, actor: Actor, now: datetime
) -> RiskRead | None:
    """The scores of a stay that has ended, kept and shown; None where it was no hospital stay."""
    if row.stay_class not in HOSPITAL:
        return None
    calendar = await calendars.calendar(tx, row.time_zone)
    inputs, kept = await inputs_of(tx, row, patient, calendar, counted)
    scores = [*(lace(inputs, each) for each in _LACE), *(hospital(inputs, each) for each in _HOSPITAL)]
    rows = [_row(tx, row, score, kept, actor, now) for score in scores]
    tx.add_all(rows)
    await tx.flush()
    return _side_by_side(tx, rows)


async def latest(tx: Session, stay_id: UUID) -> RiskRead | None:
    """The scores of a stay as last calculated; None where none were."""
    rows = await store.latest(tx, stay_id)
    return _side_by_side(tx, rows) if rows else None


async def read(tx: Session, score_id: UUID) -> RiskScoreRead:
    """One score; raises NotFound."""
    return view(tx, await store.get(tx, score_id))


async def page(tx: Session, wanted: Wanted, *, limit: int, cursor: str | None) -> Page[RiskScoreRead]:
    """A page of scores in the order they were calculated."""
    rows = await store.page(tx, wanted, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, lambda row: view(tx, row))


def view(tx: Session, row: RiskScoreRow) -> RiskScoreRead:
    """A row as it is answered; noted for the audit."""
    audit.saw(tx, row.patient_id, row.id)
    score = _score(row)
    return RiskScoreRead(
        id=row.id,
        patient_id=row.patient_id,
        stay_id=row.stay_id,
        algorithm=score.algorithm,
        total=score.total,
        least=score.least,
        most=score.most,
        band=score.band,
        points=[PointsRead.model_validate(each) for each in score.points],
        missing=list(score.missing),
        caveats=list(score.caveats),
        source=score.source,
        calculated_at=row.calculated_at,
        calculated_by=row.calculated_by,
    )


def _side_by_side(tx: Session, rows: Sequence[RiskScoreRow]) -> RiskRead:
    order = (*_LACE, *_HOSPITAL)
    ordered = sorted(rows, key=lambda row: order.index(RiskAlgorithm(row.algorithm)))
    scores = [_score(row) for row in ordered]
    found = tier_of(scores)
    return RiskRead(
        tier=found.tier,
        because=found.because,
        disagree=disagree(scores),
        scores=[view(tx, row) for row in ordered],
    )


def _score(row: RiskScoreRow) -> Score:
    return Score(
        algorithm=RiskAlgorithm(row.algorithm),
        points=tuple(Points(**each) for each in row.points),
        least=row.least,
        most=row.most,
        band=None if row.band is None else RiskBand(row.band),
        caveats=tuple(row.caveats),
        source=row.source,
    )


def _row(tx: Session, stay: StayRow, score: Score, kept: dict[str, Any], actor: Actor, now: datetime) -> RiskScoreRow:
    return RiskScoreRow(
        id=new_id(),
        organization_id=organization(tx),
        patient_id=stay.patient_id,
        stay_id=stay.id,
        algorithm=score.algorithm,
        least=score.least,
        most=score.most,
        band=score.band,
        points=[{name: getattr(each, name) for name in Points.__dataclass_fields__} for each in score.points],
        caveats=list(score.caveats),
        inputs=kept,
        source=score.source,
        calculated_at=now,
        calculated_by=actor.person,
    )
