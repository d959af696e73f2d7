"""What was told wrongly of an admission: when and as what the stay began, where, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.coordination.domain.pathways.base import Plan
from services.coordination.domain.stays import NothingToCorrect, check_correctable, check_start
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases import announcements, readmissions, stay_acts
from services.coordination.usecases.discharge_facts import Told
from services.coordination.usecases.pathways import choice_view
from services.coordination.usecases.plans import Kept
from services.coordination.usecases.stay_views import with_plan
from services.coordination.usecases.stays import check_diagnoses, touch
from shared.contracts.coordination.stays import CorrectStay, Diagnosis, DischargePreview, StayCorrected
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import PlanState, StayClass, StayState

_OF_DISCHARGE = ("ended_at", "disposition", "complexity", "facts", "pathways")
_GOES_ON = "the stay goes on: its plan is made at the discharge"


@dataclass(frozen=True, slots=True)
class Admission:
    """An admission as it was told, or would be after a correction."""

    started_at: datetime
    stay_class: StayClass
    planned: bool
    facility: str | None
    diagnoses: tuple[Diagnosis, ...]


def admission(row: StayRow, body: CorrectStay) -> dict[str, Any]:
    """The members of an admission once a correction is kept."""
    before = _recorded(row)
    said = {name: value for name in before if (value := getattr(body, name)) is not None}
    found = {**before, **said}
    return {**found, "diagnoses": tuple(found["diagnoses"])}


def _recorded(row: StayRow) -> dict[str, Any]:
    return {
        "started_at": row.started_at or row.ended_at,
        "stay_class": StayClass(row.stay_class),
        "planned": row.planned,
        "facility": row.facility,
        "diagnoses": tuple(Diagnosis.model_validate(diagnosis) for diagnosis in row.diagnoses),
    }


def moved(row: StayRow, told: Admission | Told) -> bool:
    """Whether a correction changes what the stay does to the work of earlier ones."""
    before = (row.started_at, row.stay_class, row.planned)
    return before != (told.started_at, told.stay_class, told.planned)


def keep(row: StayRow, told: Admission | Told) -> None:
    """Write an admission to its stay."""
    row.started_at, row.stay_class = told.started_at, told.stay_class.value
    row.planned, row.facility = told.planned, told.facility
    row.diagnoses = [diagnosis.model_dump(mode="json") for diagnosis in told.diagnoses]


def preview(tx: Session, row: StayRow, patient: PatientRow, body: CorrectStay, now: datetime) -> DischargePreview:
    """A correction of a stay in progress plans nothing.

    Raises:
        StayActNotAllowed, NothingToCorrect, DiagnosisCodeUnknown, StayInTheFuture, BeforeBirth, AfterDeath.
    """
    audit.saw(tx, row.patient_id, row.id)
    _told(row, patient, body, now)
    kept = Kept(Plan(), _GOES_ON, PlanState.ACCEPTED, planned=False, how="recent", told_at=None)
    return DischargePreview(stay_id=row.id, version=row.version, changes=[], **choice_view(kept))


async def correct(
    tx: Session, row: StayRow, patient: PatientRow, body: CorrectStay, *, actor: Actor, now: datetime
) -> StayCorrected:
    """Keep the admission of a stay in progress as it should have been told; earlier work follows.

    Raises:
        StayActNotAllowed, NothingToCorrect, DiagnosisCodeUnknown, StayInTheFuture, BeforeBirth, AfterDeath.
    """
    told = _told(row, patient, body, now)
    again, before = moved(row, told), stay_acts.standing(row)
    keep(row, told)
    touch(row, now)
    stay_acts.keep(tx, row, "correct", before, actor=actor, now=now, why=body.reason)
    if again:
        await readmissions.never_was(tx, patient, row, by=actor.person, now=now)
        await readmissions.admitted(tx, patient, row, by=actor.person, now=now)
    await announcements.stay_changed(tx, patient, row, actor=actor, now=now)
    await tx.flush()
    answer = await with_plan(tx, row, [], None, actor=actor, now=now)
    return StayCorrected(**dict(answer), changes=[])


def _told(row: StayRow, patient: PatientRow, body: CorrectStay, now: datetime) -> Admission:
    check_correctable(StayState(row.state), [name for name in _OF_DISCHARGE if getattr(body, name) is not None])
    told = Admission(**admission(row, body))
    if told == Admission(**_recorded(row)):
        raise NothingToCorrect("Everything is on record as you say it. Name what was told wrongly.")
    if body.diagnoses is not None:
        check_diagnoses(body.diagnoses)
    check_start(told.started_at, now=now, born=patient.birth_date, deceased_at=patient.deceased_at)
    return told
