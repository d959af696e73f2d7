"""The two demo organizations; fixed, so that tokens and data agree between runs."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Organization:
    """A plainly fictional clinic; ``key`` is its short name on the command line."""

    key: str
    id: UUID
    name: str
    time_zone: str


NORTH = Organization("north", UUID("0a11ce00-0000-4000-8000-000000000001"), "Northlake Demo Clinic", "America/New_York")
SOUTH = Organization(
    "south", UUID("0a11ce00-0000-4000-8000-000000000002"), "Southbay Demo Clinic", "America/Los_Angeles"
)
ORGANIZATIONS = (NORTH, SOUTH)


def organization(name: str) -> UUID:
    """An organization's id from its short name or from the id itself.

    Raises:
        ValueError: when it is neither.
    """
    for known in ORGANIZATIONS:
        if name == known.key:
            return known.id
    try:
        return UUID(name)
    except ValueError:
        keys = ", ".join(known.key for known in ORGANIZATIONS)
        raise ValueError(f"{name!r} is neither a UUID nor one of: {keys}.") from None
