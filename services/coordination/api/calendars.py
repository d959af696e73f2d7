"""The organization's calendar over HTTP."""

from fastapi import Response

from services.coordination.usecases import calendars
from shared.contracts.coordination.calendars import CalendarRead, SetCalendar
from shared.web.deps import IfMatch, Now, ReadTx, Tx, tagged
from shared.web.route import Router

router = Router(prefix="/v1/calendar", tags=["calendar"])


@router.get("", operation_id="calendar.get")
async def get(response: Response, tx: ReadTx) -> CalendarRead:
    """Whose holidays count for business days, and when the site is closed."""
    return tagged(response, await calendars.read(tx))


@router.put("", operation_id="calendar.change")
async def change(body: SetCalendar, if_match: IfMatch, response: Response, tx: Tx, now: Now) -> CalendarRead:
    """Set holidays, closures, and what becomes of clinical clocks due on a day off. Clocks that already run keep their
    due instants; programme clocks ignore closures."""
    return tagged(response, await calendars.change(tx, body, version=if_match, now=now))
