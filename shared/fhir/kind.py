"""A resource type at the door: how it is made, read, found, and what it refers to."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.db.base import Session
from shared.fhir.elements import Identifier, Meta, Reference, Resource
from shared.fhir.outcome import Note
from shared.fhir.query import Parameters, Query
from shared.fhir.times import write
from shared.kit.actor import Actor
from shared.kit.policy import Policy, decide
from shared.kit.problems import Forbidden, NotFound, Problem

R = TypeVar("R", bound=Resource)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, in which transaction, at what time.

    ``as_of``: the instant whose recent past still chooses pathways, where the sender asks for another than now.
    ``base``: the address of this endpoint, such as ``http://localhost:8001/fhir/R4``.
    ``each_alone``: an entry that is refused leaves the others standing (batch), so each has its own savepoint.
    """

    tx: Session
    actor: Actor
    now: datetime
    policy: Policy
    as_of: datetime | None
    base: str
    each_alone: bool = False

    def allow(self, action: str) -> None:
        """Refuse what the policy table does not allow.

        Raises:
            Forbidden: the same decision as at the door of a route.
        """
        decision = decide(self.policy, self.actor, action)
        if not decision.allowed:
            raise Forbidden(decision.reason)


@dataclass(frozen=True, slots=True)
class Link:
    """A reference that is followed: its text, the type it must lead to, and where it stands."""

    text: str
    type: str
    expression: str
    needed: bool = True


Links = Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class Draft(Generic[R]):
    """A resource to store, with its references resolved.

    ``origin`` is the sender's own name for it, where it carries no identifier. ``beside`` are the other resources
    of the same Bundle.
    """

    resource: R
    links: Links
    origin: Identifier | None = None
    notes: tuple[Note, ...] = ()
    beside: Sequence[Resource] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a resource is now. ``created`` is false when it was there already."""

    id: str
    version: int | None
    created: bool = True
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of what a search found."""

    resources: Sequence[Resource]
    next_cursor: str | None = None


Result = Stored | Problem
CreateOne = Callable[[Asked, Draft[R]], Awaitable[Stored]]
Update = Callable[[Asked, str, int, Draft[R]], Awaitable[Stored]]
"""Replaces a resource whole: its id, the version the sender last saw, and what it is to be."""
CreateMany = Callable[[Asked, Sequence[Draft[R]]], Awaitable[Sequence[Result]]]


@dataclass(frozen=True, slots=True)
class Kind(Generic[R]):
    """One resource type. At most one of ``create`` and ``create_many`` is given; without either it is only read.
    With ``update`` it can be replaced whole by whoever saw its newest version.

    ``known`` says which of many identifiers are taken, in one statement.
    """

    model: type[R]
    parameters: Parameters
    read: Callable[[Asked, str], Awaitable[R]]
    search: Callable[[Asked, Query], Awaitable[Hits]]
    create: CreateOne[R] | None = None
    create_many: CreateMany[R] | None = None
    links: Callable[[R], Sequence[Link]] = field(default=lambda _resource: ())
    update: Update[R] | None = None
    known: Callable[[Asked, Sequence[tuple[str, str]]], Awaitable[Mapping[tuple[str, str], Stored]]] | None = None

    @property
    def name(self) -> str:
        """The FHIR type."""
        return self.model.__name__

    @property
    def creates(self) -> bool:
        """Whether it can be made here."""
        return self.create is not None or self.create_many is not None

    def action(self, act: str) -> str:
        """The row in the policy table."""
        return f"fhir.{self.name.lower()}.{act}"


Kinds = Mapping[str, Kind[Any]]


def link(reference: Reference | None, name: str, expression: str, *, needed: bool = True) -> list[Link]:
    """A reference to follow, as a list that is empty when nothing is referred to."""
    text = text_of(reference, name)
    return [Link(text, name, expression, needed)] if text else []


def text_of(reference: Reference | None, name: str) -> str | None:
    """The reference as text; one by identifier reads like the condition FHIR writes for it."""
    if reference is None:
        return None
    if reference.reference is not None:
        return reference.reference
    named = reference.identifier
    if named is None or named.value is None:
        return None
    return f"{name}?identifier={named.system or ''}|{named.value}"


def linked(links: Links, reference: Reference | None, name: str) -> UUID | None:
    """Where a reference leads, once resolved."""
    text = text_of(reference, name)
    return links.get(text) if text else None


def meta(version: int, updated_at: datetime | None = None) -> Meta:
    """What FHIR says of a version."""
    return Meta(version_id=str(version), last_updated=write(updated_at) if updated_at else None)


def as_id(text: str, noun: str) -> UUID:
    """The id in an address.

    Raises:
        NotFound: no id of ours looks like this.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(noun) from None


def there(owners: Mapping[tuple[str, str], UUID]) -> dict[tuple[str, str], Stored]:
    """Things that carry identifiers, as what a conditional create finds."""
    return {pair: Stored(str(found), None, created=False) for pair, found in owners.items()}


def to(name: str, found: UUID) -> Reference:
    """A reference to one of our resources."""
    return Reference(reference=f"{name}/{found}")


def refer(name: str, found: UUID | None) -> Reference | None:
    """A reference to one of our resources, where there is one."""
    return None if found is None else to(name, found)


def render(resource: Resource) -> dict[str, Any]:
    """A resource as FHIR JSON: absent elements are left out."""
    return resource.model_dump(by_alias=True, exclude_none=True)
