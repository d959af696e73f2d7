"""What a practice outside needs of a patient to book a visit, in the words of the letter and of its page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

# Tags as people call them; another one is shown as it is.
_SPOKEN = {
    "ar": "Arabic", "bn": "Bengali", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian", "fr": "French",
    "hi": "Hindi", "hmn": "Hmong", "ht": "Haitian Creole", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "so": "Somali", "tl": "Tagalog", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "yue": "Cantonese", "zh": "Chinese",
}  # fmt: skip
_NO_CALLS = "Does not agree to calls: please book through the clinic"
_UNKNOWN = "Not recorded: please ask the clinic"


@dataclass(frozen=True, slots=True)
class Booking:
    """Who is to be seen. ``language`` is a BCP 47 tag; ``telephones`` is None where the patient wants no calls.

    ``clinic``: name, address and telephone of the site that cares for the patient, as far as they are recorded.
    """

    family: str
    given: str
    birth_date: date
    sex: str
    language: str
    interpreter: bool
    telephones: Sequence[str] | None
    coverages: Sequence[str]
    clinic: str | None


def rows(told: Booking) -> list[tuple[str, str]]:
    """Each as a name and what it says; what is not recorded is said to be so."""
    said = [
        ("Patient", f"{told.family}, {told.given}"),
        ("Born", day(told.birth_date)),
        ("Sex", told.sex),
        ("Telephone", _telephone(told)),
        ("Language", _language(told)),
        ("Coverage", "; ".join(told.coverages) or _UNKNOWN),
    ]
    return said if told.clinic is None else [*said, ("Clinic", told.clinic)]


def coverage(cover: Mapping[str, str | None]) -> str:
    """Payer, plan and the member's number in one line."""
    member = cover.get("member_id")
    said = [cover.get("payer"), cover.get("plan"), f"member {member}" if member else None]
    return ", ".join(each for each in said if each)


def line(parts: Iterable[str | None]) -> str:
    """What is known of these, in one line."""
    return ", ".join(each for each in parts if each)


def day(said: date) -> str:
    """A day as it is written out."""
    return f"{said:%B} {said.day}, {said.year}"


def _telephone(told: Booking) -> str:
    if told.telephones is None:
        return _NO_CALLS
    return ", ".join(told.telephones) or _UNKNOWN


def _language(told: Booking) -> str:
    spoken = _SPOKEN.get(told.language.partition("-")[0])
    name = told.language if spoken is None else spoken
    return f"{name}, needs an interpreter" if told.interpreter else name
