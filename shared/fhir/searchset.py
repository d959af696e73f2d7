"""The Bundle that answers a search."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from shared.fhir.kind import Hits, render
from shared.fhir.outcome import issue, outcome
from shared.kit.ids import new_id


def searchset(hits: Hits, name: str, *, base: str, asked: str, ignored: Sequence[str] = ()) -> dict[str, Any]:
    """One page of results with its own address and, where there is one, the next page's.

    Args:
        base: the address of the FHIR endpoint, such as ``http://localhost:8001/fhir/R4``.
        asked: the query string as it was sent.
        ignored: parameters left out after ``Prefer: handling=lenient``; said in an entry of mode outcome.
    """
    pairs = [pair for pair in parse_qsl(asked, keep_blank_values=True) if pair[0] not in ignored]
    links = [{"relation": "self", "url": _address(base, name, pairs)}]
    if hits.next_cursor is not None:
        following = [pair for pair in pairs if pair[0] != "_cursor"] + [("_cursor", hits.next_cursor)]
        links.append({"relation": "next", "url": _address(base, name, following)})
    found = [
        {
            "fullUrl": f"{base}/{name}/{resource.id}",
            "resource": render(resource),
            "search": {"mode": "match"},
        }
        for resource in hits.resources
    ]
    found += [_left_out(ignored)] if ignored else []
    page: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
    return page | ({"entry": found} if found else {})


def _address(base: str, name: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{base}/{name}" + (f"?{urlencode(pairs)}" if pairs else "")


def _left_out(ignored: Sequence[str]) -> dict[str, Any]:
    text = f"Not search parameters here, and left out: {', '.join(ignored)}."
    said = outcome([issue("warning", "not-supported", text, code="search.parameter-ignored")])
    return {"fullUrl": f"urn:uuid:{new_id()}", "resource": said, "search": {"mode": "outcome"}}
