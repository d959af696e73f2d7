"""Places in the stream of changes, as a client keeps and sends them."""

import re
from uuid import UUID

from shared.kit.problems import Problem

_PLACE = re.compile(r"^(\d{1,18})\.([0-9a-f]{32})$")


class BadEventId(Problem):
    status = 400
    code = "stream.last-event-id"
    title = "This Last-Event-ID is not one of ours"


def written(place: tuple[int, UUID]) -> str:
    """A place as the id of an event."""
    return f"{place[0]}.{place[1].hex}"


def read(event_id: str) -> tuple[int, UUID]:
    """The place an event's id names.

    Raises:
        BadEventId: it is not one that :func:`written` made.
    """
    match = _PLACE.match(event_id)
    if match is None:
        raise BadEventId("Send the id of the last event you got, unchanged, or leave the header out to begin now.")
    return int(match[1]), UUID(match[2])
