"""The entries of a batch or transaction Bundle: read, checked and allowed one by one."""

from dataclasses import dataclass
from typing import Any, TypeGuard

from shared.fhir.codes import URI_AS_IDENTIFIER
from shared.fhir.elements import Identifier, Resource
from shared.fhir.kind import Asked, Kind, Kinds
from shared.fhir.problems import EntryInvalid, MethodNotOffered, TypeNotTaken
from shared.fhir.validation import validate

_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One interaction a Bundle asks for; ``resource`` for POST, ``query`` or ``id`` for GET."""

    index: int
    kind: Kind[Any]
    method: str
    full_url: str | None
    resource: Resource | None = None
    if_none_exist: str | None = None
    id: str | None = None
    query: str = ""

    @property
    def origin(self) -> Identifier | None:
        """The sender's own address of the resource, as an identifier."""
        if self.full_url is None:
            return None
        return Identifier(system=URI_AS_IDENTIFIER, value=self.full_url)


def read(asked: Asked, kinds: Kinds, index: int, raw: Any) -> Entry:
    """One entry, valid and allowed.

    Raises:
        EntryInvalid, MethodNotOffered, TypeNotTaken, Invalid, WrongType, Forbidden.
    """
    request = raw.get("request") if isinstance(raw, dict) else None
    if not isinstance(request, dict):
        raise EntryInvalid("The entry needs a request with method and url.", expression="Entry.request")
    method, url, full_url = request.get("method"), request.get("url"), raw.get("fullUrl")
    if not _is_text(url) or not (full_url is None or (_is_text(full_url) and " " not in full_url)):
        raise EntryInvalid("request.url and fullUrl are addresses.", expression="Entry.request.url")
    path, _, query = url.partition("?")
    name, _, rest = path.strip("/").partition("/")
    if name not in kinds:
        raise TypeNotTaken(sorted(kinds))
    kind = kinds[name]
    if method == "GET":
        return _get(asked, Entry(index, kind, method, full_url, id=rest or None, query=query))
    if method == "POST" and not kind.creates:
        raise MethodNotOffered(f"{name} can be read and searched for here, not created.")
    if method != "POST" or rest or query:
        raise MethodNotOffered("In a Bundle POST to a type, or GET, is offered. Create with POST and ifNoneExist.")
    asked.allow(kind.action("create"))
    condition = request.get("ifNoneExist")
    if condition is not None and not _is_text(condition):
        raise EntryInvalid("ifNoneExist is a search such as identifier=system|value.", expression="Entry.request")
    resource = validate(kind.model, raw.get("resource"))
    return Entry(index, kind, method, full_url, resource, condition)


def _is_text(found: Any) -> TypeGuard[str]:
    return isinstance(found, str) and 0 < len(found) <= _LONGEST and found.isprintable()


def _get(asked: Asked, entry: Entry) -> Entry:
    asked.allow(entry.kind.action("read" if entry.id else "search"))
    return entry
