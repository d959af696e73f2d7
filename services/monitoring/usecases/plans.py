"""The treatment plan: begin it, revise goals, orders and education, read it as of any instant, compare versions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain import plans as rules
from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.plan_ends import PlanEnded
from services.monitoring.store import patients
from services.monitoring.store import plans as store
from services.monitoring.store.plans import PlanRow, PlanVersionRow, Wanted
from services.monitoring.usecases import plan_words, prescribers
from shared.contracts.base import Page
from shared.contracts.monitoring.plans import (
    PlanComparison,
    PlanDifference,
    PlanLine,
    PlanRead,
    PlanVersionRead,
    ReplacePlan,
    RevisePlan,
    StartPlan,
)
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.kit.problems import as_of as instant
from shared.kit.problems import check_lives, check_version
from shared.kit.zones import local_day
from shared.vocabulary import Role

_LISTING = frozenset({Role.PRESCRIBER, Role.INTEGRATION})


async def start(tx: Session, body: StartPlan, *, actor: Actor, now: datetime) -> PlanRead:
    """A patient's plan begins with what is ordered already.

    Raises:
        NotFound, Deceased, PlanExists, MedicinesNeedPrescriber, KeyTwice.
        NoAuthority: a prescriber lists a drug they may not prescribe.
    """
    patient = await patients.get_for_update(tx, body.patient_id)
    audit.saw(tx, patient.id)
    check_lives(patient.deceased_at)
    if await store.of_patient(tx, patient.id) is not None:
        raise rules.PlanExists("Revise or replace the plan there is: GET /v1/plans?patient_id=&lasting=true finds it.")
    if body.medicines and not actor.roles & _LISTING:
        raise rules.MedicinesNeedPrescriber("Begin without medicines; a prescriber or the EHR lists what is ordered.")
    # Taken since it was prescribed: the interval between steps counts from then.
    listed = [
        plan_words.begun(each, prescriber=each.prescriber, at=min(each.prescribed_at, now)) for each in body.medicines
    ]
    for medicine in listed:
        if Role.PRESCRIBER in actor.roles:
            await prescribers.require(tx, actor.person, medicine, on=local_day(now, patient.time_zone))
    plan = PlanRow(
        id=new_id(), organization_id=organization(tx), patient_id=patient.id, version=0, created_at=now, updated_at=now
    )
    tx.add(plan)
    await tx.flush()
    content = {
        "goals": _lines(body.goals),
        "medicines": [plan_words.kept(each) for each in listed],
        "orders": _lines(body.orders),
        "education": _lines(body.education),
    }
    return plan_words.read(plan, await add(tx, plan, content, by=actor.person, reason="Plan begins", at=now))


async def revise(
    tx: Session, plan_id: UUID, body: RevisePlan, *, version: int, actor: Actor, now: datetime
) -> PlanRead:
    """A new version of goals, orders or education.

    Raises:
        NotFound, Stale, Deceased, PlanEnded, KeyTwice.
    """
    plan, current = await locked(tx, plan_id)
    check_version(plan.version, version)
    check_lives((await patients.get(tx, plan.patient_id)).deceased_at)
    check_lasts(plan)
    content = revised(current.content, body)
    return plan_words.read(plan, await add(tx, plan, content, by=actor.person, reason=body.reason, at=now))


async def get(tx: Session, plan_id: UUID, *, as_of: datetime | None, now: datetime) -> PlanRead:
    """The plan as it is, or as it was at an instant; raises NotFound, AsOfFuture."""
    plan = await store.get(tx, plan_id)
    audit.saw(tx, plan.patient_id, plan.id)
    return plan_words.read(plan, await store.as_of(tx, plan.id, instant(as_of, now)))


async def page(tx: Session, wanted: Wanted, *, limit: int, cursor: str | None) -> Page[PlanRead]:
    """Plans as they are, by id."""
    rows = await store.page(tx, wanted, after=after_id(cursor), limit=limit + 1)
    current = {}
    for row in rows[:limit]:
        audit.saw(tx, row.patient_id, row.id)
        current[row.id] = await store.version(tx, row.id, row.version)
    return page_of(rows, limit, lambda row: plan_words.read(row, current[row.id]))


async def versions(tx: Session, plan_id: UUID) -> list[PlanVersionRead]:
    """The plan's history, oldest first; raises NotFound."""
    plan = await store.get(tx, plan_id)
    audit.saw(tx, plan.patient_id, plan.id)
    return [PlanVersionRead.model_validate(row) for row in await store.versions(tx, plan.id)]


async def compare(tx: Session, plan_id: UUID, *, earlier: int, later: int) -> PlanComparison:
    """What changed from one version to another; raises NotFound."""
    plan = await store.get(tx, plan_id)
    audit.saw(tx, plan.patient_id, plan.id)
    before, after = await store.version(tx, plan.id, earlier), await store.version(tx, plan.id, later)
    found = [
        PlanDifference.model_validate(each, from_attributes=True)
        for each in rules.differences(before.content, after.content)
    ]
    return PlanComparison(plan_id=plan.id, earlier=earlier, later=later, differences=found)


async def locked(tx: Session, plan_id: UUID) -> tuple[PlanRow, PlanVersionRow]:
    """The plan and its current version, the patient's row locked first as in every change; raises NotFound."""
    plan = await store.get(tx, plan_id)
    await patients.get_for_update(tx, plan.patient_id)
    await tx.refresh(plan)
    audit.saw(tx, plan.patient_id, plan.id)
    return plan, await store.version(tx, plan.id, plan.version)


async def lasting(tx: Session, plan_id: UUID) -> tuple[PlanRow, PlanVersionRow]:
    """The same of a plan that lasts; raises NotFound, PlanEnded."""
    plan, current = await locked(tx, plan_id)
    check_lasts(plan)
    return plan, current


def check_lasts(plan: PlanRow) -> None:
    """Raises PlanEnded."""
    if plan.ended_at is not None:
        raise PlanEnded("Read it, or go on with the plan that took its place: GET /v1/plans?patient_id=&lasting=true.")


def revised(content: dict[str, Any], body: RevisePlan | ReplacePlan) -> dict[str, Any]:
    """The content with the sections somebody gives anew; raises KeyTwice."""
    said = {name: getattr(body, name) for name in ("goals", "orders", "education")}
    return {**content, **{name: _lines(lines) for name, lines in said.items() if lines is not None}}


async def add(
    tx: Session,
    plan: PlanRow,
    content: dict[str, Any],
    *,
    by: str,
    reason: str,
    at: datetime,
    plan_change_id: UUID | None = None,
) -> PlanVersionRow:
    """Add a version; nothing changes in place."""
    plan.version += 1
    plan.updated_at = at
    row = PlanVersionRow(
        organization_id=plan.organization_id,
        plan_id=plan.id,
        number=plan.version,
        effective_at=at,
        made_by=by,
        reason=reason,
        plan_change_id=plan_change_id,
        content=content,
    )
    tx.add(row)
    await tx.flush()
    return row


async def list_medicine(
    tx: Session, plan: PlanRow, medicine: Medicine, *, by: str, reason: str, at: datetime, plan_change_id: UUID
) -> PlanVersionRow:
    """Add a version with one line of the list as it is now."""
    current = (await store.version(tx, plan.id, plan.version)).content
    line = plan_words.kept(medicine)
    others: Sequence[dict[str, Any]] = current["medicines"]
    known = [line if each["id"] == line["id"] else each for each in others]
    listed = known if line in known else [*known, line]
    content = {**current, "medicines": listed}
    return await add(tx, plan, content, by=by, reason=reason, at=at, plan_change_id=plan_change_id)


def _lines(lines: Iterable[PlanLine]) -> list[dict[str, Any]]:
    found = [line.model_dump(mode="json") for line in lines]
    if len({line["key"] for line in found}) < len(found):
        raise rules.KeyTwice("Give each line of a section a key of its own.")
    return found
