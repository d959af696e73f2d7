"""What every Patient translator needs: identifiers, names, dates and the zone, both ways."""

from collections.abc import Sequence
from datetime import date, datetime

from shared.contracts.people import Identifier as NamedBy
from shared.fhir.codes import GENDER
from shared.fhir.elements import CodeableConcept, Coding, Extension, HumanName, Identifier
from shared.fhir.outcome import Note
from shared.fhir.problems import NotAnInstant, NotTaken, ValueMissing
from shared.fhir.resources import Patient
from shared.fhir.times import instant, whole_date, write
from shared.fhir.validation import made
from shared.kit.zones import known_zone
from shared.vocabulary import Sex

ZONE_URL = "http://hl7.org/fhir/StructureDefinition/timezone"
LANGUAGES = "urn:ietf:bcp:47"
ASSUMED_ZONE = "America/New_York"  # [default] FHIR's Patient rarely says one; an extension does
_NAME_USES = ("official", "usual", None, "temp", "nickname", "anonymous")


def identifiers(given: Sequence[Identifier] | None, origin: Identifier | None, *, at: str) -> list[NamedBy]:
    """Identifiers with system and value, else what the sender calls the resource.

    Raises:
        ValueMissing: there is none.
    """
    found = [one for one in given or () if one.system and one.value and one.use != "old"]
    if not found and origin is not None:
        found = [origin]
    unique = {(one.system, (one.value or "").strip()): one for one in found}
    if not unique:
        raise ValueMissing("An identifier with system and value is needed.", expression=f"{at}.identifier")
    place = f"{at}.identifier"
    return [made(NamedBy, place, system=system, value=value) for system, value in unique]


def write_identifiers(known: Sequence[NamedBy]) -> list[Identifier] | None:
    """Identifiers as FHIR writes them."""
    return [Identifier(system=one.system, value=one.value) for one in known] or None


def name(names: Sequence[HumanName] | None, *, at: str) -> HumanName:
    """The name to use: official before usual before others, never an old one.

    Raises:
        ValueMissing: none has both a family and a given name.
    """
    whole = [one for one in names or () if one.family and one.given and one.use in _NAME_USES]
    if not whole:
        raise ValueMissing("A name with family and given is needed.", expression=f"{at}.name")
    return min(whole, key=lambda one: _NAME_USES.index(one.use))


def birth_date(patient: Patient) -> date:
    """The whole day of birth.

    Raises:
        ValueMissing: absent, or only a year or a month is known.
    """
    day = whole_date(patient.birth_date) if patient.birth_date else None
    if day is None:
        raise ValueMissing("The whole date of birth is needed, such as 1952-03-03.", expression="Patient.birthDate")
    return day


def sex(patient: Patient) -> Sex:
    """Administrative gender; unknown when it is not said."""
    return GENDER.read(patient.gender or "unknown", at="Patient.gender")


def deceased_at(patient: Patient) -> datetime | None:
    """When the patient died.

    Raises:
        NotAnInstant: that they died is said, but not at what instant.
    """
    if patient.deceased_date_time is None:
        if patient.deceased_boolean:
            raise NotAnInstant("Send deceasedDateTime with its offset.", expression="Patient.deceasedBoolean")
        return None
    moment = instant(patient.deceased_date_time)
    if moment is None:
        raise NotAnInstant("The time of death needs hour and offset.", expression="Patient.deceasedDateTime")
    return moment


def zone(patient: Patient) -> tuple[str, tuple[Note, ...]]:
    """The patient's time zone; when none is said, an assumed one, and a note that says so."""
    return zone_of(patient.extension, at="Patient")


def zone_of(extensions: Sequence[Extension] | None, *, at: str) -> tuple[str, tuple[Note, ...]]:
    """The time zone of whatever carries these extensions; raises NotTaken for one that is not known."""
    for extension in extensions or ():
        if extension.url == ZONE_URL and extension.value_code:
            try:
                return known_zone(extension.value_code), ()
            except ValueError as error:
                raise NotTaken(f"The time zone {error}.", expression=f"{at}.extension") from None
    said = f"No time zone was sent: {ASSUMED_ZONE} is assumed. Send the extension {ZONE_URL}."
    return ASSUMED_ZONE, (Note("time-zone.assumed", said, f"{at}.extension"),)


def languages(spoken: Sequence[CodeableConcept] | None) -> list[str]:
    """BCP 47 tags of the languages somebody speaks, sorted; codings of other systems are not kept."""
    codings = [coding for concept in spoken or () for coding in concept.coding or ()]
    return sorted({coding.code for coding in codings if coding.code and coding.system in (None, LANGUAGES)})


def write_languages(tags: Sequence[str]) -> list[CodeableConcept] | None:
    """Languages as FHIR writes them."""
    return [CodeableConcept(coding=[Coding(system=LANGUAGES, code=tag)]) for tag in tags] or None


def write_zone(zone_name: str) -> Extension:
    """The time zone as FHIR's standard extension."""
    return Extension(url=ZONE_URL, value_code=zone_name)


def refuse_what_changes_the_person(patient: Patient) -> None:
    """Elements that turn the record into something else are not silently dropped.

    Raises:
        NotTaken: the record is inactive or replaced by another.
    """
    if patient.active is False:
        raise NotTaken("This record is marked as no longer in use: leave it out.", expression="Patient.active")
    if any(link.type == "replaced-by" for link in patient.link or ()):
        raise NotTaken("This record was replaced by another: send that one.", expression="Patient.link")


def write_deceased(moment: datetime | None) -> str | None:
    """When the patient died, as FHIR writes it."""
    return write(moment) if moment else None
