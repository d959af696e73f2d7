"""A referral as FHIR's ServiceRequest, Task and Appointment: pure translations, read from the table of states."""

from datetime import datetime

from services.coordination.domain.referral_table import BUSINESS, CANCELLATION_REQUESTED
from services.coordination.domain.referrals import STAGES
from shared.contracts.coordination.referral_requests import ReferralRequest
from shared.fhir.codes import SNOMED
from shared.fhir.elements import CodeableConcept, Coding, Reference
from shared.fhir.kind import meta, to
from shared.fhir.times import write
from shared.fhir.workflow import Appointment, AppointmentParticipant, ServiceRequest, Task
from shared.vocabulary import ReferralState

BSER = "http://hl7.org/fhir/us/bser/CodeSystem/TaskBusinessStatusCS"
_TASK_CODE = "http://hl7.org/fhir/CodeSystem/task-code"
_EVALUATION = Coding(system=SNOMED, code="386053000")  # US Core category "evaluation" (clinical §5.3)
_REFERRAL = Coding(system=SNOMED, code="103696004")  # patient referral to specialist (clinical §5.5)


def to_request(read: ReferralRequest) -> ServiceRequest:
    """The order: who asks whom what about whom, and whether it stands."""
    return ServiceRequest(
        id=str(read.id),
        meta=meta(read.version, read.updated_at),
        replaces=[to("ServiceRequest", read.replaces_id)] if read.replaces_id else None,
        status=STAGES[read.state].request,
        intent="order",
        category=[CodeableConcept(coding=[_EVALUATION])],
        priority=read.priority.value,
        code=CodeableConcept(coding=[_REFERRAL]),
        subject=to("Patient", read.patient_id),
        authored_on=write(read.ordered_at),
        requester=Reference(display=read.ordered_by),
        performer=[Reference(display=read.specialist_name)],
        reason_code=[CodeableConcept(text=read.clinical_question)],
    )


def to_task(read: ReferralRequest, *, ended_as: ReferralState | None = None, number: int | None = None) -> Task:
    """How far the receiver is. A reopened referral has a Task a round; ``ended_as`` is how an earlier one ended."""
    state = ended_as or read.state
    stage = STAGES[state]
    asked_back = ended_as is None and read.cancel_requested_at is not None
    code = CANCELLATION_REQUESTED if asked_back else BUSINESS[state]
    text = "cancellation requested" if asked_back else stage.business
    return Task(
        id=task_id(read, number or read.round),
        meta=meta(read.version, read.updated_at),
        status=stage.task,
        status_reason=CodeableConcept(text=read.reason) if read.reason and ended_as is None else None,
        business_status=_business(code, text),
        intent="order",
        priority=read.priority.value,
        code=CodeableConcept(coding=[Coding(system=_TASK_CODE, code="fulfill")]),
        focus=to("ServiceRequest", read.id),
        for_=to("Patient", read.patient_id),
        authored_on=write(read.ordered_at),
        # Inv-1: never before authoredOn, also where the order was written down before it was given.
        last_modified=write(max(read.updated_at, read.ordered_at)),
        requester=Reference(display=read.ordered_by),
        owner=Reference(display=read.specialist_name),
    )


def task_id(read: ReferralRequest, number: int) -> str:
    """The id of a round's Task."""
    return f"{read.id}-{number}"


def _business(code: str | None, text: str | None) -> CodeableConcept | None:
    if code is None:
        return None
    return CodeableConcept(coding=[Coding(system=BSER, code=code)], text=text)


def to_appointment(read: ReferralRequest) -> Appointment:
    """The visit that was booked, and what became of it."""
    status = STAGES[read.state].visit or "proposed"
    taken = "declined" if status == "cancelled" else "accepted"
    return Appointment(
        id=str(read.id),
        meta=meta(read.version, read.updated_at),
        status=status,
        start=_instant(read.visit_starts_at),
        end=_instant(read.visit_ends_at),
        based_on=[to("ServiceRequest", read.id)],
        participant=[
            AppointmentParticipant(actor=to("Patient", read.patient_id), status=taken),
            AppointmentParticipant(actor=Reference(display=read.specialist_name), status=taken),
        ],
    )


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else write(moment)
