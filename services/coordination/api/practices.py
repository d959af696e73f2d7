"""Sites, their calendars, and the site that cares for a patient, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.usecases import practices, sites
from shared.contracts.base import Page, Text
from shared.contracts.coordination.practices import PracticeRead, SetPractice, SetSiteCalendar, SiteCalendarRead
from shared.contracts.coordination.sites import SharedSiteRead
from shared.kit.searches import NamedSearch, TextMatch
from shared.web.deps import IfMatch, Now, ReadTx, Tx, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1", tags=["sites"])


@router.get("/sites", operation_id="sites.list")
async def list_(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    name: Annotated[Text | None, Query(description="How the name begins, in any case of letters.")] = None,
) -> Page[SharedSiteRead]:
    """Sites where patients are seen, in the order they were told. They are kept with specialists, or through FHIR."""
    wanted = NamedSearch(name=None if name is None else TextMatch(name))
    return paged(response, request, await sites.find(tx, wanted, limit=page.limit, cursor=page.cursor))


@router.get("/sites/{site_id}/calendar", operation_id="sites.calendar")
async def calendar(site_id: UUID, response: Response, tx: ReadTx) -> SiteCalendarRead:
    """A site's time zone, holidays, closures and off hours."""
    return tagged(response, await practices.calendar(tx, site_id))


@router.put("/sites/{site_id}/calendar", operation_id="sites.change-calendar")
async def change_calendar(
    site_id: UUID, body: SetSiteCalendar, if_match: IfMatch, response: Response, tx: Tx, now: Now
) -> SiteCalendarRead:
    """Set a site's holidays, closures, and what becomes of clinical clocks due on a day off. Clocks that already run
    keep their due instants."""
    return tagged(response, await practices.change_calendar(tx, site_id, body, version=if_match, now=now))


@router.get("/patients/{patient_id}/practice", operation_id="patients.practice")
async def practice(patient_id: UUID, response: Response, tx: ReadTx) -> PracticeRead:
    """The site that cares for a patient, and by whose calendar work for them is counted."""
    return tagged(response, await practices.read(tx, patient_id))


@router.put("/patients/{patient_id}/practice", operation_id="patients.change-practice")
async def change_practice(
    patient_id: UUID, body: SetPractice, if_match: IfMatch, response: Response, tx: Tx, now: Now
) -> PracticeRead:
    """Say which site cares for a patient: clocks that start from now on end with its days."""
    return tagged(response, await practices.change(tx, patient_id, body, version=if_match, now=now))
