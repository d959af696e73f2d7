"""A panel changes hands: everything or nothing, refused work named."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.domain import hand_overs as rules
from services.coordination.domain.hand_overs import Held, Parted, Refused
from services.coordination.store import hand_overs as store
from services.coordination.store import teams
from services.coordination.store.care_teams import CareTeamRow
from services.coordination.store.hand_overs import HandOverRow
from services.coordination.store.obligations import ObligationRow
from services.coordination.store.work_owners import write_down
from services.coordination.usecases import care_teams
from shared.contracts.base import Page
from shared.contracts.coordination.hand_overs import (
    HandOverPanel,
    HandOverPreview,
    HandOverRead,
    RefusedWork,
    SourceCount,
)
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.vocabulary import ObligationSource


async def preview(tx: Session, body: HandOverPanel, *, now: datetime) -> HandOverPreview:
    """What a hand-over would do now.

    Raises:
        NothingToHandOver, TooMuchAtOnce.
    """
    work, parted, places = await _parted(tx, body, now=now, lock=False)
    goes = {each.id for each in parted.goes}
    going = [each for each in work if each.id in goes]
    return HandOverPreview(
        from_owner=body.from_owner,
        to_owner=body.to_owner,
        to_team=body.to_team,
        to_name=_name(body),
        patients=_patients(going, places),
        memberships=len(places),
        counts=_counts(going, now),
        refused=[_refused(each) for each in parted.stays],
    )


async def hand_over(tx: Session, body: HandOverPanel, *, actor: Actor, now: datetime) -> HandOverRead:
    """Move all open work of a person that may be moved.

    Raises:
        NothingToHandOver, NothingMay, NoSuchTeam, TooMuchAtOnce.
    """
    work, parted, places = await _parted(tx, body, now=now, lock=True)
    rules.check_goes(parted, len(places))
    goes = {each.id for each in parted.goes}
    going = [each for each in work if each.id in goes]
    await write_down(tx, going, body.to_owner, body.to_team, by=actor.person, why=body.note, now=now)
    await store.give(tx, going, body.to_owner, body.to_team, now)
    if body.to_owner is not None:
        await care_teams.replace(tx, places, body.to_owner, body.to_name or body.to_owner, actor=actor, now=now)
    row = HandOverRow(
        id=new_id(),
        organization_id=organization(tx),
        **body.model_dump(exclude={"to_name"}),
        to_name=_name(body),
        patients=_patients(going, places),
        memberships=len(places),
        work_ids=[each.id for each in going],
        refused=[_refused(each).model_dump(mode="json") for each in parted.stays],
        handed_by=actor.person,
        handed_at=now,
    )
    tx.add(row)
    await tx.flush()
    return _read(row)


async def get(tx: Session, hand_over_id: UUID) -> HandOverRead:
    """One hand-over; raises NotFound."""
    return _read(await store.get(tx, hand_over_id))


async def page(tx: Session, *, person: str | None, cursor: str | None, limit: int) -> Page[HandOverRead]:
    """Hand-overs, oldest first; with ``person`` those from or to them."""
    rows = await store.page(tx, person=person, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, _read)


async def _parted(
    tx: Session, body: HandOverPanel, *, now: datetime, lock: bool
) -> tuple[Sequence[ObligationRow], Parted, Sequence[CareTeamRow]]:
    work = await store.held(tx, body.from_owner, most=rules.MOST + 1, lock=lock)
    places: Sequence[CareTeamRow] = []
    if body.to_owner is not None:
        places = await care_teams.places_of(tx, body.from_owner, most=rules.MOST + 1, now=now, lock=lock)
    rules.check_size(len(work), len(places), body.from_owner)
    for each in work:
        audit.saw(tx, each.patient_id, each.id)
    for place in places:
        audit.saw(tx, place.patient_id, place.id)
    named = {each.team for each in work} | {body.to_team}
    found = await teams.by_keys(tx, [key for key in named if key is not None])
    members = {team.key: team.members for team in found}
    rules.check_team(body.to_team, members)
    held = [Held(each.id, each.patient_id, each.title, each.team) for each in work]
    return work, rules.part(held, body.to_owner, body.to_team, members), places


def _name(body: HandOverPanel) -> str | None:
    return body.to_name or body.to_owner


def _patients(work: Sequence[ObligationRow], places: Sequence[CareTeamRow]) -> int:
    return len({each.patient_id for each in work} | {each.patient_id for each in places})


def _counts(work: Sequence[ObligationRow], now: datetime) -> list[SourceCount]:
    found = []
    for source in ObligationSource:
        of_source = [each for each in work if each.source == source]
        late = sum(each.due_at is not None and each.due_at < now for each in of_source)
        if of_source:
            found.append(SourceCount(source=source, count=len(of_source), overdue=late))
    return found


def _refused(each: Refused) -> RefusedWork:
    work = each.work
    return RefusedWork(
        work_id=work.id,
        patient_id=work.patient_id,
        title=work.title,
        team=work.team,
        code=each.code,
        reason=each.reason,
    )


def _read(row: HandOverRow) -> HandOverRead:
    return HandOverRead.model_validate(row)
