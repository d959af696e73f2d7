"""What a route asks for: its transaction, who asks, what time it is, which version they saw.

The functions are coroutines because FastAPI would run plain ones in a thread, each for half a millisecond.
"""

import re
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request, Response

from shared.contracts.base import Versioned
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import Problem, VersionMissing

_ETAG = re.compile(r'^(?:W/)?"(\d{1,18})"$')


class BadVersion(Problem):
    status = 400
    code = "version.invalid"
    title = "If-Match is not an ETag of ours"


async def _tx(request: Request) -> Session:
    tx: Session = request.state.tx
    return tx


async def _actor(request: Request) -> Actor:
    actor: Actor = request.state.actor
    return actor


async def _now(request: Request) -> datetime:
    now: datetime = request.state.now
    return now


async def _if_match(
    if_match: Annotated[str | None, Header(description='The ETag you last read, such as "3".')] = None,
) -> int:
    if if_match is None:
        raise VersionMissing("Read the thing first and send its ETag as If-Match, so that nobody's change is lost.")
    match = _ETAG.match(if_match.strip())
    if match is None:
        raise BadVersion('Send the ETag as it was answered, such as If-Match: "3".')
    return int(match[1])


Tx = Annotated[Session, Depends(_tx)]
"""The request's transaction: opened by the door, committed before the answer starts."""
ReadTx = Tx
"""The same for a GET: the door opens it for reading, and any write in it is a defect that raises."""
Who = Annotated[Actor, Depends(_actor)]
Now = Annotated[datetime, Depends(_now)]
IfMatch = Annotated[int, Depends(_if_match)]

Read = TypeVar("Read", bound=Versioned)


def tagged(response: Response, read: Read) -> Read:
    """Answer ``read`` with its version as the ETag."""
    response.headers["ETag"] = f'"{read.version}"'
    return read
