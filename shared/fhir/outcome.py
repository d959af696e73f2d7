"""OperationOutcome: how a refusal, or something worth knowing, is said in FHIR."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.fhir.problems import EntryInvalid, TransactionRefused
from shared.kit.problems import Problem

CODES = "urn:careweave:problem"
"""System of the codes in ``issue.details.coding``: the same codes as the native API's ``code``."""

Json = dict[str, Any]

# HTTP status → FHIR issue-type, for refusals whose code says nothing more precise.
_BY_STATUS: Mapping[int, str] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    408: "timeout",
    409: "conflict",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    428: "required",
    429: "throttled",
    431: "too-long",
    503: "transient",
}
_BY_CODE: Mapping[str, str] = {
    "token.expired": "expired",
    "code.unknown": "code-invalid",
    "element.missing": "required",
    "element.not-taken": "not-supported",
    "modifier-extension.not-understood": "extension",
    "missing": "required",
    "condition.several-matches": "multiple-matches",
    "reference.ambiguous": "multiple-matches",
    "resource-type.not-taken": "not-supported",
    "observation.not-a-metric": "not-supported",
}


@dataclass(frozen=True, slots=True)
class Note:
    """Something the sender should know about what was stored, such as a unit that was mapped to UCUM."""

    code: str
    text: str
    expression: str | None = None


def issue(severity: str, kind: str, text: str, *, code: str, expression: str | None = None) -> Json:
    """One issue; ``kind`` is a FHIR issue-type, ``code`` ours."""
    said: Json = {
        "severity": severity,
        "code": kind,
        "details": {"coding": [{"system": CODES, "code": code}], "text": text},
    }
    if expression:
        said["expression"] = [expression]
    return said


def outcome(issues: Iterable[Json]) -> Json:
    """An OperationOutcome of these issues."""
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def from_notes(notes: Iterable[Note], *, root: str | None = None) -> Json | None:
    """Notes as informational issues; None when there are none."""
    said = [
        issue("information", "informational", note.text, code=note.code, expression=placed(note.expression, root))
        for note in notes
    ]
    return outcome(said) if said else None


def from_problem(problem: Problem, *, root: str | None = None) -> Json:
    """A refusal as an OperationOutcome.

    ``root`` is where the resource stands, such as ``Bundle.entry[3].resource``: expressions start there.
    """
    if isinstance(problem, TransactionRefused):
        return outcome(
            single
            for index, refusal in problem.refusals
            for single in from_problem(refusal, root=entry_root(index, refusal))["issue"]
        )
    errors = problem.extra.get("errors")
    if isinstance(errors, list) and errors:
        return outcome(_of_error(error, problem, root) for error in errors)
    expression = problem.extra.get("expression")
    where = placed(expression, root) if isinstance(expression, str) else root
    code = getattr(problem, "shape_code", problem.code)
    return outcome([issue("error", _kind(problem, code), problem.detail, code=code, expression=where)])


def entry_root(index: int, problem: Problem) -> str:
    """Where a refusal of the entry at ``index`` starts: the entry, or the resource in it."""
    return f"Bundle.entry[{index}]" + ("" if isinstance(problem, EntryInvalid) else ".resource")


def placed(expression: str | None, root: str | None) -> str | None:
    """``Patient.name[0]`` seen from the root: ``Bundle.entry[3].resource.name[0]``."""
    if expression is None or root is None or expression.startswith("Bundle"):
        return expression if expression is not None else root
    _, dot, rest = expression.partition(".")
    return f"{root}{dot}{rest}"


def _of_error(error: Mapping[str, str], problem: Problem, root: str | None) -> Json:
    where = error.get("expression") or error.get("pointer", "").strip("/").replace("/", ".") or None
    code = error["code"]
    kind = _BY_CODE.get(code, "value" if problem.status == 422 else _kind(problem, code))
    return issue("error", kind, error["reason"], code=code, expression=placed(where, root))


def _kind(problem: Problem, code: str) -> str:
    return _BY_CODE.get(code) or _BY_STATUS.get(problem.status, "exception" if problem.status >= 500 else "processing")
