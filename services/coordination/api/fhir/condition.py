"""FHIR Condition beside conditions."""

from collections.abc import Mapping, Sequence

from services.coordination.domain.external_identifiers import Named
from services.coordination.usecases import conditions, naming
from shared.contracts.coordination.conditions import ConditionRead, RecordCondition
from shared.fhir import finding, people
from shared.fhir.codes import CONDITION_CATEGORY, CONDITION_STATUS, CONDITION_VERIFICATION, DIAGNOSIS_SYSTEM
from shared.fhir.elements import CodeableConcept, Coding, Identifier, first
from shared.fhir.kind import Asked, Draft, Hits, Kind, Link, Links, Stored, as_id, link, linked, meta, refer, there, to
from shared.fhir.problems import CodeUnknown
from shared.fhir.query import Kind as Param
from shared.fhir.query import Query, TokenAsked, as_uuids
from shared.fhir.resources import Condition
from shared.fhir.validation import made
from shared.kit.searches import ConditionSearch
from shared.vocabulary import ConditionCategory, ConditionVerification

PARAMETERS = {
    "identifier": Param.TOKEN,
    "patient": Param.REFERENCE,
    "subject": Param.REFERENCE,
    "code": Param.TOKEN,
    "clinical-status": Param.TOKEN,
    "category": Param.TOKEN,
}


def links(condition: Condition) -> list[Link]:
    """The patient, and the encounter at which it was found."""
    patient = link(condition.subject, "Patient", "Condition.subject")
    return patient + link(condition.encounter, "Encounter", "Condition.encounter", needed=False)


def to_contract(condition: Condition, found: Links, origin: Identifier | None = None) -> RecordCondition:
    """The condition to record.

    Raises:
        CodeUnknown: no coding of a terminology taken here, or an unknown status.
        Invalid.
    """
    coding = coded(condition.code)
    category = condition.category[0] if condition.category else None
    at = "Condition.verificationStatus"
    verification = CONDITION_VERIFICATION.of(condition.verification_status, at=at)
    known = [one for one in condition.identifier or () if one.system and one.value]
    return made(
        RecordCondition,
        "Condition",
        patient_id=linked(found, condition.subject, "Patient"),
        identifiers=people.identifiers(known, origin, at="Condition") if known or origin else [],
        system=DIAGNOSIS_SYSTEM.read(coding.system or "", at="Condition.code"),
        code=coding.code,
        text=(condition.code and condition.code.text) or coding.display,
        category=CONDITION_CATEGORY.of(category, at="Condition.category[0]") or ConditionCategory.PROBLEM,
        status=CONDITION_STATUS.of(condition.clinical_status, at="Condition.clinicalStatus"),
        verification=verification or ConditionVerification.CONFIRMED,
        encounter_id=linked(found, condition.encounter, "Encounter"),
        onset=condition.onset_date_time,
        abatement=condition.abatement_date_time,
        recorded=condition.recorded_date,
    )


def coded(concept: CodeableConcept | None) -> Coding:
    """The first coding in a terminology that is taken.

    Raises:
        CodeUnknown: there is none.
    """
    coding = first(concept, lambda one: DIAGNOSIS_SYSTEM.knows(one.system) and one.code is not None)
    if coding is None:
        raise CodeUnknown("Send a coding in ICD-10-CM or SNOMED CT.", expression="Condition.code")
    return coding


def to_fhir(read: ConditionRead) -> Condition:
    """A condition as FHIR writes it."""
    coding = Coding(system=DIAGNOSIS_SYSTEM.write(read.system), code=read.code)
    return Condition(
        id=str(read.id),
        meta=meta(read.version, read.updated_at),
        identifier=people.write_identifiers(read.identifiers),
        clinical_status=CONDITION_STATUS.concept(read.status) if read.status else None,
        verification_status=CONDITION_VERIFICATION.concept(read.verification),
        category=[CONDITION_CATEGORY.concept(read.category)],
        code=CodeableConcept(coding=[coding], text=read.text),
        subject=to("Patient", read.patient_id),
        encounter=refer("Encounter", read.encounter_id),
        onset_date_time=read.onset,
        abatement_date_time=read.abatement,
        recorded_date=read.recorded,
    )


async def create(asked: Asked, draft: Draft[Condition]) -> Stored:
    """Record a condition."""
    body = to_contract(draft.resource, draft.links, draft.origin)
    read = await conditions.record(asked.tx, body, now=asked.now)
    return Stored(str(read.id), read.version, notes=draft.notes)


async def read(asked: Asked, resource_id: str) -> Condition:
    """One condition; raises NotFound."""
    return to_fhir(await conditions.get(asked.tx, as_id(resource_id, "condition")))


async def search(asked: Asked, query: Query) -> Hits:
    """A page of conditions."""
    page = await conditions.find(asked.tx, _wanted(query), limit=query.count, cursor=query.cursor)
    return Hits([to_fhir(item) for item in page.items], page.next_cursor)


def _wanted(query: Query) -> ConditionSearch:
    patients, codes = query.one_reference("patient", "subject"), query.one_token("code")
    statuses, categories = query.one_token("clinical-status"), query.one_token("category")
    return ConditionSearch(
        ids=query.ids(),
        identifiers=finding.identifiers(query.one_token("identifier")),
        patient_ids=None if patients is None else as_uuids(patients),
        codes=None if codes is None else [(_system(one), one.code) for one in codes],
        statuses=None if statuses is None else [one.code or "" for one in statuses],
        categories=None if categories is None else [one.code or "" for one in categories],
        changed=finding.between(query, "_lastUpdated"),
    )


def _system(asked: TokenAsked) -> str | None:
    known = asked.system is not None and DIAGNOSIS_SYSTEM.knows(asked.system)
    return DIAGNOSIS_SYSTEM.read(asked.system or "", at="code").value if known else asked.system


async def known(asked: Asked, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Stored]:
    """Which of these identifiers are taken."""
    return there(await naming.owners(asked.tx, Named.CONDITION, pairs))


KIND = Kind(Condition, PARAMETERS, read, search, create=create, known=known, links=links)
