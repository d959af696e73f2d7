"""What matching compares: an offer from the directory and the care that is wanted, as values."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from shared.kit.problems import Problem
from shared.vocabulary import Modality, Sex, Specialty


class HalfAPlace(Problem):
    code = "candidates.half-a-place"
    title = "A place needs latitude and longitude"


MAX_KM = Decimal(80)  # [default] about 50 miles: a journey a patient can make there and back in a day


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, decimal degrees (WGS 84)."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class Site:
    """Where a specialist sees patients."""

    id: UUID
    name: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Cover:
    """A payer and its plans; no plans means every plan of the payer."""

    payer: str
    plans: frozenset[str] = frozenset()


@lru_cache(maxsize=10_000)
def key_of(name: str) -> str:
    """A payer, plan or network as it is compared: in any case of letters, however it is spaced."""
    return " ".join(name.casefold().split())


@dataclass(frozen=True, slots=True)
class Price:
    """What one visit costs. With a payer it is the patient's share under it, else the list price.

    ``told_by`` and ``as_of`` say where the amount comes from and how old it is; None where that was not said.
    """

    service: str
    amount: Decimal
    currency: str
    payer: str | None = None
    plan: str | None = None
    told_by: str | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """An open slot."""

    id: UUID
    starts_at: datetime
    modality: Modality
    site_id: UUID | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A specialist as matching sees one. ``capacity`` is how many patients more can be taken, as told
    at ``capacity_as_of``; ages are whole years, both ends included."""

    id: UUID
    name: str
    specialty: Specialty
    languages: frozenset[str]
    interpreter: bool
    modalities: frozenset[Modality]
    min_age: int | None = None
    max_age: int | None = None
    covers: tuple[Cover, ...] = ()
    prices: tuple[Price, ...] = ()
    sites: tuple[Site, ...] = ()
    openings: tuple[Opening, ...] = ()
    capacity: int | None = None
    capacity_as_of: datetime | None = None
    loops_sent: int = 0
    loops_closed: int = 0
    gender: Sex | None = None
    networks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NetworkRule:
    """A network that is preferred for patients of one ``payer`` or of all; ``only`` excludes everybody else."""

    network: str
    payer: str | None = None
    only: bool = False


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a patient asks of whoever sees them. ``languages`` are those they speak beside their own.

    A gender that is not ``gender_firm`` is told, and excludes nobody; ``avoid`` excludes, ``prefer`` comes first.
    """

    gender: Sex | None = None
    gender_firm: bool = False
    languages: tuple[str, ...] = ()
    prefer: frozenset[UUID] = frozenset()
    avoid: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a need asks for, with what is known of the patient; None is unknown, not refused.

    ``see_by`` is the earlier of the need's clocks. ``currency`` is the one in which costs are compared.
    """

    specialties: tuple[Specialty, ...]
    age: int | None = None
    covers: tuple[Cover, ...] = ()
    language: str | None = None
    interpreter_needed: bool = False
    modalities: frozenset[Modality] = frozenset()
    home: Place | None = None
    max_km: Decimal = MAX_KM
    see_by: datetime | None = None
    service: str | None = None
    currency: str = "USD"
    wishes: Wishes = Wishes()
    networks: tuple[NetworkRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing said of a candidate. ``passed`` is None where a fact is unknown: that never excludes."""

    code: str
    passed: bool | None
    told: str | Callable[[], str]

    @property
    def text(self) -> str:
        """The sentence. It is put into words when somebody reads it: of thousands judged, a page is read."""
        return self.told if isinstance(self.told, str) else self.told()


@dataclass(frozen=True, slots=True)
class Cost:
    """What the patient pays for a visit; ``amount`` is None when it is not known. ``price`` is where it is from."""

    amount: Decimal | None
    currency: str | None
    reason: Reason
    price: Price | None = None
