"""One written table says who may do what; one pure function reads it (domain §9)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from shared.kit.actor import Actor
from shared.vocabulary import Role

_SCOPE = re.compile(r"^(?:user|system|patient)/(?P<type>\*|[A-Z][A-Za-z]+)\.(?P<acts>c?r?u?d?s?)(?:\?.*)?$")


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one action: any of ``roles``, holding a scope for ``resource`` with every letter of ``acts``.

    ``resource`` is a FHIR type name, ``acts`` a subset of ``cruds`` in that order (SMART v2 grammar).
    """

    roles: frozenset[Role]
    resource: str
    acts: str


Policy = Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class Decision:
    """``allowed``, or the reason why not, worded for the caller."""

    allowed: bool
    reason: str = ""


def may(resource: str, acts: str, *roles: Role) -> Rule:
    """A row of the table."""
    return Rule(frozenset(roles), resource, acts)


@lru_cache(maxsize=4_096)
def scope_covers(scope: str, resource: str, acts: str) -> bool:
    """Whether one SMART v2 scope grants every letter of ``acts`` on ``resource``.

    A scope with a query part (``?…``) narrows to some resources only, which this table cannot check:
    it grants nothing here.
    """
    match = _SCOPE.match(scope)
    if match is None or "?" in scope or scope.startswith("patient/"):
        return False
    return match["type"] in ("*", resource) and set(acts) <= set(match["acts"])


def decide(policy: Policy, actor: Actor, action: str) -> Decision:
    """Role and scope must both allow; an action without a row is denied."""
    rule = policy.get(action)
    if rule is None:
        return Decision(False, f"No rule allows the action {action}.")
    if not rule.roles & actor.roles:
        allowed = ", ".join(sorted(rule.roles)) or "nobody"
        return Decision(False, f"{action} is for: {allowed}. Your token carries: {', '.join(sorted(actor.roles))}.")
    if not any(scope_covers(scope, rule.resource, rule.acts) for scope in actor.scopes):
        return Decision(False, f"{action} needs a scope that covers {rule.resource}.{rule.acts}.")
    return Decision(True)
