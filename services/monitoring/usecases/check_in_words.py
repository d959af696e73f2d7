"""Check-ins in the words of the contract."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.monitoring.domain import answers as rules
from services.monitoring.domain import check_ins, forms, scoring
from services.monitoring.domain.answers import Answers
from services.monitoring.domain.form import Form, Given, Score
from services.monitoring.domain.policy import POLICY
from services.monitoring.store.check_ins import CheckInChangeRow, CheckInRow
from shared.contracts.base import AllowedAct
from shared.contracts.monitoring.check_ins import (
    AnswerRead,
    CheckInChangeRead,
    CheckInRead,
    ConcernRead,
    ContactRead,
    RefusedRead,
    ScoredRead,
)
from shared.kit.actor import Actor
from shared.kit.policy import decide
from shared.kit.problems import Problem
from shared.vocabulary import AnswerKind, CheckInState, Metric, NotAsked

_KEPT = (
    "id", "version", "patient_id", "scheduled", "due_on", "due_at", "time_zone", "reason", "forms", "asked_at",
    "settled_at", "settled_by", "settled_reason", "updated_at",
)  # fmt: skip
_FIGURES = (AnswerKind.NUMBER, AnswerKind.SCALE)


def given(row: CheckInRow) -> dict[str, Given]:
    """The answers of a check-in as rules see them."""
    asked = forms.pinned(row.forms)
    return {key: value_of(asked, key, kept["value"]) for key, kept in row.answers.items()}


def value_of(asked: Iterable[Form], key: str, kept: Any) -> Given:
    """An answer as it was kept: numbers are kept as text, digit for digit."""
    value: Given = Decimal(kept) if rules.find(asked, key).kind in _FIGURES else kept
    return value


def read(row: CheckInRow, enrollment_ids: Iterable[UUID], *, actor: Actor) -> CheckInRead:
    """The check-in with its scores, its concerns, and the acts this actor may do now."""
    every, answers = forms.pinned(row.forms), given(row)
    state = CheckInState(row.state)
    return CheckInRead(
        **{name: getattr(row, name) for name in _KEPT},
        enrollment_ids=list(enrollment_ids),
        state=state,
        asked=[form.name for form in rules.asked(every, answers)],
        answers=[
            AnswerRead(question=key, value=answers[key], by=kept["by"], at=datetime.fromisoformat(kept["at"]))
            for key, kept in sorted(row.answers.items())
        ],
        not_asked={key: NotAsked(why) for key, why in sorted(row.not_asked.items())},
        open_questions=rules.open_questions(every, answers, row.not_asked),
        scores=_scores(every, answers),
        concerns=[
            ConcernRead(question=each.question, symptom=each.symptom, severity=each.severity, source=each.source)
            for each in rules.concerns(every, answers)
        ],
        # After completion nothing but a correction changes it.
        corrected=state is CheckInState.COMPLETED and row.updated_at != row.settled_at,
        contact=ContactRead.model_validate(row.contact) if row.contact else None,
        acts=[_allowed(each, actor) for each in check_ins.acts(state)],
    )


def reports(row: CheckInRow, questions: Iterable[str]) -> bool:
    """Whether the answer to one of these questions is something that somebody should act on."""
    asked = set(questions)
    return any(each.question in asked for each in rules.concerns(forms.pinned(row.forms), given(row)))


def refused(problems: Mapping[str | None, Problem]) -> list[RefusedRead]:
    """What was not kept or done, in the order of what was sent."""
    return [
        RefusedRead(question=question, code=problem.code, detail=problem.detail)
        for question, problem in problems.items()
    ]


def change(row: CheckInChangeRow, asked: Sequence[Form]) -> CheckInChangeRead:
    """One version of the history."""
    before = {key: None if kept is None else value_of(asked, key, kept) for key, kept in row.before.items()}
    return CheckInChangeRead(version=row.version, act=row.act, at=row.at, by=row.by, reason=row.reason, before=before)


def _scores(every: Sequence[Form], answers: Answers) -> list[ScoredRead]:
    begun = rules.asked(every, answers)
    return [
        ScoredRead(
            metric=score.metric,
            value=value,
            meaning=scoring.band(score.metric, value) if value is not None else None,
            subscales=_subscales(score, answers),
        )
        for score, value in rules.scores(begun, answers)
    ]


def _subscales(score: Score, answers: Answers) -> dict[str, Decimal | None]:
    if score.metric is not Metric.DDS17:
        return {}
    values = [answers.get(key) for key in score.questions]
    return scoring.dds_subscales([each if isinstance(each, Decimal) else None for each in values])


def _allowed(act: check_ins.Allowed, actor: Actor) -> AllowedAct:
    reason = act.reason or decide(POLICY, actor, f"check-ins.{act.act}").reason or None
    return AllowedAct(act=act.act, allowed=reason is None, reason=reason)
