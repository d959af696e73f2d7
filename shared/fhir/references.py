"""Where references lead: to entries of the same Bundle, to what is stored, or to what a condition finds."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl
from uuid import UUID

from shared.fhir import search
from shared.fhir.elements import Resource
from shared.fhir.kind import Asked, Kind, Kinds, Link, Stored
from shared.fhir.outcome import Note
from shared.fhir.problems import (
    EntryInvalid,
    NotTaken,
    ReferenceAmbiguous,
    ReferenceUnknown,
    SeveralMatches,
    TargetRefused,
)
from shared.kit.problems import NotFound, Problem

_LOCAL = re.compile(r"^(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})(?:/_history/\d+)?$")
_CONDITION = re.compile(r"^(?P<type>[A-Z][A-Za-z]+)\?(?P<query>.+)$")


class References:
    """Follows the references of one request; each target is looked up once."""

    def __init__(self, asked: Asked, kinds: Kinds, *, beside: Sequence[Resource] = ()) -> None:
        self.beside = beside
        self._asked = asked
        self._kinds = kinds
        self._entries: dict[str, UUID | None] = {}
        self._known: dict[str, UUID | Problem] = {}

    def expect(self, full_url: str) -> None:
        """An entry of this Bundle that is not decided yet, or was refused."""
        self._entries[full_url] = None

    def settle(self, full_url: str, found: Stored) -> None:
        """An entry of this Bundle that is stored."""
        try:
            self._entries[full_url] = UUID(found.id)
        except ValueError:
            # A reading's id is no UUID; nothing that is taken refers to one.
            self._entries.pop(full_url, None)

    async def resolve(self, links: Sequence[Link]) -> tuple[dict[str, UUID], list[Note]]:
        """Ids by reference text. One that is not needed and leads nowhere is left out, and said.

        Raises:
            ReferenceUnknown, ReferenceAmbiguous, TargetRefused, NotTaken: for one that is needed.
        """
        found: dict[str, UUID] = {}
        notes: list[Note] = []
        for link in links:
            try:
                found[link.text] = await self._follow(link)
            except Problem as problem:
                if link.needed:
                    raise
                notes.append(Note("reference.left-out", f"{problem.title}: it was left out.", link.expression))
        return found, notes

    async def _follow(self, link: Link) -> UUID:
        if link.text in self._entries:
            target = self._entries[link.text]
            if target is None:
                raise TargetRefused(
                    f"The {link.type} this refers to was refused: see its own entry.", expression=link.expression
                )
            return target
        if link.text not in self._known:
            self._known[link.text] = await self._look_up(link)
        known = self._known[link.text]
        if isinstance(known, Problem):
            raise known
        return known

    async def _look_up(self, link: Link) -> UUID | Problem:
        at = link.expression
        if link.text.startswith("#"):
            return NotTaken(f"Send the {link.type} as a resource of its own, not contained.", expression=at)
        if match := _CONDITION.match(link.text):
            return await self._by_condition(link, match["type"], match["query"])
        match = _LOCAL.match(link.text)
        if match is None:
            return ReferenceUnknown(
                f"Nothing with this address is in the Bundle or known here. Refer to {link.type}/id, to an entry's "
                f"fullUrl, or to {link.type}?identifier=system|value.",
                expression=at,
            )
        if match["type"] != link.type:
            return ReferenceUnknown(f"A reference to a {link.type} is expected here.", expression=at)
        return await self._by_id(link, match["id"])

    async def _by_id(self, link: Link, text: str) -> UUID | Problem:
        try:
            found: Resource = await self._kinds[link.type].read(self._asked, text)
        except NotFound:
            return ReferenceUnknown(
                f"No {link.type} with this id exists in your organization.", expression=link.expression
            )
        return UUID(found.id)

    async def _by_condition(self, link: Link, name: str, query: str) -> UUID | Problem:
        if name != link.type:
            return ReferenceUnknown(f"A reference to a {link.type} is expected here.", expression=link.expression)
        hits = await matches(self._asked, self._kinds[name], query)
        if not hits:
            return ReferenceUnknown(f"No {name} fits this condition.", expression=link.expression)
        if len(hits) > 1:
            return ReferenceAmbiguous(f"More than one {name} fits this condition.", expression=link.expression)
        return UUID(hits[0].id)


async def matches(asked: Asked, kind: Kind[Resource], query: str) -> Sequence[Resource]:
    """Up to two resources that fit a condition.

    Raises:
        EntryInvalid: an empty condition would fit everything.
        SearchRefused: the condition is not a search this type knows.
    """
    # parse_qsl reads + as a blank; identifiers may hold one, and senders rarely write %2B.
    pairs = parse_qsl(query.replace("+", "%2B"), keep_blank_values=True)
    parsed = search.parse(
        [pair for pair in pairs if not pair[0].startswith("_count")] + [("_count", "2")], kind.parameters
    )
    if parsed.empty:
        raise EntryInvalid(
            "A condition needs at least one search parameter, such as identifier=system|value.",
            expression="Entry.request.ifNoneExist",
        )
    return (await kind.search(asked, parsed)).resources


async def already(asked: Asked, kind: Kind[Resource], condition: str) -> Stored | None:
    """What a conditional create finds: the one match, or None when there is none.

    Raises:
        SeveralMatches: the condition does not name one resource (412).
    """
    found = await matches(asked, kind, condition)
    if len(found) > 1:
        raise SeveralMatches("Narrow the condition to one resource, for example by its identifier.")
    if not found:
        return None
    one = found[0]
    version = int(one.meta.version_id or 1) if one.meta else 1
    return Stored(one.id or "", version, created=False)
