"""Put answers into a check-in, each judged by itself, with who noted it and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.monitoring.domain import answers as rules
from services.monitoring.domain import forms
from services.monitoring.domain.check_in_problems import AnswerImplausible, AnswerProblem
from services.monitoring.domain.form import Form, Given
from services.monitoring.store.check_ins import CheckInRow
from services.monitoring.usecases import check_in_words
from shared.kit.actor import Actor
from shared.kit.problems import Problem
from shared.vocabulary import Metric

Refused = Mapping[str | None, Problem]
"""Why something was not kept or done, by question; None for the act itself."""
_PRESSURES = (Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC)


@dataclass(frozen=True, slots=True)
class Kept:
    """What stood where answers were put, and by question why an answer was not kept."""

    before: dict[str, Any]
    refused: Refused


def keep(
    row: CheckInRow, sent: Mapping[str, object], not_asked: Mapping[str, str], *, actor: Actor, now: datetime
) -> Kept:
    """Put answers and reasons into the row. A wrong answer costs no other one: a red flag beside it is kept.

    Raises:
        AnswerProblem: nothing of what was sent can be kept; the first refusal.
    """
    every = forms.pinned(row.forms)
    right, refused = _judged(row, every, sent, now)
    reasons, unknown = _reasons(every, not_asked)
    refused |= unknown
    if refused and not right and not reasons:
        raise next(iter(refused.values()))
    before = _put(row, right, actor, now)
    row.not_asked = {key: str(why) for key, why in {**row.not_asked, **reasons}.items() if key not in row.answers}
    return Kept(before, refused)


def _judged(
    row: CheckInRow, every: Sequence[Form], sent: Mapping[str, object], now: datetime
) -> tuple[dict[str, Given | None], dict[str | None, Problem]]:
    right: dict[str, Given | None] = {}
    refused: dict[str | None, Problem] = {}
    for key, value in sent.items():
        try:
            question = rules.find(every, key)
            right[key] = None if value is None else rules.read(question, value, at=now)
        except AnswerProblem as problem:
            refused[key] = problem
    stood = check_in_words.given(row) | right
    try:
        rules.check_pressures(every, {key: value for key, value in stood.items() if value is not None})
    except AnswerImplausible as problem:
        pair = [key for key in right if rules.find(every, key).metric in _PRESSURES]
        refused.update((key, problem) for key in pair)
        right = {key: value for key, value in right.items() if key not in pair}
    return right, refused


def _reasons(every: Sequence[Form], not_asked: Mapping[str, str]) -> tuple[dict[str, str], dict[str | None, Problem]]:
    names = {form.key for form in every}
    known: dict[str, str] = {}
    refused: dict[str | None, Problem] = {}
    for key, why in not_asked.items():
        try:
            if key not in names:
                rules.find(every, key)
            known[key] = why
        except AnswerProblem as problem:
            refused[key] = problem
    return known, refused


def _put(row: CheckInRow, right: Mapping[str, Given | None], actor: Actor, now: datetime) -> dict[str, Any]:
    kept, before = dict(row.answers), {}
    for key, given in right.items():
        stood = kept.get(key)
        value = given if isinstance(given, bool) or given is None else str(given)
        if value != (stood["value"] if stood else None):
            before[key] = stood["value"] if stood else None
            kept[key] = {"value": value, "by": actor.person, "at": now.isoformat()}
        if given is None:
            kept.pop(key, None)
    row.answers = kept
    return before
