"""Words in, words out: inputs forbid extras, outputs have every field."""

import re
from datetime import date
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from shared.kit.clock import in_utc

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d")


def _written(value: Any) -> Any:
    # A bare number would be taken for seconds or milliseconds since 1970, whichever seems likelier.
    if isinstance(value, int | float) or (isinstance(value, str) and _WRITTEN.match(value.strip()) is None):
        raise PydanticCustomError("time_not_written", "begins with year, month and day, such as 2026-09-04")
    return value


Day = Annotated[date, BeforeValidator(_written)]
"""A day of the calendar as it is written, never as a number."""
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
"""An instant with the offset it was sent with. A time without offset, or as a number, is refused."""
Instant = Annotated[Moment, AfterValidator(in_utc)]
"""The same, kept and answered in UTC."""

# What nobody sees would make two names of one, or a line of its own in a log or a letter.
READABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*$"
_LETTER = r"[^\s\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"

Text = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True, pattern=READABLE)]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=5000, strip_whitespace=True, pattern=READABLE)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True, pattern=ONE_LINE)]
"""What a person, a place or a thing is called: one line, and nothing in it that turns the writing around."""
CODE = f"^{_LETTER}+( {_LETTER}+)*$"
Code = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=CODE)]


class In(BaseModel):
    """What a caller sends: unknown members are refused, so that a typo is not silently lost."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Out(BaseModel):
    """What we answer: no defaults, so that a client sees every field."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Versioned(Out):
    """A thing that changes; its ETag is its version."""

    id: UUID
    version: int


class AllowedAct(Out):
    """An act on a thing, whether it is allowed now for this caller, and if not, why."""

    act: str
    allowed: bool
    reason: str | None


class Message(In):
    """What one service tells the other; ``kind`` names it in the outbox and the deliveries table."""

    kind: ClassVar[str]


T = TypeVar("T")


class Page(Out, Generic[T]):
    """One page of a list; ``next_cursor`` is null on the last page."""

    items: list[T]
    next_cursor: str | None = Field(description="Pass as ?cursor= for the next page; null on the last one.")
