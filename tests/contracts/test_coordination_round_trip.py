"""What coordination keeps of a FHIR resource survives the way to FHIR and back."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coordination.api.fhir import condition, encounter_words, organization, patient, practitioner
from shared.contracts.coordination.care_sites import CareSiteRead, RegisterCareSite
from shared.contracts.coordination.conditions import ConditionRead, RecordCondition
from shared.contracts.coordination.patients import Address, PatientRead, PrimaryCare, RegisterPatient, Telecom
from shared.contracts.coordination.practitioners import PractitionerRead, RegisterPractitioner
from shared.contracts.coordination.stays import AdmitStay, Diagnosis, DischargeStay, StayRead
from shared.contracts.coordination.visits import RecordVisit, VisitRead, VisitReason
from shared.contracts.people import Identifier
from shared.vocabulary import (
    CodeSystem,
    Complexity,
    ConditionCategory,
    ConditionStatus,
    ConditionVerification,
    DiagnosisRole,
    DischargeDisposition,
    Sex,
    StayClass,
    StayState,
    TelecomKind,
    VisitClass,
)
from tests.support.round_trips import (
    ME,
    NOW,
    either,
    identifiers,
    instants,
    maybe,
    names,
    over_the_wire,
    read_of,
    words,
)

days = st.dates(date(1900, 1, 1), date(2026, 1, 1))

numbers = st.builds(Telecom, kind=st.sampled_from([TelecomKind.PHONE, TelecomKind.SMS]), value=words)
mail = st.builds(Telecom, kind=st.just(TelecomKind.EMAIL), value=st.emails())
people = st.builds(
    RegisterPatient,
    identifiers=identifiers,
    family=names,
    given=names,
    birth_date=days,
    sex=st.sampled_from(Sex),
    language=st.sampled_from(["en", "es-US", "de"]),
    interpreter_needed=st.booleans(),
    time_zone=st.sampled_from(["America/New_York", "America/Chicago", "Europe/Berlin"]),
    telecom=st.lists(either(numbers, mail), max_size=3),
    address=either(maybe(), st.builds(Address, line=names, city=names, region=words, country=st.just("US"))),
    coverage=st.just([]),
    primary_care=either(maybe(), st.builds(PrimaryCare, name=names, npi=st.just("1234567893"))),
    deceased_at=either(maybe(), instants),
)
practitioners = st.builds(
    RegisterPractitioner, identifiers=identifiers, family=names, given=names,
    sex=either(maybe(), st.sampled_from(Sex)), active=st.booleans(),
    languages=st.lists(st.sampled_from(["en", "es-MX", "de"]), unique=True).map(sorted),
)  # fmt: skip
care_sites = st.builds(
    RegisterCareSite, identifiers=identifiers, name=names, kind=either(maybe(), st.just("prov")),
    telephone=either(maybe(), words), active=st.booleans(),
)  # fmt: skip
partial = st.sampled_from(["1999", "1999-07", "1999-07-04", "1999-07-04T10:00:00Z", "1999-07-04T10:00:00-05:00"])
conditions = st.builds(
    RecordCondition,
    patient_id=st.just(ME),
    identifiers=either(st.just([]), identifiers),
    system=st.sampled_from(CodeSystem),
    code=st.sampled_from(["84114007", "I50.23"]),
    text=either(maybe(), names),
    category=st.sampled_from(ConditionCategory),
    status=either(maybe(), st.sampled_from(ConditionStatus)),
    verification=st.sampled_from(ConditionVerification),
    encounter_id=either(maybe(), st.uuids()),
    onset=either(maybe(), partial),
    abatement=either(maybe(), partial),
    recorded=either(maybe(), partial),
)
reasons = st.builds(VisitReason, system=st.just("http://snomed.info/sct"), code=st.just("185349003"), text=names)
visits = st.builds(
    RecordVisit,
    patient_id=st.just(ME),
    identifiers=either(st.just([]), identifiers),
    visit_class=st.sampled_from(VisitClass),
    state=st.sampled_from([state for state in StayState if state is not StayState.ENTERED_IN_ERROR]),
    started_at=instants,
    ended_at=either(maybe(), instants),
    type=either(maybe(), reasons),
    reasons=st.lists(reasons, max_size=2),
    practitioner_id=either(maybe(), st.uuids()),
    care_site_id=either(maybe(), st.uuids()),
)


@given(people)
def test_a_patient(body: RegisterPatient) -> None:
    read = read_of(PatientRead, body, monitored=False, merged_into=None, created_at=NOW, acts=[])
    assert patient.to_contract(over_the_wire(patient.to_fhir(read))) == (body, ())


@given(practitioners)
def test_a_practitioner(body: RegisterPractitioner) -> None:
    read = read_of(PractitionerRead, body)
    assert practitioner.to_contract(over_the_wire(practitioner.to_fhir(read))) == body


@given(care_sites)
def test_a_care_site(body: RegisterCareSite) -> None:
    read = read_of(CareSiteRead, body)
    assert organization.to_contract(over_the_wire(organization.to_fhir(read))) == body


@given(conditions)
def test_a_condition(body: RecordCondition) -> None:
    found = over_the_wire(condition.to_fhir(read_of(ConditionRead, body)))
    links = {f"Patient/{ME}": ME, f"Encounter/{body.encounter_id}": body.encounter_id}
    assert condition.to_contract(found, links) == body  # type: ignore[arg-type]


@given(visits)
def test_a_visit(body: RecordVisit) -> None:
    found = over_the_wire(encounter_words.from_visit(read_of(VisitRead, body)))
    links = {
        f"Patient/{ME}": ME,
        f"Practitioner/{body.practitioner_id}": body.practitioner_id,
        f"Organization/{body.care_site_id}": body.care_site_id,
    }
    assert not encounter_words.is_stay(found)
    assert encounter_words.to_visit(found, links) == body  # type: ignore[arg-type]


@given(
    st.sampled_from(StayClass),
    st.sampled_from(DischargeDisposition),
    instants,
    either(maybe(), names),
    st.lists(st.sampled_from(["I50.23", "I13.0", "E11.65"]), unique=True, max_size=3),
)
def test_a_stay_and_its_discharge(
    kind: StayClass, disposition: DischargeDisposition, ended_at: datetime, facility: str | None, codes: list[str]
) -> None:
    diagnoses = [
        Diagnosis(
            system=CodeSystem.ICD_10_CM,
            code=code,
            role=DiagnosisRole.PRINCIPAL if index == 0 else DiagnosisRole.SECONDARY,
        )
        for index, code in enumerate(codes)
    ]
    admit = AdmitStay(
        patient_id=ME,
        identifier=Identifier(system="https://example.org/visit", value="V-1"),
        stay_class=kind,
        started_at=ended_at - timedelta(days=4),
        facility=facility,
        diagnoses=diagnoses,
    )
    more = {"state": StayState.FINISHED, "ended_at": ended_at, "disposition": disposition, "facts": None, "acts": []}
    more |= {"complexity": Complexity.MODERATE, "ended_because": None, "created_at": NOW, "time_zone": "UTC"}
    found = over_the_wire(encounter_words.from_stay(read_of(StayRead, admit, **more)))
    told = encounter_words.to_stay(found, {f"Patient/{ME}": ME}, facility=facility)
    assert told.admit == admit
    assert told.discharge == DischargeStay(ended_at=ended_at, disposition=disposition)
    assert not told.cancelled


@pytest.mark.parametrize(
    ("as_of", "ended_at", "plan"),
    [
        (None, NOW, "recent"),
        (NOW, NOW, "always"),
        (NOW, NOW - timedelta(days=30), "always"),
        (NOW, NOW - timedelta(days=30, seconds=1), "never"),
        (NOW, NOW + timedelta(seconds=1), "never"),
    ],
)
def test_a_history_opens_work_only_for_what_is_recent_then(
    as_of: datetime | None, ended_at: datetime, plan: str
) -> None:
    assert encounter_words.planning(ended_at, as_of) == plan
