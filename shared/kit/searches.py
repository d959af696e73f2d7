"""What a search asks for, in our words; every part that is given must fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.vocabulary import OrderState, Sex, SlotState


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A text and how it is compared: ``starts``, ``contains`` (both in any case) or ``exact``."""

    text: str
    how: str = "starts"


@dataclass(frozen=True, slots=True)
class IdentifierMatch:
    """An identifier; without a system any system fits, without a value any value."""

    system: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """Instants from ``start`` (included) to ``end`` (excluded); None is open."""

    start: datetime | None = None
    end: datetime | None = None


ALWAYS = Between()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSearch:
    """What people and care sites are found by; pages follow the id."""

    ids: Sequence[UUID] | None = None
    identifiers: Sequence[IdentifierMatch] | None = None
    name: TextMatch | None = None
    changed: Between = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientSearch(NamedSearch):
    """What patients are found by. ``born`` compares with midnight UTC of the birth date."""

    family: TextMatch | None = None
    given: TextMatch | None = None
    born: Between = ALWAYS
    sexes: Sequence[Sex] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterSearch:
    """What stays and visits are found by. ``began``: when it started; ``over``: when it ended, or is not over yet."""

    ids: Sequence[UUID] | None = None
    identifiers: Sequence[IdentifierMatch] | None = None
    patient_ids: Sequence[UUID] | None = None
    states: Sequence[str] | None = None
    classes: Sequence[str] | None = None
    began: Between = ALWAYS
    over: Between = ALWAYS
    ended_only: bool = False
    changed: Between = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionSearch:
    """What conditions are found by."""

    ids: Sequence[UUID] | None = None
    identifiers: Sequence[IdentifierMatch] | None = None
    patient_ids: Sequence[UUID] | None = None
    codes: Sequence[tuple[str | None, str | None]] | None = None
    statuses: Sequence[str] | None = None
    categories: Sequence[str] | None = None
    changed: Between = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSearch:
    """What orders are found by; ``codes`` are pairs of system and code, each None for any."""

    ids: Sequence[UUID] | None = None
    identifiers: Sequence[IdentifierMatch] | None = None
    patient_ids: Sequence[UUID] | None = None
    codes: Sequence[tuple[str | None, str | None]] | None = None
    states: Sequence[OrderState] | None = None
    ordered: Between = ALWAYS
    changed: Between = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSearch:
    """What readings of some patients are found by, the newest first."""

    patient_ids: Sequence[UUID]
    metrics: Sequence[str] | None = None
    statuses: Sequence[str] | None = None
    observed: Between = ALWAYS
    received: Between = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySearch(NamedSearch):
    """What entries of the directory are found by; ``of_people``: practitioners' roles, or services.

    ``npis`` are identifiers too: an entry with any of them, or of ``identifiers``, fits.
    """

    of_people: bool = True
    npis: Sequence[str] = ()
    active: bool | None = None
    specialties: Sequence[str] | None = None
    care_sites: Sequence[UUID] | None = None
    practitioners: Sequence[UUID] | None = None
    sites: Sequence[UUID] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSearch:
    """What calendars and their slots are found by. ``actors`` are specialists or sites; ``starts`` when a slot does."""

    ids: Sequence[UUID] | None = None
    identifiers: Sequence[IdentifierMatch] | None = None
    actors: Sequence[UUID] | None = None
    schedules: Sequence[UUID] | None = None
    states: Sequence[SlotState] | None = None
    starts: Between = ALWAYS
    changed: Between = ALWAYS
