"""The entries of a batch or transaction Bundle: read, checked and allowed one by one."""

import re
from dataclasses import dataclass
from typing import Any, TypeGuard

from shared.fhir.codes import URI_AS_IDENTIFIER
from shared.fhir.elements import Identifier, Resource
from shared.fhir.kind import Asked, Kind, Kinds
from shared.fhir.problems import EntryInvalid, MethodNotOffered, TypeNotTaken
from shared.fhir.validation import validate
from shared.kit.problems import VersionMissing

_LONGEST = 2_000
_ETAG = re.compile(r'^(?:W/)?"(\d{1,18})"$')


@dataclass(frozen=True, slots=True)
class Entry:
    """One interaction a Bundle asks for; ``resource`` for POST and PUT, ``query`` or ``id`` for GET.

    ``version`` is the one that the sender of a PUT last saw.
    """

    index: int
    kind: Kind[Any]
    method: str
    full_url: str | None
    resource: Resource | None = None
    if_none_exist: str | None = None
    id: str | None = None
    query: str = ""
    version: int | None = None

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
    if method == "PUT":
        return _put(asked, kind, index, full_url, rest, raw)
    if method == "POST" and not kind.creates:
        raise MethodNotOffered(f"{name} can be read and searched for here, not created.")
    if method != "POST" or rest or query:
        raise MethodNotOffered("In a Bundle POST to a type, PUT to Type/id, or GET is offered.")
    asked.allow(kind.action("create"))
    condition = request.get("ifNoneExist")
    if condition is not None and not _is_text(condition):
        raise EntryInvalid("ifNoneExist is a search such as identifier=system|value.", expression="Entry.request")
    resource = validate(kind.model, raw.get("resource"))
    return Entry(index, kind, method, full_url, resource, condition)


def _is_text(found: Any) -> TypeGuard[str]:
    return isinstance(found, str) and 0 < len(found) <= _LONGEST and found.isprintable()


def _put(asked: Asked, kind: Kind[Any], index: int, full_url: str | None, rest: str, raw: Any) -> Entry:
    if kind.update is None or not rest:
        raise MethodNotOffered(f"{kind.name} cannot be updated here, or the url is not {kind.name}/id.")
    asked.allow(kind.action("update"))
    version = version_of(raw["request"].get("ifMatch"))
    resource = named(kind, rest, raw.get("resource"))
    return Entry(index, kind, "PUT", full_url, resource, id=rest, version=version)


def version_of(said: Any) -> int:
    """The version in an ETag.

    Raises:
        VersionMissing: there is none, so that nobody's change is lost.
    """
    match = _ETAG.match(said.strip()) if isinstance(said, str) else None
    if match is None:
        raise VersionMissing('Read the resource first and send its ETag, such as W/"3".')
    return int(match[1])


def named(kind: Kind[Any], resource_id: str, raw: Any) -> Resource:
    """A resource that says the id of the address it is put to.

    Raises:
        WrongType, Invalid: as for any resource.
        EntryInvalid: its id is another one, or none.
    """
    resource: Resource = validate(kind.model, raw)
    if resource.id != resource_id:
        raise EntryInvalid("The resource must carry the id of its address.", expression=f"{kind.name}.id")
    return resource


def _get(asked: Asked, entry: Entry) -> Entry:
    asked.allow(entry.kind.action("read" if entry.id else "search"))
    return entry
