"""What one operation's example is, and the clinic whose records the examples name."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from deploy.local.demo import NORTH
from deploy.local.demo_http import Desk
from deploy.local.demo_people import Course, Person, people
from shared.vocabulary import Role

KEYS = "example"
"""What the keys of requests for examples begin with."""
_TOLD_ON = date(2026, 9, 12)
"""The contracts' examples tell of the days before this one; what they date is moved to before the seed."""


@dataclass(frozen=True, slots=True)
class Example:
    """What a record of the demo adds to a document: values of parameters by name, ``body`` instead of the contract's.

    ``role``: whose token it is for; the first that the policy allows when left out.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None
    body: Any = None
    role: Role | None = None

    def parameters(self) -> dict[str, str]:
        """Values by parameter name in lower case, with the version as the ETag that If-Match asks for."""
        tag = {} if self.version is None else {"if-match": f'"{self.version}"'}
        return {name.lower(): value for name, value in self.values.items()} | tag


@dataclass(frozen=True, slots=True)
class Room:
    """The north clinic at the end of its seed. Requests carry keys and simulated times, so a repeat changes nothing.

    ``hosts`` are patients who are only registered: records for examples are made for them, so that nobody's story
    in the demo is disturbed. ``midnight`` is 0:00 UTC of the seed's day.
    """

    desk: Desk
    midnight: datetime
    patients: Mapping[str, dict[str, Any]]
    hosts: tuple[dict[str, Any], ...]

    async def post(
        self,
        service: str,
        path: str,
        body: Any,
        *,
        key: str | None,
        role: Role = Role.SUPERVISOR,
        days_ago: float = 1.0,
        version: int | None = None,
    ) -> Any:
        """Something the demo does for an example, ``days_ago`` before the seed's midnight."""
        now = self.midnight - timedelta(days=days_ago)
        own = None if key is None else f"{KEYS}-{key}"
        return await self.desk.post(service, path, body, role=role, now=now, key=own, version=version)

    async def get(self, service: str, path: str, *, role: Role = Role.SUPERVISOR) -> Any:
        """The same for reading."""
        return await self.desk.get(service, path, role=role)

    def at(self, days: float) -> str:
        """An instant as the API takes it, so many days after the seed's midnight."""
        return (self.midnight + timedelta(days=days)).isoformat()

    def moved(self, told: str) -> str:
        """An instant of the contracts' examples as it is shown: as long before the seed as it was told."""
        return (datetime.fromisoformat(told) + (self.midnight.date() - _TOLD_ON)).isoformat()

    def patient(self, number: int) -> dict[str, Any]:
        """A patient of the demo as registered, by the number of :func:`people`."""
        person = next(each for each in people(NORTH) if each.number == number)
        return self.patients[person.mrn["value"]]


Maker = Callable[[Room], Awaitable[dict[str, Example]]]


async def enter(desk: Desk) -> Room:
    """The room of a clinic whose patients are all registered."""
    page = await desk.get("coordination", "/v1/patients?limit=200", role=Role.SUPERVISOR)
    known = {each["identifiers"][0]["value"]: each for each in page["items"] if each["identifiers"]}
    spare: list[Person] = [person for person in people(desk.clinic) if person.course is Course.REGISTERED]
    midnight = datetime.combine(date.fromisoformat(desk.anchor), datetime.min.time(), UTC)
    return Room(desk, midnight, known, tuple(known[person.mrn["value"]] for person in spare))
