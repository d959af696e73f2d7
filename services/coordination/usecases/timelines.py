"""A patient's timeline."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from services.coordination.domain.policy import POLICY
from services.coordination.store import patients, timelines
from shared.contracts.coordination.overviews import Withheld
from shared.contracts.coordination.timelines import TimelineEvent, TimelinePage
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.clock import read_instant
from shared.kit.paging import place
from shared.kit.policy import decide
from shared.vocabulary import TimelineKind

# Each kind is for those who may list such things.
_LISTED = {
    TimelineKind.NEED: "needs.list",
    TimelineKind.BREACH: "needs.list",
    TimelineKind.REFERRAL: "referrals.list",
    TimelineKind.CONTACT: "contacts.list",
    TimelineKind.STAY: "stays.list",
    TimelineKind.RISK: "risk-scores.list",
    TimelineKind.CARE_TEAM: "care-teams.list",
    TimelineKind.ENROLLMENT: "enrollments.list",
    TimelineKind.CONSENT: "consents.get",
    TimelineKind.DOCUMENT: "documents.list",
    TimelineKind.REPLY_LINK: "reply-links.list",
    TimelineKind.MERGE: "patients.get",
    TimelineKind.WAITLIST: "waitlist.list",
    TimelineKind.DEATH: "patients.get",
}


async def page(
    tx: Session,
    patient_id: UUID,
    kinds: Collection[TimelineKind],
    *,
    as_recorded: bool,
    cursor: str | None,
    limit: int,
    actor: Actor,
) -> TimelinePage:
    """What happened to a patient, newest first; raises NotFound.

    The cursor is a place in the order: what is recorded meanwhile shifts no page. An event that is recorded late stands
    where it was done, and so may lie on a page that was read already; by ``as_recorded`` it comes first.
    """
    await patients.get(tx, patient_id)
    audit.saw(tx, patient_id)
    wanted = [kind for kind in TimelineKind if not kinds or kind in kinds]
    decided = {kind: decide(POLICY, actor, _LISTED[kind]) for kind in wanted}
    after = place(cursor, read_instant, str)
    rows = await timelines.page(
        tx,
        patient_id,
        [kind for kind in wanted if decided[kind].allowed],
        as_recorded=as_recorded,
        after=None if after is None else (after[0], after[1]),
        limit=limit + 1,
    )
    found = page_of(rows, limit, TimelineEvent.model_validate, at=_place)
    withheld = [Withheld(part=kind, reason=each.reason) for kind, each in decided.items() if not each.allowed]
    return TimelinePage(items=found.items, next_cursor=found.next_cursor, withheld=withheld)


def _place(row: Any) -> tuple[str, ...]:
    at: datetime = row.at
    return at.isoformat(), row.key
