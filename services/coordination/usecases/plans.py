"""The plan of a discharge: chosen from what was told, adjusted by a coordinator, kept with the stay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from services.coordination.domain import plan_adjustments as rules
from services.coordination.domain.clocks import ClockRule, start
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.pathways import base
from services.coordination.domain.pathways.base import Plan
from services.coordination.domain.pathways.choice import choose
from services.coordination.domain.reasons import Reason
from services.coordination.domain.stays import NO_PLAN_ASKED, HowPlanned
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases.discharge_facts import Told, facts_of
from services.coordination.usecases.need_work import Asked
from shared.contracts.coordination.plan_adjustments import AddNeed, AdjustPlan, ChangeNeed, DropNeed
from shared.db.base import Session
from shared.kit.calendar import Calendar
from shared.vocabulary import ClockKind, PathwayKey, PlanState, SourceKind

_PLAN = TypeAdapter(Plan)
_CHOICE = ("chosen", "passed_over", "left_out", "windows", "facts")


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A coordinator's changes, with who and when."""

    adjust: AdjustPlan
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A plan as its stay keeps it. ``planned`` is False where a discharge opens no needs, whatever its facts.

    ``how`` is what the discharge asked for and ``told_at`` when: a correction that puts right why there was no plan
    gives the one there would have been.
    """

    plan: Plan
    explanation: str
    state: PlanState
    planned: bool
    how: HowPlanned
    told_at: datetime | None
    pathways: tuple[PathwayKey, ...] = ()
    owner: str | None = None
    team: str | None = None
    adjusted: tuple[Adjusted, ...] = ()

    @property
    def dropped(self) -> list[tuple[DropNeed, Adjusted]]:
        """What was left out, by whom and when."""
        return [(one, each) for each in self.adjusted for one in each.adjust.drop]


def keep(row: StayRow, kept: Kept) -> None:
    """Write a plan to its stay."""
    choice = _PLAN.dump_python(kept.plan, mode="json", include=set(_CHOICE))
    adjusted = [
        {"adjust": each.adjust.model_dump(mode="json"), "by": each.by, "at": each.at.isoformat()}
        for each in kept.adjusted
    ]
    row.plan = {
        "explanation": kept.explanation,
        "state": kept.state.value,
        "planned": kept.planned,
        "how": kept.how,
        "told_at": None if kept.told_at is None else kept.told_at.isoformat(),
        "asked_for": list(kept.pathways),
        "owner": kept.owner,
        "team": kept.team,
        "adjusted": adjusted,
        **choice,
    }


def kept_of(plan: dict[str, Any]) -> Kept:
    """A plan as a stay keeps it; what older plans do not say is as it was then."""
    choice = {name: plan.get(name, ()) for name in _CHOICE}
    planned = plan.get("planned", bool(plan["chosen"] or plan["passed_over"]))
    told_at = plan.get("told_at")
    return Kept(
        plan=_PLAN.validate_python(choice),
        explanation=plan["explanation"],
        state=PlanState(plan.get("state", PlanState.ACCEPTED)),
        planned=planned,
        how=plan.get("how", _how(planned, plan["explanation"])),
        told_at=None if told_at is None else datetime.fromisoformat(told_at),
        pathways=tuple(PathwayKey(key) for key in plan.get("asked_for", ())),
        owner=plan.get("owner"),
        team=plan.get("team"),
        adjusted=tuple(
            Adjusted(AdjustPlan.model_validate(each["adjust"]), each["by"], datetime.fromisoformat(each["at"]))
            for each in plan.get("adjusted", ())
        ),
    )


def _how(planned: bool, explanation: str) -> HowPlanned:
    # Plans written before it was kept.
    if planned:
        return "always"
    return "never" if explanation == NO_PLAN_ASKED else "recent"


async def computed(tx: Session, patient: PatientRow, told: Told, calendar: Calendar) -> Plan:
    """What the facts lead to."""
    facts = await facts_of(tx, patient, told, calendar)
    return choose(facts, asked_for=told.pathways)


def said(plan: Plan) -> str:
    """Why these pathways, in a sentence."""
    named = [f"{choice.pathway}: {choice.because}" for choice in plan.chosen]
    if not named:
        return "no pathway fits; see passed_over for why, and ask for one by name if it does"
    return "; ".join(named)


def asked(row: StayRow, told: Told, kept: Kept, calendar: Calendar, by: str, now: datetime) -> list[Asked]:
    """The needs a plan asks for, as adjusted, with clocks that start at the discharge.

    Raises:
        NotInPlan, AdjustedTwice, DueBeyondLimit: an adjustment does not fit the plan.
    """
    found = [
        Asked(one.item.kind, str(row.id), _reason(row, one, told, calendar, by, now), kept.owner, kept.team)
        for one in kept.plan.asked
    ]
    for each in kept.adjusted:
        found = _adjusted(row, found, each, told, calendar)
    return found


def check(kept: Kept) -> None:
    """Raises:
    NotInPlan, AdjustedTwice: an adjustment names what the plan does not ask for, or the same twice.
    """
    planned = [one.item.kind for one in kept.plan.asked]
    dropped = [one.kind for each in kept.adjusted for one in each.adjust.drop]
    changed = [one.kind for each in kept.adjusted for one in each.adjust.change]
    rules.check_kinds(planned, dropped, changed)


def _adjusted(row: StayRow, found: Sequence[Asked], adjusted: Adjusted, told: Told, calendar: Calendar) -> list[Asked]:
    dropped = {one.kind for one in adjusted.adjust.drop}
    left = [one for one in found if one.kind not in dropped]
    for change in adjusted.adjust.change:
        left = _changed(left, change, adjusted, told, calendar)
    return left + [_added(row, one, adjusted, told, calendar) for one in adjusted.adjust.add]


def _changed(
    found: Iterable[Asked], change: ChangeNeed, adjusted: Adjusted, told: Told, calendar: Calendar
) -> list[Asked]:
    own = [one for one in found if one.kind is change.kind]
    others = [one for one in found if one.kind is not change.kind]
    reasons = [one.reason for one in own]
    if change.clock is not None and reasons:
        rule = ClockRule(change.clock.key, ClockKind.CLINICAL, change.clock.rule)
        moved = start(rule, told.ended_at, calendar)
        rules.check_move(reasons, change.clock.key, moved)
        said_by = rules.moved_by(adjusted.by, adjusted.at, change.clock.because)
        reasons = rules.with_moved(reasons, moved, said_by)
    return others + [
        replace(one, reason=reason, owner=change.owner or one.owner, team=change.team or one.team)
        for one, reason in zip(own, reasons, strict=True)
    ]


def _added(row: StayRow, one: AddNeed, adjusted: Adjusted, told: Told, calendar: Calendar) -> Asked:
    ruled = [ClockRule(c.key, c.kind, c.rule, c.opens, grace=c.grace) for c in one.clocks] or KINDS[one.kind].clocks
    reason = Reason(
        source_kind=SourceKind.STAY,
        source_id=str(row.id),
        text=one.reason,
        priority=one.priority,
        clocks=tuple(start(rule, told.ended_at, calendar) for rule in ruled),
        recorded_at=adjusted.at,
        recorded_by=adjusted.by,
    )
    return Asked(one.kind, str(row.id), reason, one.owner, one.team)


def _reason(row: StayRow, one: base.Asked, told: Told, calendar: Calendar, by: str, now: datetime) -> Reason:
    return Reason(
        source_kind=SourceKind.STAY,
        source_id=str(row.id),
        text=one.item.text,
        priority=one.item.priority,
        clocks=tuple(start(rule, told.ended_at, calendar) for rule in one.item.clocks),
        recorded_at=now,
        recorded_by=by,
        pathway=one.pathway,
        pathway_version=one.version,
        citation=one.item.source,
        earliest_start=one.earliest_start,
    )


def with_plan(kept: Kept, plan: Plan) -> Kept:
    """The same with what the facts lead to now."""
    return replace(kept, plan=plan, explanation=said(plan))
