"""FHIR CarePlan beside the treatment plan as it is now: read and search. Plans are made and ended natively."""

from collections.abc import Mapping
from html import escape

from services.monitoring.store.plans import Wanted
from services.monitoring.usecases import plans
from shared.contracts.monitoring.medicines import MedicineRead
from shared.contracts.monitoring.plans import PlanLineRead, PlanRead
from shared.fhir import finding
from shared.fhir.assessments import Annotation
from shared.fhir.codes import RXNORM, UCUM
from shared.fhir.elements import CodeableConcept, Coding, Identifier, Period, Quantity, Reference
from shared.fhir.kind import Asked, Hits, Kind, as_id, meta, to
from shared.fhir.plans import Activity, ActivityDetail, CarePlan, Goal, GoalTarget, Narrative
from shared.fhir.query import Kind as Param
from shared.fhir.query import Query, as_uuids
from shared.fhir.times import write
from shared.vocabulary import MedicineStatus, PlanEndReason

LINES = "urn:careweave:plan-line:"
"""System of the keys of goals, orders and education, each section its own."""
CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"
PARAMETERS = {
    "patient": Param.REFERENCE,
    "subject": Param.REFERENCE,
    "status": Param.TOKEN,
    "category": Param.TOKEN,
}
_ACTIVE, _ASSESS_PLAN = "active", "assess-plan"
STATUS: Mapping[PlanEndReason | None, str] = {
    None: _ACTIVE,
    PlanEndReason.GOALS_REACHED: "completed",
    PlanEndReason.REPLACED: "revoked",
    PlanEndReason.TRANSFERRED: "revoked",
    PlanEndReason.PATIENT_DECLINED: "revoked",
    PlanEndReason.DECEASED: "revoked",
    PlanEndReason.ENTERED_IN_ERROR: "entered-in-error",
}
"""What FHIR calls the end of a plan (request-status): completed where it came to its goals, revoked before that."""
ACTIVITY_STATUS = {
    MedicineStatus.ACTIVE: "in-progress",
    MedicineStatus.ON_HOLD: "on-hold",
    MedicineStatus.STOPPED: "stopped",
}


def to_fhir(read: PlanRead) -> CarePlan:
    """The current version as FHIR writes it."""
    goals = [_goal(read, index, line) for index, line in enumerate(read.goals)]
    orders = [_activity("orders", line) for line in read.orders]
    education = [_activity("education", line) for line in read.education]
    return CarePlan(
        id=str(read.id),
        meta=meta(read.version, read.effective_at),
        text=_narrative(read),
        contained=goals or None,
        status=STATUS[read.end_reason],
        replaces=[to("CarePlan", read.replaces_id)] if read.replaces_id is not None else None,
        intent="plan",
        category=[CodeableConcept(coding=[Coding(system=CATEGORY, code=_ASSESS_PLAN)])],
        title=f"Treatment plan, version {read.number}",
        subject=to("Patient", read.patient_id),
        period=Period(start=write(read.began_at), end=None if read.ended_at is None else write(read.ended_at)),
        created=write(read.began_at),
        author=Reference(display=read.made_by),
        goal=[Reference(reference=f"#{goal.id}") for goal in goals] or None,
        activity=[*map(_medicine, read.medicines), *orders, *education] or None,
        note=[Annotation(text=read.reason)],
    )


def _goal(read: PlanRead, index: int, line: PlanLineRead) -> Goal:
    by = line.review_by
    return Goal(
        id=f"goal-{index + 1}",
        identifier=[Identifier(system=f"{LINES}goals", value=line.key)],
        lifecycle_status=_ACTIVE,
        description=CodeableConcept(text=line.text),
        subject=to("Patient", read.patient_id),
        target=None if by is None else [GoalTarget(due_date=by.isoformat())],
    )


def _medicine(line: MedicineRead) -> Activity:
    unit = {"unit": line.unit, "system": UCUM, "code": line.unit}
    product = CodeableConcept(coding=[Coding(system=RXNORM, code=line.rxnorm, display=line.name)], text=line.name)
    return Activity(
        detail=ActivityDetail(
            kind="MedicationRequest",
            status=ACTIVITY_STATUS[line.status],
            product_codeable_concept=product,
            quantity=Quantity(value=line.dose, **unit),
            daily_amount=Quantity(value=line.daily, **unit),
            description=_words(line),
        )
    )


def _words(line: MedicineRead) -> str:
    strength = f" {line.concentration}" if line.concentration else ""
    return f"{line.dose:f} {line.unit}, {line.times_per_day:f} a day, {line.route}, {line.form}{strength}"


def _activity(section: str, line: PlanLineRead) -> Activity:
    # How far it has got is not kept with the plan.
    by = None if line.review_by is None else f"Review by {line.review_by.isoformat()}"
    code = CodeableConcept(coding=[Coding(system=f"{LINES}{section}", code=line.key)], text=line.text)
    return Activity(detail=ActivityDetail(code=code, status="unknown", description=by))


def _narrative(read: PlanRead) -> Narrative:
    goals = [line.text for line in read.goals]
    medicines = [f"{line.name} ({line.status}): {_words(line)}" for line in read.medicines]
    said = [*goals, *medicines, *(line.text for line in (*read.orders, *read.education))]
    items = "".join(f"<li>{escape(each)}</li>" for each in said)
    body = f"<p>Treatment plan, version {read.number}</p>" + (f"<ul>{items}</ul>" if items else "")
    return Narrative(status="generated", div=f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>')


async def read(asked: Asked, resource_id: str) -> CarePlan:
    """A patient's plan as it is now; raises NotFound."""
    return to_fhir(await plans.get(asked.tx, as_id(resource_id, "plan"), as_of=None, now=asked.now))


async def search(asked: Asked, query: Query) -> Hits:
    """A page of plans, the oldest first."""
    patients = query.one_reference("patient", "subject")
    category, status = query.one_token("category"), query.one_token("status")
    if category is not None and _ASSESS_PLAN not in {one.code for one in category}:
        return Hits([])
    codes = None if status is None else {one.code for one in status}
    page = await plans.page(
        asked.tx,
        Wanted(
            ids=query.ids(),
            patient_ids=None if patients is None else as_uuids(patients),
            changed=finding.between(query, "_lastUpdated"),
            ends=None if codes is None else [reason for reason, code in STATUS.items() if code in codes],
        ),
        limit=query.count,
        cursor=query.cursor,
    )
    return Hits([to_fhir(item) for item in page.items], page.next_cursor)


KIND = Kind(CarePlan, PARAMETERS, read, search)
