"""How to reach a patient: telecom, address, language and interpreter, both ways."""

from collections.abc import Sequence

from shared.contracts.coordination.patients import Address as Home
from shared.contracts.coordination.patients import Telecom
from shared.fhir.codes import TELECOM
from shared.fhir.elements import Address, CodeableConcept, Coding, ContactPoint, Extension
from shared.fhir.people import LANGUAGES
from shared.fhir.resources import Communication, Patient
from shared.fhir.validation import made

INTERPRETER_URL = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
DEFAULT_LANGUAGE = "en"  # [default] the contract's own, where FHIR says none


def telecom(patient: Patient) -> list[Telecom]:
    """Telephones, addresses of mail and of messages; other kinds are not kept."""
    kept = [one for one in patient.telecom or () if TELECOM.knows(one.system) and one.value and one.use != "old"]
    return [
        made(Telecom, "Patient.telecom", kind=TELECOM.read(one.system or "", at="Patient.telecom"), value=one.value)
        for one in kept
    ]


def write_telecom(known: Sequence[Telecom]) -> list[ContactPoint] | None:
    """Telecom as FHIR writes it."""
    return [ContactPoint(system=TELECOM.write(one.kind), value=one.value) for one in known] or None


def address(patient: Patient) -> Home | None:
    """The home address, else the first that is not an old one."""
    listed = [one for one in patient.address or () if one.use != "old"]
    if not listed:
        return None
    home = next((one for one in listed if one.use == "home"), listed[0])
    return made(
        Home,
        "Patient.address",
        line=", ".join(home.line) if home.line else None,
        city=home.city,
        region=home.state,
        postal_code=home.postal_code,
        country=home.country,
    )


def write_address(home: Home | None) -> list[Address] | None:
    """An address as FHIR writes it."""
    if home is None or not any(home.model_dump().values()):
        return None
    line = [home.line] if home.line else None
    place = {"city": home.city, "state": home.region, "postal_code": home.postal_code, "country": home.country}
    return [Address(use="home", line=line, **place)]


def language(patient: Patient) -> str:
    """The preferred language as a BCP 47 tag, else the first one said."""
    said = sorted(patient.communication or (), key=lambda one: one.preferred is not True)
    for one in said:
        for coding in one.language.coding or ():
            if coding.system == LANGUAGES and coding.code:
                return coding.code
    return DEFAULT_LANGUAGE


def write_language(tag: str) -> list[Communication]:
    """A language as FHIR writes it."""
    spoken = CodeableConcept(coding=[Coding(system=LANGUAGES, code=tag)])
    return [Communication(language=spoken, preferred=True)]


def interpreter_needed(patient: Patient) -> bool:
    """Whether FHIR's extension asks for an interpreter."""
    return any(one.url == INTERPRETER_URL and one.value_boolean for one in patient.extension or ())


def write_interpreter(needed: bool) -> list[Extension]:
    """The extension, where an interpreter is needed."""
    return [Extension(url=INTERPRETER_URL, value_boolean=True)] if needed else []
