"""The patient's timeline: what happened, who did it, when it was done and when it was recorded."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.base import Out, Page
from shared.contracts.coordination.overviews import Withheld
from shared.vocabulary import TimelineKind


class TimelineEvent(Out):
    """One event. ``what`` is the act, ``subject`` what it is about in a word, ``about`` the id of that thing.

    ``by`` is null for what a clock found, for what monitoring told of enrollments, for letters' links that were closed,
    and for stays, care teams and deaths from before their acts were kept; ``recorded_at`` is null where only the own
    time of the event is known. Acts on stays, care teams and deaths say what they changed: ``before`` and ``after``
    hold the members that differ.
    """

    key: str
    kind: TimelineKind
    what: str
    subject: str
    about: UUID
    by: str | None
    done_at: datetime
    recorded_at: datetime | None
    code: str | None
    note: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class TimelinePage(Page[TimelineEvent]):
    """Newest first. ``withheld`` are kinds that the caller may not see, and why."""

    withheld: list[Withheld]
