"""The acts listed with a thing: allowed for this caller now, or why not."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from services.coordination.domain.policy import POLICY
from shared.contracts.base import AllowedAct
from shared.kit.actor import Actor
from shared.kit.policy import decide
from shared.vocabulary import Role


def only_as_specialist(actor: Actor, action: str) -> bool:
    """Whether only the role of a specialist lets the caller do this: then they do it to what is theirs alone."""
    others = replace(actor, roles=actor.roles - {Role.SPECIALIST})
    return Role.SPECIALIST in actor.roles and not decide(POLICY, others, action).allowed


def acts(actor: Actor, noun: str, listed: Iterable[tuple[str, str | None]]) -> list[AllowedAct]:
    """Each act with the reason why the thing's state does not allow it, joined with what the policy says."""
    return [*_acts(actor, noun, tuple(listed))]


# A plan lists twenty needs that stand alike, a page fifty: the written table is asked once for all of them.
@lru_cache(maxsize=1_024)
def _acts(actor: Actor, noun: str, listed: tuple[tuple[str, str | None], ...]) -> tuple[AllowedAct, ...]:
    found = []
    for act, obstacle in listed:
        decision = decide(POLICY, actor, f"{noun}.{act}")
        reason = obstacle if decision.allowed else decision.reason
        found.append(AllowedAct(act=act, allowed=reason is None, reason=reason))
    return tuple(found)
