"""FHIR ServiceRequest beside orders of another system: pure translations, and the codes that name a kind of need."""

from collections.abc import Mapping
from datetime import UTC

from shared.contracts.coordination.orders import OrderRead, PlaceOrder
from shared.fhir import people
from shared.fhir.codes import SNOMED, Pairs
from shared.fhir.elements import CodeableConcept, Coding, Identifier, Period, Reference, first
from shared.fhir.kind import Link, Links, link, linked, meta, refer, to
from shared.fhir.outcome import Note
from shared.fhir.problems import CodeUnknown, NotTaken, PeriodBackwards
from shared.fhir.times import span
from shared.fhir.validation import made
from shared.fhir.workflow import ServiceRequest
from shared.vocabulary import NeedKind, OrderState, Priority

KIND_SYSTEM = "urn:careweave:need-kind"
"""The system of our own names of kinds of needs, such as ``retinal-exam``."""
N = NeedKind
# Clinical §5.5, those that name one kind of need. What names a specialty that no kind has (nephrology, neurology …) is
# not taken: it would join the one generic need a patient has.
SNOMED_KINDS: Mapping[str, NeedKind] = {
    "183519002": N.CARDIOLOGY, "134440006": N.CARDIOLOGY, "306118006": N.ENDOCRINOLOGY, "183530004": N.ENDOCRINOLOGY,
    "306114008": N.PULMONOLOGY, "306160005": N.PODIATRY, "103699006": N.NUTRITION_EDUCATION,
    "306163007": N.NUTRITION_EDUCATION, "61310001": N.NUTRITION_EDUCATION, "183063000": N.NUTRITION_EDUCATION,
    "699827002": N.NUTRITION_EDUCATION, "306170007": N.THERAPIES, "306166004": N.THERAPIES, "307374004": N.THERAPIES,
    "306322009": N.CARDIAC_REHAB, "15081005": N.PULMONARY_REHAB, "306237005": N.PALLIATIVE, "306205009": N.PALLIATIVE,
    "395700008": N.SMOKING_CESSATION, "315232003": N.SMOKING_CESSATION, "225323000": N.SMOKING_CESSATION,
    "306227000": N.BEHAVIOURAL, "103696004": N.SPECIALIST_REFERRAL, "430193006": N.MED_RECONCILIATION,
    "6143009": N.DSMES, "473199000": N.TELEMONITORING, "879780004": N.TELEMONITORING, "879782007": N.TELEMONITORING,
    "715191006": N.TELEMONITORING, "715280009": N.TELEMONITORING,
}  # fmt: skip
STATUS = Pairs("order status", [(state, state.value) for state in OrderState])
PRIORITY = Pairs("priority", [(priority, priority.value) for priority in Priority])
# A proposal or an option gives nobody an authority to act.
INTENTS = ("order", "original-order", "reflex-order", "filler-order", "instance-order", "plan")


def links(request: ServiceRequest) -> list[Link]:
    """The patient; the encounter and who asks, as far as they are known."""
    found = link(request.subject, "Patient", "ServiceRequest.subject")
    found += link(request.encounter, "Encounter", "ServiceRequest.encounter", needed=False)
    return found + link(request.requester, "Practitioner", "ServiceRequest.requester", needed=False)


def state(request: ServiceRequest) -> OrderState:
    """The status its sender says; raises CodeUnknown."""
    return STATUS.read(request.status, at="ServiceRequest.status")


def to_contract(
    request: ServiceRequest, found: Links, origin: Identifier | None = None, *, requester: str | None = None,
    in_stay: bool = True,
) -> tuple[PlaceOrder, tuple[Note, ...]]:  # fmt: skip
    """The order, and what was left out of it. ``requester`` is the name of the practitioner that was referred to;
    ``in_stay``: the encounter is a stay.

    Raises:
        NotTaken: it asks that something is not done.
        CodeUnknown: an intent without authority, or a code that names no kind of need.
        PeriodBackwards, ValueMissing, Invalid.
    """
    if request.do_not_perform:
        raise NotTaken("An order not to do something is not kept here.", expression="ServiceRequest.doNotPerform")
    if request.intent not in INTENTS:
        raise CodeUnknown(f"Send one of {', '.join(INTENTS)}.", expression="ServiceRequest.intent")
    coding, need = kind_of(request.code)
    due, notes = _due(request)
    stay = linked(found, request.encounter, "Encounter") if in_stay else None
    order = made(
        PlaceOrder,
        "ServiceRequest",
        patient_id=linked(found, request.subject, "Patient"),
        identifiers=people.identifiers(request.identifier, origin, at="ServiceRequest"),
        need=need,
        intent=request.intent,
        priority=PRIORITY.read(request.priority or Priority.ROUTINE, at="ServiceRequest.priority"),
        code_system=coding.system,
        code=coding.code,
        code_text=(request.code and request.code.text) or coding.display,
        reason="; ".join(text for text in map(_text, request.reason_code or ()) if text) or None,
        requester=requester or (request.requester and request.requester.display),
        authored=request.authored_on,
        due=due,
        stay_id=stay,
    )
    if request.performer:
        notes += (Note("performer.left-out", "Who does it is chosen here.", "ServiceRequest.performer"),)
    return order, notes


def kind_of(concept: CodeableConcept | None) -> tuple[Coding, NeedKind]:
    """The first coding that names a kind of need.

    Raises:
        CodeUnknown: none does.
    """
    coding = first(concept, lambda one: _kind(one.system, one.code) is not None)
    kind = None if coding is None else _kind(coding.system, coding.code)
    if coding is None or kind is None:
        text = f"No coding names a kind of need: send one of {KIND_SYSTEM}, such as retinal-exam, beside your own."
        raise CodeUnknown(text, expression="ServiceRequest.code")
    return coding, kind


def _kind(system: str | None, code: str | None) -> NeedKind | None:
    if system == KIND_SYSTEM and code in [kind.value for kind in NeedKind]:
        return NeedKind(code)
    return SNOMED_KINDS.get(code or "") if system == SNOMED else None


def _text(concept: CodeableConcept) -> str | None:
    shown = next((coding.display or coding.code for coding in concept.coding or ()), None)
    return concept.text or shown


def _due(request: ServiceRequest) -> tuple[str | None, tuple[Note, ...]]:
    period = request.occurrence_period
    if period is None:
        return request.occurrence_date_time, ()
    if period.start and period.end and span(period.end)[1] <= span(period.start)[0]:
        raise PeriodBackwards("It must end after it starts.", expression="ServiceRequest.occurrencePeriod")
    left_out = "Only until when it is wanted is kept."
    said = (Note("occurrence.start-left-out", left_out, "ServiceRequest.occurrencePeriod.start"),)
    return period.end, said if period.start else ()


def to_fhir(read: OrderRead) -> ServiceRequest:
    """An order as FHIR writes it."""
    return ServiceRequest(
        id=str(read.id),
        meta=meta(read.version, read.updated_at.astimezone(UTC)),
        identifier=people.write_identifiers(read.identifiers),
        status=STATUS.write(read.state),
        intent=read.intent,
        priority=PRIORITY.write(read.priority),
        code=CodeableConcept(coding=[Coding(system=read.code_system, code=read.code)], text=read.code_text),
        subject=to("Patient", read.patient_id),
        encounter=refer("Encounter", read.stay_id),
        occurrence_period=Period(end=read.due) if read.due else None,
        authored_on=read.authored,
        requester=Reference(display=read.requester) if read.requester else None,
        reason_code=[CodeableConcept(text=read.reason)] if read.reason else None,
    )
