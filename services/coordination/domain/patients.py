"""Patients: what must be unique, what cannot be, and when two records may become one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.kit.births import check_birth
from shared.kit.problems import Conflict, Problem
from shared.kit.zones import before_birth
from shared.vocabulary import Sex


class IdentifierTaken(Conflict):
    """Another patient of the organization carries one of the identifiers."""

    code = "patient.identifier-taken"
    title = "Another patient has this identifier"


class IdentifierTwice(Problem):
    """The same identifier twice in one request."""

    code = "patient.identifier-twice"
    title = "An identifier is listed twice"


class IdentifiersDisagree(Conflict):
    """The identifiers given belong to different patients."""

    code = "patient.identifiers-disagree"
    title = "The identifiers belong to different patients"


class PatientUnknown(Problem):
    """Nobody of the organization carries the identifiers; another organization's patients read the same."""

    status = 404
    code = "patient.unknown"
    title = "No patient carries these identifiers"


class IdentifierFilterUnclear(Problem):
    """A search by identifier without its system or value."""

    code = "patient.identifier-filter"
    title = "The identifier to search by is not clear"


class BornAfterRecord(Conflict):
    """A birth date later than something that is on record of the patient."""

    code = "patient.born-after-record"
    title = "Something on record is from before that birth date"


class DiedBeforeRecord(Conflict):
    """A death earlier than something on record that only the living have."""

    code = "patient.died-before-record"
    title = "Something on record began after that death"


class DeathImpossible(Problem):
    """A death before the birth, or one that has not come."""

    code = "patient.death-impossible"
    title = "The time of death cannot be"


class AlreadyMerged(Conflict):
    """The record was linked to another one."""

    code = "patient.merged"
    title = "This record was merged into another"


class MergeWithItself(Problem):
    """A record cannot be merged into itself."""

    code = "patient.merge-with-itself"
    title = "Both are the same record"


class MergeLivingWithDead(Conflict):
    """One of the two is recorded as deceased and the other is not."""

    code = "patient.merge-living-with-dead"
    title = "One of the two is deceased and the other is not"


@dataclass(frozen=True, slots=True)
class Person:
    """What decides whether two records may be one person."""

    id: UUID
    family: str
    given: str
    birth_date: date
    sex: Sex
    deceased_at: datetime | None
    merged_into: UUID | None


def check_life(birth_date: date, deceased_at: datetime | None, now: datetime) -> None:
    """Dates that a life can have; a day's tolerance, because zones differ.

    Raises:
        BornInTheFuture, BornTooLongAgo, DeathImpossible.
    """
    check_birth(birth_date, now)
    if deceased_at is None:
        return
    if deceased_at > now or (birth_date - deceased_at.date()).days > 1:
        raise DeathImpossible("The time of death lies in the future or before the birth. Correct it.")


def check_born_first(birth_date: date, earliest: Mapping[str, datetime]) -> None:
    """A birth date that is corrected to a later day lies before all that is on record; ``earliest`` names the first of
    each kind.

    Raises:
        BornAfterRecord: something began more than a day before it (zones may differ by one).
    """
    before = sorted((at, what) for what, at in earliest.items() if before_birth(at, birth_date))
    if before:
        at, what = before[0]
        raise BornAfterRecord(
            f"The record has a {what} of {at:%Y-%m-%d}, before this birth date. Correct the birth date; where the "
            f"{what} is of somebody else or of another day, correct that first."
        )


def check_died_last(first_after: tuple[str, UUID, datetime] | None) -> None:
    """Nobody is in hospital or seen in person after their death; ``first_after`` names what began first after it.

    Raises:
        DiedBeforeRecord: there is such a thing.
    """
    if first_after is not None:
        what, which, at = first_after
        raise DiedBeforeRecord(
            f"The record has a {what} that began at {at:%Y-%m-%dT%H:%MZ}, after this death. Correct the time of death; "
            f"where the {what} is of somebody else or of another time, correct that first.",
            **{f"{what}_id": str(which)},
        )


def check_unique(identifiers: Iterable[tuple[str, str]]) -> None:
    """Raises:
    IdentifierTwice: one of them is listed twice.
    """
    listed = list(identifiers)
    if len(set(listed)) != len(listed):
        raise IdentifierTwice("The same identifier is listed twice. List each once.")


def check_merge(duplicate: Person, survivor: Person) -> None:
    """Whether one record may be merged into another.

    Raises:
        MergeWithItself, AlreadyMerged, MergeLivingWithDead.
    """
    if duplicate.id == survivor.id:
        raise MergeWithItself("A record cannot be merged into itself. Name the other record in 'into'.")
    for person in (duplicate, survivor):
        if person.merged_into is not None:
            raise AlreadyMerged(f"This record was already merged into {person.merged_into}. Use that one.")
    if (duplicate.deceased_at is None) != (survivor.deceased_at is None):
        raise MergeLivingWithDead(
            "One record is of a living person, the other of a deceased one. If they are the same person, first "
            "record or correct the death, then merge."
        )


def differences(one: Person, other: Person) -> list[str]:
    """What two records say differently, by field name: no values, so that the list may be logged."""
    fields = ("family", "given", "birth_date", "sex", "deceased_at")
    return [name for name in fields if getattr(one, name) != getattr(other, name)]
