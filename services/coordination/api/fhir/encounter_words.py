"""FHIR Encounter beside stays and visits: pure translations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.coordination.api.fhir.diagnoses import diagnoses_of, write_diagnoses
from services.coordination.domain.stays import FACILITY, RECENT
from shared.contracts.coordination.stays import AdmitStay, DischargeStay, StayRead
from shared.contracts.coordination.visits import RecordVisit, VisitRead, VisitReason
from shared.contracts.people import Identifier as NamedBy
from shared.fhir import people
from shared.fhir.codes import DISPOSITION, FACILITY_TYPE, NON_ACUTE, STAY_CLASS, STAY_STATUS, VISIT_CLASS
from shared.fhir.elements import CodeableConcept, Coding, Identifier, Period, Reference
from shared.fhir.kind import Links, linked, meta, refer, to
from shared.fhir.problems import CodeUnknown, NotAnInstant, NotTaken, ValueMissing
from shared.fhir.resources import Condition, Encounter, Hospitalization, Participant
from shared.fhir.times import instant, write
from shared.fhir.validation import made
from shared.vocabulary import DischargeDisposition, StayClass, StayState

Planning = Literal["recent", "always", "never"]


@dataclass(frozen=True, slots=True)
class StayTold:
    """What is done to make a stay: admitted, and ended where it has ended."""

    admit: AdmitStay
    discharge: DischargeStay | None
    cancelled: bool


def is_stay(encounter: Encounter) -> bool:
    """Whether it is a hospital stay; else it is a visit.

    Raises:
        CodeUnknown: the class is neither.
    """
    code = encounter.class_.code
    if not STAY_CLASS.knows(code) and not VISIT_CLASS.knows(code):
        raise CodeUnknown(
            "Send the class as IMP, ACUTE, NONAC, OBSENC, EMER (stays) or AMB, VR, HH, FLD, SS (visits).",
            expression="Encounter.class",
        )
    return STAY_CLASS.knows(code)


def to_stay(
    encounter: Encounter,
    found: Links,
    origin: Identifier | None = None,
    *,
    conditions: Iterable[Condition] = (),
    facility: str | None = None,
    as_of: datetime | None = None,
) -> StayTold:
    """The stay to admit and, where it is over, its discharge.

    Args:
        conditions: the patient's conditions told beside it; those that last at the discharge are its diagnoses too.
        as_of: see :func:`planning`.

    Raises:
        CodeUnknown, ValueMissing, NotAnInstant, NotTaken, Invalid.
    """
    state = _state(encounter)
    start, end = _moment(encounter, "start"), _moment(encounter, "end")
    begun = state in (StayState.IN_PROGRESS, StayState.FINISHED)
    if begun and start is None:
        raise ValueMissing("Say when the stay began.", expression="Encounter.period.start")
    named = identifiers(encounter, origin)
    ended = end if state is StayState.FINISHED else None
    diagnoses = diagnoses_of(encounter, conditions, at=ended or start)
    admit = made(
        AdmitStay,
        "Encounter",
        patient_id=linked(found, encounter.subject, "Patient"),
        identifier=named[0] if named else None,
        stay_class=_stay_class(encounter),
        started_at=start if begun else None,
        planned_for=None if begun else start,
        facility=facility,
        diagnoses=diagnoses,
    )
    if state is not StayState.FINISHED:
        return StayTold(admit, None, state is StayState.CANCELLED)
    if ended is None:
        raise ValueMissing("A finished stay needs its end.", expression="Encounter.period.end")
    discharge = made(
        DischargeStay, "Encounter", ended_at=ended, disposition=_disposition(encounter), plan=planning(ended, as_of)
    )
    return StayTold(admit, discharge, False)


def _stay_class(encounter: Encounter) -> StayClass:
    code = encounter.class_.code or ""
    if code == NON_ACUTE:
        types = (coding for one in encounter.type or () for coding in one.coding or ())
        code = next((coding.code for coding in types if coding.system == FACILITY_TYPE and coding.code), code)
    return STAY_CLASS.read(code, at="Encounter.class" if code == encounter.class_.code else "Encounter.type")


def planning(ended_at: datetime, as_of: datetime | None) -> Planning:
    """Whether a discharge chooses pathways: when it is recent, seen from now or from the instant asked for."""
    if as_of is None:
        return "recent"
    return "always" if as_of - RECENT <= ended_at <= as_of else "never"


def to_visit(encounter: Encounter, found: Links, origin: Identifier | None = None) -> RecordVisit:
    """The visit to record.

    Raises:
        CodeUnknown, ValueMissing, NotAnInstant, NotTaken, Invalid.
    """
    start = _moment(encounter, "start")
    if start is None:
        raise ValueMissing("Say when the visit began.", expression="Encounter.period.start")
    seen_by = next((one.individual for one in encounter.participant or () if one.individual), None)
    return made(
        RecordVisit,
        "Encounter",
        patient_id=linked(found, encounter.subject, "Patient"),
        identifiers=identifiers(encounter, origin),
        visit_class=VISIT_CLASS.read(encounter.class_.code or "", at="Encounter.class"),
        state=_state(encounter),
        started_at=start,
        ended_at=_moment(encounter, "end"),
        type=_reason(encounter.type[0]) if encounter.type else None,
        reasons=[_reason(reason) for reason in encounter.reason_code or ()],
        practitioner_id=linked(found, seen_by, "Practitioner"),
        care_site_id=linked(found, encounter.service_provider, "Organization"),
    )


def from_stay(read: StayRead) -> Encounter:
    """A stay as FHIR writes it; the first reason is the principal diagnosis."""
    start = read.started_at or read.planned_for
    facility = None
    if read.stay_class in FACILITY:
        facility = Coding(system=FACILITY_TYPE, code=STAY_CLASS.write(read.stay_class))
    left = Hospitalization(discharge_disposition=DISPOSITION.concept(read.disposition)) if read.disposition else None
    return Encounter(
        id=str(read.id),
        meta=meta(read.version, read.updated_at),
        identifier=people.write_identifiers([read.identifier] if read.identifier else []),
        status=STAY_STATUS.write(read.state),
        class_=Coding(system=STAY_CLASS.system, code=NON_ACUTE if facility else STAY_CLASS.write(read.stay_class)),
        type=[CodeableConcept(coding=[facility])] if facility else None,
        subject=to("Patient", read.patient_id),
        period=_period(start, read.ended_at),
        reason_code=write_diagnoses(read.diagnoses),
        hospitalization=left,
        service_provider=Reference(display=read.facility) if read.facility else None,
    )


def from_visit(read: VisitRead) -> Encounter:
    """A visit as FHIR writes it."""
    seen_by = refer("Practitioner", read.practitioner_id)
    return Encounter(
        id=str(read.id),
        meta=meta(read.version, read.updated_at),
        identifier=people.write_identifiers(read.identifiers),
        status=STAY_STATUS.write(read.state),
        class_=Coding(system=VISIT_CLASS.system, code=VISIT_CLASS.write(read.visit_class)),
        type=[_concept(read.type)] if read.type else None,
        subject=to("Patient", read.patient_id),
        participant=[Participant(individual=seen_by)] if seen_by else None,
        period=_period(read.started_at, read.ended_at),
        reason_code=[_concept(reason) for reason in read.reasons] or None,
        service_provider=refer("Organization", read.care_site_id),
    )


def identifiers(encounter: Encounter, origin: Identifier | None) -> list[NamedBy]:
    """The encounter's identifiers, else what the sender calls it; an encounter may have none."""
    known: Sequence[Identifier] = [one for one in encounter.identifier or () if one.system and one.value]
    return people.identifiers(known, origin, at="Encounter") if known or origin else []


def _state(encounter: Encounter) -> StayState:
    state = STAY_STATUS.read(encounter.status, at="Encounter.status")
    if state is StayState.ENTERED_IN_ERROR:
        raise NotTaken("This encounter is marked as entered in error: leave it out.", expression="Encounter.status")
    return state


def _moment(encounter: Encounter, edge: str) -> datetime | None:
    text: str | None = getattr(encounter.period, edge) if encounter.period else None
    moment = instant(text) if text else None
    if text and moment is None:
        raise NotAnInstant("A day is not enough: send the time with its offset.", expression=f"Encounter.period.{edge}")
    return moment


def _period(start: datetime | None, end: datetime | None) -> Period | None:
    if start is None and end is None:
        return None
    return Period(start=write(start) if start else None, end=write(end) if end else None)


def _disposition(encounter: Encounter) -> DischargeDisposition:
    stay = encounter.hospitalization
    told = stay.discharge_disposition if stay is not None else None
    at = "Encounter.hospitalization.dischargeDisposition"
    return DISPOSITION.of(told, at=at) or DischargeDisposition.HOME


def _reason(concept: CodeableConcept) -> VisitReason:
    coding = concept.coding[0] if concept.coding else Coding()
    text = concept.text or coding.display
    return made(VisitReason, "Encounter.reasonCode", system=coding.system, code=coding.code, text=text)


def _concept(reason: VisitReason) -> CodeableConcept:
    coding = [Coding(system=reason.system, code=reason.code)] if reason.code or reason.system else None
    return CodeableConcept(coding=coding, text=reason.text)
