"""Who is away and who covers for them."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import absences as rules
from services.coordination.store import absences as store
from services.coordination.store import people
from services.coordination.store.absences import AbsenceRow
from services.coordination.usecases import announcements
from shared.contracts.base import Page
from shared.contracts.coordination.absences import AbsenceRead, SayAbsence
from shared.contracts.paging import page_of
from shared.db.base import Session, organization
from shared.db.turns import take_turn
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.kit.problems import Forbidden, check_version
from shared.vocabulary import Role

_FOR_OTHERS = frozenset({Role.SUPERVISOR, Role.CLINIC_ADMIN})


async def say(tx: Session, body: SayAbsence, *, actor: Actor, now: datetime) -> AbsenceRead:
    """Put an absence on record.

    Raises:
        Forbidden: it is somebody else's, and the caller is neither supervisor nor admin.
        BadAbsence, AbsencePast, NobodyToCover, AwayAlready, CoverAway, CoversThen.
    """
    person = body.person or actor.person
    _check_whose(person, actor)
    await take_turn(tx, "absences")
    new = rules.Away(person, body.covered_by, body.starts_at, body.ends_at)
    others = await store.touching(tx, [new.person, new.covered_by], new.starts_at)
    rules.check(new, [_away(each) for each in others], now)
    if body.covered_by != actor.person and not await people.knows(tx, body.covered_by):
        raise rules.NobodyToCover(
            f"No team, care team or work names {body.covered_by}. Check the name, or put them into a team first."
        )
    row = AbsenceRow(
        id=new_id(), organization_id=organization(tx), **new._asdict(), note=body.note, said_by=actor.person,
        version=1, created_at=now, updated_at=now,
    )  # fmt: skip
    tx.add(row)
    await tx.flush()
    await announcements.absence_changed(tx, row, actor=actor, now=now)
    return _read(row)


async def end(tx: Session, absence_id: UUID, *, version: int, actor: Actor, now: datetime) -> AbsenceRead:
    """End an absence now; one that has not begun never was.

    Raises:
        NotFound, Forbidden, Stale, AbsenceOver.
    """
    row = await store.get(tx, absence_id, lock=True)
    _check_whose(row.person, actor)
    check_version(row.version, version)
    rules.check_standing(row.ends_at, row.ended_at, now)
    row.ended_at, row.updated_at, row.version = now, now, row.version + 1
    await tx.flush()
    await announcements.absence_changed(tx, row, actor=actor, now=now)
    return _read(row)


async def get(tx: Session, absence_id: UUID) -> AbsenceRead:
    """One absence; raises NotFound."""
    return _read(await store.get(tx, absence_id))


async def page(
    tx: Session, *, person: str | None, at: datetime | None, cursor: str | None, limit: int
) -> Page[AbsenceRead]:
    """Absences, oldest first, those that are over too."""
    rows = await store.page(tx, person=person, at=at, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, _read)


def _check_whose(person: str, actor: Actor) -> None:
    if person != actor.person and not _FOR_OTHERS & actor.roles:
        raise Forbidden("Only a supervisor or the clinic's admin says when somebody else is away.")


def _away(row: AbsenceRow) -> rules.Away:
    return rules.Away(row.person, row.covered_by, row.starts_at, min(row.ends_at, row.ended_at or row.ends_at))


def _read(row: AbsenceRow) -> AbsenceRead:
    return AbsenceRead.model_validate(row)
