"""Code pairs, read in both directions: ours beside FHIR's (tested one-to-one)."""

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from shared.fhir.elements import CodeableConcept, Coding
from shared.fhir.problems import CodeUnknown
from shared.vocabulary import (
    AnswerKind,
    CodeSystem,
    Comparator,
    ConditionCategory,
    ConditionStatus,
    ConditionVerification,
    DischargeDisposition,
    Modality,
    ReadingStatus,
    ResponseStatus,
    Sex,
    Specialty,
    StayClass,
    StayState,
    TelecomKind,
    VisitClass,
)

T = TypeVar("T")


class Pairs(Generic[T]):
    """One-to-one pairs of our word and FHIR's code, with FHIR's other words that mean one of ours.

    ``also`` is read only: several FHIR codes may say less than we need, or the same with more detail.
    """

    def __init__(
        self,
        name: str,
        pairs: Sequence[tuple[T, str]],
        *,
        system: str | None = None,
        also: Mapping[str, T] | None = None,
    ) -> None:
        self.name = name
        self.system = system
        self.pairs = tuple(pairs)
        self._codes = dict(pairs)
        self._words = {**(also or {}), **{code: word for word, code in pairs}}

    def read(self, code: str, *, at: str) -> T:
        """Our word for FHIR's ``code``.

        Raises:
            CodeUnknown: it has none.
        """
        if code not in self._words:
            raise CodeUnknown(f"This {self.name} is not taken. Send one of: {', '.join(self._words)}.", expression=at)
        return self._words[code]

    def knows(self, code: str | None) -> bool:
        """Whether ``code`` can be read."""
        return code in self._words

    def write(self, word: T) -> str:
        """FHIR's code for our word."""
        return self._codes[word]

    def concept(self, word: T) -> CodeableConcept:
        """Our word as a CodeableConcept with FHIR's code."""
        return CodeableConcept(coding=[Coding(system=self.system, code=self.write(word))])

    def of(self, concept: CodeableConcept | None, *, at: str) -> T | None:
        """Our word for the first coding that is one of these; None for an absent concept.

        Raises:
            CodeUnknown: it has codings and none is one of these.
        """
        codings = (concept.coding or []) if concept else []
        known = [one.code for one in codings if one.code and self.knows(one.code)]
        if known:
            return self.read(known[0], at=at)
        return self.read(codings[0].code or "", at=at) if codings else None


LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
NPI = "http://hl7.org/fhir/sid/us-npi"
URI_AS_IDENTIFIER = "urn:ietf:rfc:3986"
OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"

GENDER = Pairs("gender", [(Sex.FEMALE, "female"), (Sex.MALE, "male"), (Sex.OTHER, "other"), (Sex.UNKNOWN, "unknown")])

STAY_STATUS = Pairs(
    "encounter status",
    [
        (StayState.PLANNED, "planned"),
        (StayState.IN_PROGRESS, "in-progress"),
        (StayState.FINISHED, "finished"),
        (StayState.CANCELLED, "cancelled"),
        (StayState.ENTERED_IN_ERROR, "entered-in-error"),
    ],
    # Arrived, triaged and on leave are moments of a stay that has begun.
    also={
        "arrived": StayState.IN_PROGRESS,
        "triaged": StayState.IN_PROGRESS,
        "onleave": StayState.IN_PROGRESS,
    },
)

STAY_CLASS = Pairs(
    "encounter class",
    [
        (StayClass.INPATIENT, "IMP"),
        (StayClass.OBSERVATION, "OBSENC"),
        (StayClass.EMERGENCY, "EMER"),
        # HL7 has one word for all of these, NONAC, which is written as the class: the code below is the type.
        (StayClass.SKILLED_NURSING, "skilled-nursing"),
        (StayClass.REHABILITATION, "rehabilitation"),
        (StayClass.LONG_TERM_CARE, "long-term-care"),
        (StayClass.PARTIAL_HOSPITAL, "partial-hospital"),
    ],
    system="http://terminology.hl7.org/CodeSystem/v3-ActCode",
    also={"ACUTE": StayClass.INPATIENT, "NONAC": StayClass.INPATIENT},
)
NON_ACUTE = "NONAC"
FACILITY_TYPE = "urn:careweave:facility-class"
"""Whose codes say, as Encounter.type, in which kind of facility a stay that is not acute was."""

VISIT_CLASS = Pairs(
    "encounter class",
    [
        (VisitClass.AMBULATORY, "AMB"),
        (VisitClass.VIRTUAL, "VR"),
        (VisitClass.HOME, "HH"),
        (VisitClass.FIELD, "FLD"),
        (VisitClass.SHORT_STAY, "SS"),
    ],
    system=STAY_CLASS.system,
)

CONDITION_STATUS = Pairs(
    "clinical status",
    [(status, status.value) for status in ConditionStatus],
    system="http://terminology.hl7.org/CodeSystem/condition-clinical",
)
CONDITION_VERIFICATION = Pairs(
    "verification status",
    [(status, status.value) for status in ConditionVerification],
    system="http://terminology.hl7.org/CodeSystem/condition-ver-status",
)
CONDITION_CATEGORY = Pairs(
    "condition category",
    [(category, category.value) for category in ConditionCategory],
    system="http://terminology.hl7.org/CodeSystem/condition-category",
)

# FHIR's base example set and NUBC's patient discharge status for the same twelve places.
DISPOSITION_SYSTEM = "https://www.nubc.org/CodeSystem/PatDischargeStatus"
DISPOSITION = Pairs(
    "discharge disposition",
    [
        (DischargeDisposition.HOME, "01"),
        (DischargeDisposition.SHORT_TERM_HOSPITAL, "02"),
        (DischargeDisposition.SKILLED_NURSING, "03"),
        (DischargeDisposition.ASSISTED_LIVING, "04"),
        (DischargeDisposition.HOME_HEALTH, "06"),
        (DischargeDisposition.AGAINST_ADVICE, "07"),
        (DischargeDisposition.EXPIRED, "20"),
        (DischargeDisposition.HOSPICE, "50"),
        (DischargeDisposition.REHABILITATION, "62"),
        (DischargeDisposition.LONG_TERM_CARE, "63"),
        (DischargeDisposition.PSYCHIATRIC, "65"),
        (DischargeDisposition.OTHER, "70"),
    ],
    system=DISPOSITION_SYSTEM,
    also={
        "home": DischargeDisposition.HOME,
        "alt-home": DischargeDisposition.ASSISTED_LIVING,
        "hosp": DischargeDisposition.SHORT_TERM_HOSPITAL,
        "other-hcf": DischargeDisposition.OTHER,
        "long": DischargeDisposition.LONG_TERM_CARE,
        "aadvice": DischargeDisposition.AGAINST_ADVICE,
        "exp": DischargeDisposition.EXPIRED,
        "psy": DischargeDisposition.PSYCHIATRIC,
        "rehab": DischargeDisposition.REHABILITATION,
        "snf": DischargeDisposition.SKILLED_NURSING,
        "oth": DischargeDisposition.OTHER,
        "51": DischargeDisposition.HOSPICE,
    },
)

DIAGNOSIS_SYSTEM = Pairs(
    "code system", [(CodeSystem.ICD_10_CM, ICD_10_CM), (CodeSystem.SNOMED, SNOMED)],
    also={f"{SNOMED}/731000124108": CodeSystem.SNOMED},
)  # fmt: skip

READING_STATUS = Pairs(
    "observation status",
    [
        (ReadingStatus.FINAL, "final"),
        (ReadingStatus.CORRECTED, "corrected"),
        (ReadingStatus.ENTERED_IN_ERROR, "entered-in-error"),
    ],
    also={"amended": ReadingStatus.CORRECTED},
)

TELECOM = Pairs(
    "telecom system", [(TelecomKind.PHONE, "phone"), (TelecomKind.EMAIL, "email"), (TelecomKind.SMS, "sms")]
)

RESPONSE_STATUS = Pairs("questionnaire response status", [(status, status.value) for status in ResponseStatus])
ITEM_TYPE = Pairs(
    "questionnaire item type",
    [
        (AnswerKind.YES_NO, "boolean"),
        (AnswerKind.NUMBER, "decimal"),
        (AnswerKind.SCALE, "integer"),
        (AnswerKind.CHOICE, "choice"),
        (AnswerKind.TEXT, "string"),
    ],
)

NUCC = "http://nucc.org/provider-taxonomy"
SPECIALTY = Pairs("specialty", [(specialty, specialty.nucc) for specialty in Specialty], system=NUCC)
MODALITY = Pairs("modality", [(modality, modality.value) for modality in Modality])

COMPARATOR = Pairs("comparator", [(comparator, comparator.value) for comparator in Comparator])
