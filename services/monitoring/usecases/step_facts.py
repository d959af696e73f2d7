"""Everything a step of a medicine is judged by, read in the step's own transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.steps import Assessment, Facts, Past
from services.monitoring.store import alerts, enrollments, patients, plan_changes, readings, standing_orders
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.plan_changes import PlanChangeRow
from services.monitoring.store.plans import PlanVersionRow
from services.monitoring.store.reading_evidence import reading_of
from services.monitoring.store.readings import Window
from services.monitoring.store.standing_orders import PatientOrderRow, StandingOrderRow
from services.monitoring.usecases import consents, protocol_path
from services.monitoring.usecases.plan_words import medicine_of
from services.monitoring.usecases.standing_order_words import order_of, patient_order_of
from shared.contracts.monitoring.plan_changes import AssessStep, NurseAssessment
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import NotFound
from shared.kit.zones import age_on, local_day
from shared.vocabulary import ConsentPurpose, EnrollmentState, Metric, Role

_ADULT = 18
_BURSTS = timedelta(days=30)
_SHORT, _LONG = timedelta(days=15), timedelta(days=366)
_WINDOWS = {
    Metric.GLUCOSE_FASTING: _SHORT,
    Metric.GLUCOSE_SMBG: _SHORT,
    Metric.GLUCOSE_LAB: _SHORT,
    Metric.GLUCOSE_CGM: _SHORT,
    Metric.SYMPTOMS: _SHORT,
    Metric.BODY_WEIGHT: _LONG,
    Metric.DRY_WEIGHT: _LONG,
    Metric.BP_SYSTOLIC: _SHORT,
    Metric.POTASSIUM: _LONG,
    Metric.CREATININE: _LONG,
    Metric.EGFR: _LONG,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A step as somebody asks for it; ``change_id`` when it is one that was taken and is judged again."""

    person: str
    roles: frozenset[Role]
    medicine: Medicine
    standing_order_id: UUID | None
    assessment: Assessment
    change_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The facts, and the rows they come from."""

    facts: Facts
    patient: PatientRow
    order: StandingOrderRow | None
    patient_order: PatientOrderRow | None
    medicine: Medicine


def line(version: PlanVersionRow, medicine_id: UUID) -> Medicine:
    """A line of the list; raises NotFound."""
    for each in version.content["medicines"]:
        if each["id"] == str(medicine_id):
            return medicine_of(each)
    raise NotFound("medicine in the plan")


def asked(version: PlanVersionRow, body: AssessStep, actor: Actor) -> Asked:
    """What somebody asks for now; raises NotFound for a medicine that is not in the plan."""
    medicine = line(version, body.medicine_id)
    return Asked(actor.person, actor.roles, medicine, body.standing_order_id, _found(body.assessment))


def asked_before(row: PlanChangeRow, medicine: Medicine) -> Asked:
    """A step that was taken, with what its nurse found then. ``medicine`` is the line to judge it on."""
    inputs = row.inputs or {}
    found = NurseAssessment.model_validate(inputs["assessment"])
    roles = frozenset(Role(each) for each in inputs["roles"])
    return Asked(row.proposed_by, roles, medicine, row.standing_order_id, _found(found), row.id)


async def gather(tx: Session, patient_id: UUID, step: Asked, *, now: datetime) -> Case:
    """The facts of a step as of now; raises NotFound."""
    patient = await patients.get(tx, patient_id)
    medicine = step.medicine
    row, signature = await _orders(tx, patient_id, medicine, step.standing_order_id)
    today = local_day(now, patient.time_zone)
    order = order_of(row, today) if row is not None else None
    enrollment = await enrollments.latest(tx, patient_id, order.condition) if order is not None else None
    consented = enrollment is None or consents.in_force(enrollment, ConsentPurpose.MONITORING, now)
    facts = Facts(
        now=now,
        today=today,
        person=step.person,
        roles=step.roles,
        path_on=await protocol_path.on(tx),
        enrollment=EnrollmentState(enrollment.state) if enrollment is not None else None,
        consented=consented,
        deceased=patient.deceased_at is not None,
        adult=age_on(patient.birth_date, today) >= _ADULT,
        circumstances=frozenset(enrollment.circumstances) if enrollment is not None else frozenset(),
        medicine=medicine,
        order=order,
        patient_order=patient_order_of(signature) if signature is not None else None,
        critical_alerts=tuple(await alerts.critical(tx, patient_id)),
        proposal_open=await _other_open(tx, patient_id, step),
        past=await _past(tx, patient_id, medicine, now),
        readings=await known_readings(tx, patient_id, now),
        assessment=step.assessment,
    )
    return Case(facts, patient, row, signature, medicine)


async def _orders(
    tx: Session, patient_id: UUID, medicine: Medicine, named: UUID | None
) -> tuple[StandingOrderRow | None, PatientOrderRow | None]:
    if named is not None:
        return await standing_orders.get(tx, named), await standing_orders.patient_under(tx, patient_id, named)
    found = await standing_orders.for_patient(tx, patient_id, medicine.rxnorm)
    return found or (await standing_orders.for_drug(tx, medicine.rxnorm), None)


async def _other_open(tx: Session, patient_id: UUID, step: Asked) -> bool:
    known = await plan_changes.open_of_drug(tx, patient_id, step.medicine.rxnorm)
    return known is not None and known.id != step.change_id


async def _past(tx: Session, patient_id: UUID, medicine: Medicine, now: datetime) -> tuple[Past, ...]:
    rows = await plan_changes.steps_taken(tx, patient_id, medicine.rxnorm, now - _BURSTS)
    return tuple(Past(row.effective_at, row.temporary_days is not None) for row in rows if row.effective_at is not None)


async def known_readings(tx: Session, patient_id: UUID, now: datetime) -> tuple[Reading, ...]:
    """The valid readings that steps are judged by, oldest first."""
    windows = [Window(patient_id, metric, now - span, now) for metric, span in _WINDOWS.items()]
    found = (reading_of(stored) for stored in await readings.within(tx, windows))
    return tuple(sorted((each for each in found if each.valid), key=lambda each: each.key))


def _found(body: NurseAssessment) -> Assessment:
    return Assessment(
        acute_illness=body.acute_illness,
        vomiting=body.vomiting,
        steroid_change=body.steroid_change,
        pregnancy=body.pregnancy,
        cause_of_low=body.cause_of_low,
        signs=frozenset(body.signs),
    )
