"""The demo data are what README promises, fit the contracts, and are the same every time."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from pydantic import TypeAdapter

from deploy.local import demo_plan, demo_readings
from deploy.local.demo import ORGANIZATIONS
from deploy.local.demo_directory import directory
from deploy.local.demo_people import Course, people
from shared.contracts.coordination.contacts import RecordContact
from shared.contracts.coordination.needs import IdentifyNeed
from shared.contracts.coordination.patients import RegisterPatient
from shared.contracts.coordination.slots import AddSlots
from shared.contracts.coordination.specialists import PutSpecialist
from shared.contracts.coordination.stays import AdmitStay, DischargeStay
from shared.contracts.monitoring.enrollments import RequestEnrollment
from shared.contracts.monitoring.readings import RecordReading

TODAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
EVERYBODY = [person for clinic in ORGANIZATIONS for person in people(clinic)]
SOMEBODY = "018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a12"


def test_forty_fictional_patients_of_two_organizations() -> None:
    assert len(EVERYBODY) == 40
    assert {person.clinic for person in EVERYBODY} == set(ORGANIZATIONS)
    assert len({person.mrn["value"] for person in EVERYBODY}) == 40
    courses = Counter(person.course for person in EVERYBODY)
    assert courses[Course.HEART_FAILURE] >= 10
    assert courses[Course.DIABETES] >= 10


def test_twenty_five_specialists_over_eight_specialties() -> None:
    entries = [one.entry for clinic in ORGANIZATIONS for one in directory(clinic, NOW)]
    assert len(entries) == 25
    assert len({entry["specialty"] for entry in entries}) == 8


def test_what_is_sent_fits_the_contracts() -> None:
    for clinic in ORGANIZATIONS:
        for specialist in directory(clinic, NOW):
            PutSpecialist.model_validate(specialist.entry)
            AddSlots.model_validate({"slots": specialist.slots(TODAY, clinic.time_zone)})
    for person in EVERYBODY:
        RegisterPatient.model_validate(person.registration())
        AdmitStay.model_validate(demo_plan.admission(person, SOMEBODY, TODAY))
        DischargeStay.model_validate(demo_plan.discharge(person, TODAY))
        RequestEnrollment.model_validate(demo_plan.diabetes_enrollment(person, SOMEBODY, NOW))
        RecordContact.model_validate(demo_plan.contact(person, SOMEBODY, TODAY))
        IdentifyNeed.model_validate(demo_plan.need(person, SOMEBODY))


def test_readings_over_months_are_the_same_every_time() -> None:
    days = [TODAY - timedelta(days=back) for back in range(demo_readings.MONTHS_BACK.days)]
    first = [reading for person in EVERYBODY for day in days for reading in demo_readings.of_day(person, day, TODAY)]
    again = [reading for person in EVERYBODY for day in days for reading in demo_readings.of_day(person, day, TODAY)]
    assert first == again
    assert len(TypeAdapter(list[RecordReading]).validate_python(first)) > 5_000
    keys = Counter((reading["source"], reading["metric"], reading["observed_at"]) for reading in first)
    assert max(keys.values()) == 1
