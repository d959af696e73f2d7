"""The catalogue of pathways, and a plan as clients see it."""

from typing import Any

from services.coordination.domain.clocks import ClockRule
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.pathways.base import Item, Pathway
from services.coordination.domain.pathways.catalogue import CATALOGUE
from services.coordination.usecases.plans import Kept
from shared.contracts.coordination.needs import NeedRead
from shared.contracts.coordination.pathways import (
    ChoiceRead,
    DroppedRead,
    FactReadOut,
    ItemRead,
    LeftOutRead,
    NeedChangeRead,
    PathwayRead,
    PlanRead,
    RuleRead,
    WindowRead,
)


def listed() -> list[PathwayRead]:
    """Every pathway with its items, clocks and sources."""
    return [_pathway(pathway) for pathway in CATALOGUE]


def plan_view(kept: Kept, proposed: list[NeedChangeRead], needs: list[NeedRead]) -> PlanRead:
    """A plan with the needs it led to, or with those it would lead to."""
    dropped = [
        DroppedRead(kind=one.kind, code=one.code, note=one.note, by=each.by, at=each.at) for one, each in kept.dropped
    ]
    return PlanRead(state=kept.state, dropped=dropped, proposed=proposed, needs=needs, **choice_view(kept))


def choice_view(kept: Kept) -> dict[str, Any]:
    """What was chosen, and why, and from which facts."""
    plan = kept.plan
    return {
        "explanation": kept.explanation,
        "chosen": [ChoiceRead.model_validate(choice) for choice in plan.chosen],
        "passed_over": [ChoiceRead.model_validate(choice) for choice in plan.passed_over],
        "left_out": [LeftOutRead.model_validate(left) for left in plan.left_out],
        "windows": [WindowRead.model_validate(window) for window in plan.windows],
        "facts": [FactReadOut.model_validate(fact) for fact in plan.facts],
        "missing": [fact.name for fact in plan.facts if fact.value is None],
    }


def _pathway(pathway: Pathway) -> PathwayRead:
    return PathwayRead(
        key=pathway.key,
        version=pathway.version,
        title=pathway.title,
        sources=list(pathway.sources),
        items=[_item(item) for item in pathway.items],
    )


def _item(item: Item) -> ItemRead:
    return ItemRead(
        kind=item.kind,
        text=item.text,
        clocks=[_rule(rule) for rule in item.clocks],
        source=item.source,
        responsible=KINDS[item.kind].responsible,
        priority=item.priority,
        conditional=item.only_if is not None,
        earliest_start_days=item.earliest_start_days,
    )


def _rule(rule: ClockRule) -> RuleRead:
    return RuleRead(key=rule.key, kind=rule.kind, rule=rule.rule, opens=rule.opens)
