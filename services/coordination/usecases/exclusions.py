"""Everybody of the directory who cannot meet a need, with every reason: page by page, not only the nearest."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import matching as rules
from services.coordination.domain.matching import Candidate
from services.coordination.store import directory_sieve, needs
from services.coordination.usecases import matching, offers
from services.coordination.usecases.candidate_views import view
from services.coordination.usecases.matching import Asked
from shared.contracts.base import Page
from shared.contracts.coordination.matching import CandidateRead
from shared.db.base import Session
from shared.kit.paging import after_id, encode_cursor

_AT_ONCE = 200
_MOST = 1_000
"""How many entries a page looks through; it is shorter, and says where to go on, when they do not fill it."""


async def excluded(
    tx: Session, need_id: UUID, asked: Asked, *, limit: int, cursor: str | None, now: datetime
) -> Page[CandidateRead]:
    """A page of the excluded, in the order the directory was told.

    Raises:
        NotFound: no such need.
        BadCursor.
    """
    wanted = await matching.wanted_by(tx, await needs.get(tx, need_id), asked, now=now)
    last, looked, found = after_id(cursor), 0, list[Candidate]()
    more = True
    while more and looked < _MOST and len(found) < limit:
        rows = await directory_sieve.after(tx, last, limit=_AT_ONCE)
        more, looked = len(rows) == _AT_ONCE, looked + len(rows)
        for offer in await offers.whole(tx, rows, now):
            judged = rules.judge(wanted, offer, now)
            if not judged.eligible and len(found) == limit:
                more = True
                break
            last = offer.id
            found += [] if judged.eligible else [judged]
    following = encode_cursor(str(last)) if more and last is not None else None
    return Page(items=[view(one, None, now) for one in found], next_cursor=following)
