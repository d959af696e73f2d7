"""What single acts leave on a referral beyond its state: bookings, reports, names."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.coordination.domain import specialists as directory
from services.coordination.domain.referral_order import check_still_valid, check_validity, check_visit_time
from services.coordination.domain.referral_problems import NothingToBook
from services.coordination.store import calendars, specialists
from services.coordination.store import slots as slot_store
from services.coordination.store.referrals import ReferralRow
from services.coordination.usecases import slots
from services.coordination.usecases.referral_record import reminded
from shared.contracts.coordination import referral_acts as bodies
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import ReferralAct as Act


@dataclass(frozen=True, slots=True)
class Doing:
    """An act under way; ``reminds``: the patient may be reminded of a visit."""

    tx: Session
    row: ReferralRow
    body: Any
    actor: Actor
    done_at: datetime
    now: datetime
    reminds: bool = True


Effect = Callable[[Doing], Awaitable[None]]


async def _authorize(doing: Doing) -> None:
    body: bodies.Authorize = doing.body
    calendar = await calendars.calendar(doing.tx, doing.row.zone, of=doing.row.patient_id)
    check_still_valid(body.valid_until, calendar, doing.now)
    doing.row.authorization_number = body.number
    doing.row.valid_until = body.valid_until or doing.row.valid_until
    doing.row.sent_at = doing.done_at


async def _send(doing: Doing) -> None:
    doing.row.sent_at = doing.done_at


async def _schedule(doing: Doing) -> None:
    body: bodies.Schedule = doing.body
    if body.starts_at is None:
        await _book_slot(doing, body)
    else:
        await _book_time(doing, body)
    row = doing.row
    assert row.visit_starts_at is not None
    calendar = await calendars.calendar(doing.tx, row.zone, of=row.patient_id)
    check_visit_time(row.visit_starts_at, row.ordered_at, calendar, doing.now)
    if row.valid_until is not None:
        check_validity(row.visit_starts_at, row.valid_until, calendar)


async def _book_time(doing: Doing, body: bodies.Schedule) -> None:
    if body.site_id is not None:
        await _check_site(doing, body)
    await slots.release(doing.tx, doing.row.id, now=doing.now)
    row = doing.row
    row.visit_starts_at, row.visit_ends_at, row.visit_modality = body.starts_at, body.ends_at, body.modality
    row.visit_site_id, row.visit_slot_id = body.site_id, None


async def _book_slot(doing: Doing, body: bodies.Schedule) -> None:
    tx, row = doing.tx, doing.row
    held = (slot.id for slot in await slot_store.of_referral(tx, row.id) if slot.booked_at is None)
    slot_id = body.slot_id or next(held, None)
    if slot_id is None:
        raise NothingToBook("No slot is held for this referral. Give a slot, or the time that was agreed.")
    slot = await slots.take(tx, row.specialist_id, slot_id, referral_id=row.id, now=doing.now)
    await slots.book(tx, slot, referral_id=row.id, now=doing.now)
    row.visit_starts_at, row.visit_ends_at, row.visit_modality = slot.starts_at, slot.ends_at, slot.modality
    row.visit_site_id, row.visit_slot_id = slot.site_id, slot.id


async def _check_site(doing: Doing, body: bodies.Schedule) -> None:
    specialist = await specialists.get(doing.tx, doing.row.specialist_id)
    if str(body.site_id) not in {site["id"] for site in specialist.sites}:
        raise directory.UnknownSite("Take site_id from the specialist's sites.")


async def _no_visit(doing: Doing) -> None:
    await slots.release(doing.tx, doing.row.id, now=doing.now)
    _clear_visit(doing.row)


def _clear_visit(row: ReferralRow) -> None:
    row.visit_starts_at = row.visit_ends_at = row.visit_modality = row.visit_site_id = row.visit_slot_id = None


async def _remind(doing: Doing) -> None:
    await reminded(doing.tx, doing.row, done_at=doing.done_at, now=doing.now)


async def _attend(doing: Doing) -> None:
    doing.row.seen_at = doing.done_at


async def _report(doing: Doing) -> None:
    body: bodies.Report = doing.body
    kept = body.model_dump(mode="json", include={"summary", "recommendations", "document"})
    doing.row.report = {**kept, "received_at": doing.done_at.isoformat()}
    # What was said of the report before no longer stands.
    doing.row.reviewed_by = doing.row.informed_by = None


async def _review(doing: Doing) -> None:
    doing.row.reviewed_by = doing.actor.person


async def _inform(doing: Doing) -> None:
    body: bodies.Inform = doing.body
    doing.row.informed_by = body.channel


async def _close(doing: Doing) -> None:
    doing.row.closed_at = doing.done_at


async def _waive(doing: Doing) -> None:
    body: bodies.Waive = doing.body
    doing.row.waiver = body.reason
    doing.row.closed_at = doing.done_at


async def _reopen(doing: Doing) -> None:
    row = doing.row
    row.round += 1
    if row.closed_at is None:
        _clear_visit(row)
        row.authorization_number = None
    row.closed_at = row.report = row.reviewed_by = row.informed_by = row.waiver = None


EFFECTS: Mapping[Act, Effect] = {
    Act.AUTHORIZE: _authorize,
    Act.SEND: _send,
    Act.SCHEDULE: _schedule,
    Act.RESCHEDULE: _schedule,
    Act.CANCEL_VISIT: _no_visit,
    Act.CONTINUE: _no_visit,
    Act.CONFIRM_RETURN: _no_visit,
    Act.REMIND: _remind,
    Act.ATTEND: _attend,
    Act.REPORT: _report,
    Act.REVIEW: _review,
    Act.INFORM: _inform,
    Act.CLOSE: _close,
    Act.WAIVE: _waive,
    Act.REOPEN: _reopen,
}
"""Acts that are not here change the state only."""
