"""What an organization may say of forms, missing data and ladder, and what a prescriber must stand behind."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.monitoring.domain import forms
from services.monitoring.domain.attendance import CHECK_IN, Conversation
from services.monitoring.domain.escalation import Answering, Wait
from services.monitoring.domain.expectation_checks import wrong
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocol_troubles import Trouble
from services.monitoring.domain.silence import Expected
from shared.vocabulary import EscalationTier, Severity

_ANSWERED = (Severity.CRITICAL, Severity.HIGH, Severity.MODERATE, Severity.LOW)
_URGENT = (Severity.CRITICAL, Severity.HIGH)
_LONGEST = timedelta(days=14)
_MOST_STEPS = 5
_WORDS = ("title", "source", "asks")
# What lets more pass the larger it is; of anything else nobody can say which of two is the stricter.
_LARGER_IS_LOOSER = ("months", "months_at_goal", "moderate_days", "low_days", "within_days")


def part_troubles(protocol: Protocol) -> Iterator[Trouble]:
    """What is wrong with the forms, the missing-data rules and the ladder of a version."""
    yield from _forms(protocol)
    yield from _expectations(protocol)
    yield from _ladder(protocol)


def _forms(protocol: Protocol) -> Iterator[Trouble]:
    if unknown := sorted(name for name in protocol.forms if not forms.known(name)):
        yield Trouble("forms", f"There is no form {', '.join(unknown)}. GET /v1/forms lists those there are.")
    keys = [_form(name) for name in protocol.forms]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        yield Trouble("forms", f"Name one version of {', '.join(twice)}.")
    if missing := [form.key for form in forms.ALWAYS if form.key not in keys]:
        yield Trouble("forms", f"Every check-in asks with {', '.join(missing)}: name a version of it.")


def _expectations(protocol: Protocol) -> Iterator[Trouble]:
    keys, rules = [each.key for each in protocol.expects], {rule.key for rule in protocol.rules}
    for key in sorted({key for key in keys if keys.count(key) > 1 or key in rules}):
        yield Trouble(f"expects.{key}", "A rule or another expectation has this key. A key names one and its alerts.")
    conversations = [each.key for each in protocol.expects if isinstance(each, Conversation)]
    if conversations != [CHECK_IN]:
        yield Trouble("expects", f"The check-in of the tier is expected once, under the key {CHECK_IN}.")
    for each in protocol.expects:
        if missing := [name for name in ("key", "title", "source") if not getattr(each, name).strip()]:
            yield Trouble(f"expects.{each.key}", f"An expectation needs its {', '.join(missing)}.")
        for sentence in wrong(each, rules):
            yield Trouble(f"expects.{each.key}", sentence)


def _ladder(protocol: Protocol) -> Iterator[Trouble]:
    if set(protocol.ladder) != set(_ANSWERED):
        yield Trouble("ladder", f"Say how alerts are answered that are {', '.join(_ANSWERED)}, and no others.")
    for severity, answering in protocol.ladder.items():
        path = f"ladder.{severity}"
        if severity is not Severity.LOW and not 1 <= len(answering.steps) <= _MOST_STEPS:
            yield Trouble(path, f"Name who is told when nobody answers: one to {_MOST_STEPS} steps.")
        tiers = [step.tier for step in answering.steps]
        own = all(each.startswith(f"{severity}-") and each is not EscalationTier.NOT_MONITORED for each in tiers)
        if not own or len(set(tiers)) < len(tiers):
            yield Trouble(f"{path}.steps", f"Each step has a tier of its own whose name begins with {severity}.")
        if any(not step.told.strip() for step in answering.steps):
            yield Trouble(f"{path}.steps", "Say who is told.")
        if not answering.source.strip():
            yield Trouble(f"{path}.source", "Say where these times come from.")
        for wait in (answering.acknowledge, *(step.wait for step in answering.steps)):
            if (sentence := _unfit(wait, severity)) is not None:
                yield Trouble(path, sentence)


def _unfit(wait: Wait, severity: Severity) -> str | None:
    given = [name for name in ("clock", "hours", "days") if getattr(wait, name)]
    if len(given) != 1:
        return "A wait is given in one way: by the clock, in clinic hours, or in business days."
    if severity is Severity.CRITICAL and given != ["clock"]:
        return "A critical alert waits by the clock, day and night."
    too_long = wait.days > _LONGEST.days or max(wait.clock, wait.hours) > _LONGEST
    return f"Nobody waits longer than {_LONGEST.days} days." if too_long else None


def looser_parts(protocol: Protocol, base: Protocol) -> Iterator[Trouble]:
    """Where less is asked, waited for or escalated than in ``base``, or may be: a prescriber's decision."""
    kept = {_form(name) for name in protocol.forms}
    if dropped := sorted({_form(name) for name in base.forms} - kept):
        yield _stands("forms", f"{', '.join(dropped)} is no longer asked")
    for was in base.expects:
        now = protocol.expectation(was.key)
        why = "is no longer expected" if now is None else _later(was, now)
        if why is not None:
            yield _stands(f"expects.{was.key}", f"{was.title}: {why}")
    for severity in _URGENT:
        if severity in base.ladder and severity in protocol.ladder:
            for why in _slower(base.ladder[severity], protocol.ladder[severity]):
                yield _stands(f"ladder.{severity}", why)


def _stands(path: str, why: str) -> Trouble:
    return Trouble(path, f"{why}: name the prescriber who stands behind it.", needs_prescriber=True)


def _later(was: Expected, now: Expected) -> str | None:
    """Why ``now`` finds later than ``was`` that something is missing, or may; None when it certainly does not."""
    before, after = _figures(was), _figures(now)
    if type(was) is not type(now) or before.keys() != after.keys():
        return "is decided in another way"
    for name, figure in before.items():
        if after[name] > figure:
            return f"{name.replace('_', ' ')} is more than it was"
    own = {name: getattr(was, name) for name in _WORDS} | {name: getattr(was, name) for name in _adjustable(was)}
    return None if replace(now, **own) == was else "is decided in another way"


def _adjustable(expected: Expected) -> list[str]:
    names = [name for name in _LARGER_IS_LOOSER if getattr(expected, name, None) is not None]
    return [*names, "waits"] if hasattr(expected, "waits") else names


def _figures(expected: Expected) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(expected, name) for name in _adjustable(expected) if name != "waits"}
    waits = getattr(expected, "waits", None)
    return found if waits is None else found | {"low": waits.low, "moderate": waits.moderate}


def _slower(was: Answering, now: Answering) -> Iterator[str]:
    if _longer(was.acknowledge, now.acknowledge):
        yield "An alert is acknowledged later"
    steps: Mapping[EscalationTier, Wait] = {step.tier: step.wait for step in now.steps}
    for step in was.steps:
        if step.tier not in steps:
            yield f"The {step.told} is no longer told"
        elif _longer(step.wait, steps[step.tier]):
            yield f"The {step.told} is told later"


def _longer(was: Wait, now: Wait) -> bool:
    """Whether it is longer, or may be: clinic hours and the clock cannot be compared."""
    pairs = ((was.clock, now.clock), (was.hours, now.hours), (was.days, now.days))
    return any(bool(a) != bool(b) or b > a for a, b in pairs)  # type: ignore[operator]


def _form(name: str) -> str:
    return name.partition("@")[0]
