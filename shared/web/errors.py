"""Every refusal as application/problem+json, or as OperationOutcome under /fhir."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from shared.contracts.reasons import reason
from shared.fhir.outcome import from_problem
from shared.kit.problems import Problem, Unauthenticated, Unavailable

# After the place these go on as a sentence; others stand by themselves.
_GOES_ON = ("is ", "must ", "may ", "needs ", "has ", "holds ", "takes ", "begins ", "lies ", "cannot ")

_OWN = ("time.", "body.", "code.", "id.", "text.", "currency.", "email.")
_OUTSIDE = ("query", "path", "header")
# Which of several kinds a value was tried as is the library's affair: list[constrained-str], function-after[…].
_TRIED = re.compile(r".*\[.*|constrained-.*|decimal|bool|str|int|float")


class Malformed(Problem):
    """The request's shape: one problem with a list of places. Shares the code of its errors where they agree."""

    title = "The request is not as it should be"

    def __init__(self, errors: list[dict[str, str]]) -> None:
        codes = {error["code"] for error in errors}
        general = _general(errors)
        code = codes.pop() if len(codes) == 1 else general
        more = f" And {len(errors) - 1} more: see errors." if len(errors) > 1 else ""
        super().__init__(f"{sentence(errors[0])}{more}", errors=errors)
        self.shape_code = code if code.startswith(_OWN) else general


def _general(errors: list[dict[str, str]]) -> str:
    """``query.invalid``, ``path.invalid`` or ``header.invalid`` where all that is wrong stands there."""
    places = {error["pointer"].split("/")[1] for error in errors if error["pointer"] != "/"}
    place = places.pop() if len(places) == 1 else "body"
    return f"{place if place in _OUTSIDE else 'body'}.invalid"


class NoSuchAddress(Problem):
    status = 404
    code = "address.unknown"
    title = "No such address"


class RequestTooLarge(Problem):
    status = 431
    code = "request.too-large"
    title = "The request is too large"


class Defect(Problem):
    status = 500
    code = "internal"
    title = "Internal error"


class NoSuchMethod(Problem):
    status = 405
    code = "method.unknown"
    title = "This method is not offered here"


def problem_document(problem: Problem, request_id: str) -> dict[str, Any]:
    """The members of RFC 9457, the code, and the request's id for whoever looks into it."""
    code = getattr(problem, "shape_code", problem.code)
    return {
        "type": f"urn:careweave:problem:{code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": code,
        "request_id": request_id,
        **problem.extra,
    }


def answer(request: Request, problem: Problem, *, status: int | None = None) -> Response:
    """The refusal in the words of the door it came through."""
    request_id = request.scope.get("request_id", "")
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(problem, Unauthenticated) else {}
    if isinstance(problem, Unavailable):
        headers["Retry-After"] = "2"
    rendered, media = render(request.url.path, problem, request_id)
    return Response(rendered, status or problem.status, headers, media_type=media)


def render(path: str, problem: Problem, request_id: str) -> tuple[bytes, str]:
    """A refusal's body and media type, by the door that ``path`` leads to."""
    if path.startswith("/fhir"):
        return orjson.dumps(from_problem(problem), default=str), "application/fhir+json"
    return orjson.dumps(problem_document(problem, request_id), default=str), "application/problem+json"


def shape_errors(errors: Sequence[Any], body: Any = None) -> list[dict[str, str]]:
    """Places and reasons of a validation failure, never the value that was sent.

    Places are JSON pointers (RFC 6901) into the request, ``/body/…`` into its ``body``.
    """
    return [_shape_error(error, body) for error in errors[:50]]


def sentence(error: dict[str, str]) -> str:
    """A place and its reason as one sentence."""
    place, why = error["pointer"], error["reason"]
    if place in ("", "/", "/body"):
        return f"The body {why}." if why.startswith(_GOES_ON) else f"{why[0].upper()}{why[1:]}."
    return f"{place} {why}." if why.startswith(_GOES_ON) else f"{place}: {why}."


def _shape_error(error: Any, body: Any) -> dict[str, str]:
    code, why = reason(error)
    place = ("body",) if error["type"] == "json_invalid" else error["loc"]
    if place[:1] == ("body",) and isinstance(body, dict | list):
        told = ["body", *_sent(place[1:], body, absent=error["type"] == "missing")]
    else:
        told = [str(part) for part in place if not _TRIED.fullmatch(str(part))]
    return {"pointer": "/" + "/".join(_escaped(part) for part in told), "code": code, "reason": why}


def _sent(place: Sequence[str | int], sent: Any, *, absent: bool) -> Iterator[str]:
    """Of a place what leads into what was sent: the kinds it was tried as do not. The last part may be ``absent``."""
    last = len(place) - 1
    for number, part in enumerate(place):
        inside: Any = dict(enumerate(sent)) if isinstance(sent, list) else sent
        if isinstance(inside, dict) and part in inside:
            sent = inside[part]
        elif not (absent and number == last):
            continue
        yield str(part)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer(request, error)


async def _on_shape(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer(request, Malformed(shape_errors(error.errors(), error.body)))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = NoSuchMethod if error.status_code == 405 else NoSuchAddress
    return answer(request, kind("See /docs for the addresses and methods offered."), status=error.status_code)


def add_error_handlers(app: FastAPI) -> None:
    """Register one handler per family; Starlette's HTTPException also covers unknown addresses."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_shape)
    app.add_exception_handler(HTTPException, _on_http)
