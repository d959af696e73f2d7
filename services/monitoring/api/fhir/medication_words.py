"""A change of the list of medicines in FHIR's words: status and intent by its state, dose, who, when and why."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from services.monitoring.usecases.plan_change_requests import Requested
from shared.contracts.monitoring.plan_changes import PlanChangeRead
from shared.fhir.assessments import Annotation
from shared.fhir.codes import RXNORM, UCUM
from shared.fhir.elements import CodeableConcept, Coding, Extension, Quantity, Reference
from shared.fhir.kind import meta, to
from shared.fhir.plans import Dosage, DoseAndRate, MedicationRequest, Timing, TimingRepeat
from shared.fhir.times import write
from shared.vocabulary import PlanChangeKind, PlanChangePath
from shared.vocabulary import PlanChangeState as S

PROPOSAL, ORDER = "proposal", "order"
STATES = "urn:careweave:plan-change-state"
_OURS = "urn:careweave:extension:plan-change-"
_ENDED = "cancelled"
_STATUS: Mapping[S, tuple[str, str]] = {
    S.DRAFT: ("draft", "draft"),
    S.PROPOSED: ("draft", "draft"),
    S.APPROVED: ("completed", "draft"),
    S.APPROVED_MODIFIED: ("completed", "draft"),
    S.REJECTED: (_ENDED, _ENDED),
    S.EXPIRED: (_ENDED, _ENDED),
    S.WITHDRAWN: (_ENDED, _ENDED),
    S.ORDERED: ("completed", "active"),
    S.COMMUNICATED: ("completed", "active"),
    S.EFFECTIVE: ("completed", "active"),
    S.MONITORED: ("completed", "active"),
    S.CLOSED: ("completed", "completed"),
    # Stopped here is before any dose; FHIR's stopped is after the first.
    S.CANCELLED: ("completed", _ENDED),
    S.STOPPED: ("completed", _ENDED),
}
"""FHIR's status of a proposal and of an order: a proposal is completed by its answer (clinical §6.4, §4)."""
_NOT_TAKEN = {PlanChangeKind.STOP: "Stop: not to be taken any more", PlanChangeKind.HOLD: "Hold: not to be taken"}


def status_of(intent: str, state: S, *, over: bool) -> str:
    """FHIR's status. ``over``: a later change took its place, or its days have passed."""
    proposal, order = _STATUS[state]
    if intent == PROPOSAL:
        return proposal
    return "completed" if over and order == "active" else order


def intent_of(requested: Requested) -> str:
    """A proposal until a prescriber decides; the order made of it is a request of its own."""
    return PROPOSAL if _proposes(requested) else ORDER


def to_fhir(requested: Requested) -> MedicationRequest:
    """A change as FHIR writes it; to stop or hold a medicine is an order that it is not taken (doNotPerform)."""
    read, intent = requested.change, intent_of(requested)
    status = status_of(intent, read.state, over=requested.over)
    by = read.decided_by if requested.decided else read.proposed_by
    authored = read.decided_at if requested.decided else read.proposed_at
    return MedicationRequest(
        id=f"{read.id}.{ORDER}" if requested.decided else str(read.id),
        meta=meta(read.version, requested.updated_at),
        extension=[Extension(url=f"{_OURS}{name}", value_code=word) for name, word in _words(read)],
        status=status,
        status_reason=_why_ended(requested) if status == _ENDED else None,
        intent=intent,
        priority=read.priority,
        do_not_perform=True if read.kind in _NOT_TAKEN else None,
        reported_boolean=False,
        medication_codeable_concept=CodeableConcept(
            coding=[Coding(system=RXNORM, code=read.rxnorm, display=read.drug)], text=read.drug
        ),
        subject=to("Patient", read.patient_id),
        authored_on=None if authored is None else write(authored),
        requester=_person(by),
        recorder=_person((read.verbal_recorded_by or by) if requested.decided else read.proposed_by),
        reason_code=[CodeableConcept(text=read.reason)],
        instantiates_uri=[f"urn:uuid:{read.standing_order_id}"] if _under_order(read) else None,
        based_on=[to("MedicationRequest", read.id)] if requested.decided else None,
        note=[Annotation(text=read.decision_note)] if read.decision_note and not _proposes(requested) else None,
        dosage_instruction=_dosage(requested),
    )


def _words(read: PlanChangeRead) -> list[tuple[str, str]]:
    return [("state", read.state.value), ("kind", read.kind.value), ("path", read.path.value)]


def _proposes(requested: Requested) -> bool:
    return requested.change.path is PlanChangePath.PROPOSAL and not requested.decided


def _under_order(read: PlanChangeRead) -> bool:
    return read.path is PlanChangePath.PROTOCOL and read.standing_order_id is not None


def _person(name: str | None) -> Reference | None:
    return None if name is None else Reference(display=name)


def _why_ended(requested: Requested) -> CodeableConcept:
    coding = Coding(system=STATES, code=requested.change.state.value)
    return CodeableConcept(coding=[coding], text=requested.said)


def _dosage(requested: Requested) -> list[Dosage] | None:
    read = requested.change
    if (not_taken := _NOT_TAKEN.get(read.kind)) is not None:
        until = f", until {write(read.held_until)}" if read.held_until is not None else ""
        return [Dosage(text=f"{not_taken}{until}")]
    # The proposed dose is not kept beside the one that was approved instead; SBAR has it in words.
    replaced = requested.modified and _proposes(requested)
    dose = read.dose_before if read.kind is PlanChangeKind.RESUME else read.dose_after
    if replaced or dose is None or read.unit is None:
        return None
    line: Mapping[str, Any] = read.medicine or (read.inputs or {}).get("medicine") or {}
    times = Decimal(line["times_per_day"]) if "times_per_day" in line else None
    days = f", for {read.temporary_days} days" if read.temporary_days is not None else ""
    often = "" if times is None else f", {times:f} a day"
    return [
        Dosage(
            text=f"{dose:f} {read.unit}{often}{days}",
            timing=_timing(times),
            route=CodeableConcept(text=line["route"]) if "route" in line else None,
            dose_and_rate=[
                DoseAndRate(dose_quantity=Quantity(value=dose, unit=read.unit, system=UCUM, code=read.unit))
            ],
        )
    ]


def _timing(times: Decimal | None) -> Timing | None:
    if times is None or times != times.to_integral_value():
        return None
    return Timing(repeat=TimingRepeat(frequency=int(times), period=Decimal(1), period_unit="d"))
