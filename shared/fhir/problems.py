"""What FHIR input can be refused for: each with a code, and where in the resource."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

from shared.kit.problems import Problem


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place; ``expression`` is a FHIRPath such as ``Patient.name[0].family``."""

    expression: str
    code: str
    reason: str


class Invalid(Problem):
    """The resource does not have the shape FHIR R4 gives it."""

    code = "resource.invalid"
    title = "The resource is not valid FHIR R4"

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = findings[0]
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        super().__init__(
            f"{first.expression}: {first.reason}{more}. Correct it and send it again.",
            errors=[asdict(finding) for finding in findings],
        )


class AtPlace(Problem):
    """A refusal that names the element it is about."""

    def __init__(self, detail: str, *, expression: str) -> None:
        super().__init__(detail, expression=expression)


class CodeUnknown(AtPlace):
    code = "code.unknown"
    title = "The code is not one that is taken here"


class NotTaken(AtPlace):
    """An element that changes the meaning of the rest and that is not understood here."""

    code = "element.not-taken"
    title = "The resource says something that cannot be kept"


class ValueMissing(AtPlace):
    code = "element.missing"
    title = "Something that is needed is missing"


class NotAnInstant(AtPlace):
    code = "time.not-an-instant"
    title = "A time with its offset is needed"


class PeriodBackwards(AtPlace):
    code = "period.backwards"
    title = "It ends before it starts"


class TypeNotTaken(Problem):
    status: ClassVar[int] = 404
    code = "resource-type.not-taken"
    title = "This resource type is not taken here"

    def __init__(self, taken: Sequence[str]) -> None:
        super().__init__(f"This service takes {', '.join(taken)}. Leave other types out.")


class WrongType(AtPlace):
    status: ClassVar[int] = 400
    code = "resource-type.mismatch"
    title = "The resource is of another type than the address"


class ReferenceUnknown(AtPlace):
    code = "reference.unknown"
    title = "The reference leads nowhere"


class ReferenceAmbiguous(AtPlace):
    status = 412
    code = "reference.ambiguous"
    title = "The reference fits several resources"


class TargetRefused(AtPlace):
    code = "reference.target-refused"
    title = "What this refers to was refused"


class SeveralMatches(Problem):
    status = 412
    code = "condition.several-matches"
    title = "The condition fits several resources"


class SearchRefused(Problem):
    status = 400
    code = "search.not-understood"
    title = "The search cannot be answered"


class MethodNotOffered(Problem):
    status = 405
    code = "method.not-offered"
    title = "This interaction is not offered"


class BundleInvalid(AtPlace):
    status = 400
    code = "bundle.invalid"
    title = "The Bundle cannot be taken"


class BundleTooLarge(Problem):
    status = 413
    code = "bundle.too-large"
    title = "The Bundle is too large"


class EntryInvalid(AtPlace):
    status = 400
    code = "bundle.entry-invalid"
    title = "An entry of the Bundle cannot be taken"


class TransactionRefused(Problem):
    """One or more entries were refused, so nothing of the transaction was stored."""

    code = "bundle.transaction-refused"
    title = "Nothing of this transaction was stored"
    at: int

    def __init__(self, refusals: Sequence[tuple[int, Problem]]) -> None:
        index, first = refusals[0]
        super().__init__(f"Nothing was stored, because entry {index} was refused: {first.detail}")
        self.refusals = tuple(refusals)
        # An instance may answer with the status of what went wrong first.
        self.status = first.status  # type: ignore[misc]
