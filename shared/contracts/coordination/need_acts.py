"""What people do on a need."""

from pydantic import Field

from shared.contracts.base import Code, In, Instant, LongText, Text
from shared.contracts.coordination.examples import example
from shared.contracts.coordination.needs import Evidence, Means, Money
from shared.vocabulary import ScreenAnswer, SocialDomain


class ArrangeNeed(In):
    """How it will be met, and for when where that is known."""

    model_config = example(
        {
            "means": {"kind": "task", "note": "Visit booked with primary care"},
            "scheduled_for": "2026-09-11T13:30:00-04:00",
        }
    )

    means: Means
    scheduled_for: Instant | None = None
    cost: Money | None = None
    note: Text | None = None


class ScreenAnswerTold(In):
    """One domain; ``wants_help`` is what the patient said to being helped with it."""

    domain: SocialDomain
    answer: ScreenAnswer
    wants_help: bool = True


class ScreenNeed(In):
    """The answers to a social-needs screen, and when it was done. A risk opens the need of its domain."""

    model_config = example(
        {
            "tool": "AHC HRSN",
            "done_at": "2026-09-09T10:20:00-04:00",
            "answers": [{"domain": "food", "answer": "at-risk"}, {"domain": "housing", "answer": "no-risk"}],
        }
    )

    tool: Code
    done_at: Instant
    answers: list[ScreenAnswerTold] = Field(min_length=1, max_length=20)


class MoveNeed(In):
    """A word on why."""

    note: Text | None = Field(default=None, examples=["Patient confirmed by phone"])


class MeetNeed(In):
    """What shows that it is met, and when the work was done: on time is judged by ``done_at``."""

    model_config = example(
        {
            "evidence": {"kind": "task-done", "note": "Done at the visit"},
            "done_at": "2026-09-09T10:12:00-04:00",
        }
    )

    evidence: Evidence
    done_at: Instant
    cost: Money | None = None


class CloseNeed(In):
    """Why it ends without being met: ``code`` is a waiver, withdrawal or not-met reason of the vocabulary."""

    code: Code
    note: LongText | None = None


class WaiveNeed(CloseNeed):
    """Why it need not be met."""

    model_config = example({"code": "patient-declined", "note": "Prefers to wait until spring"})


class WithdrawNeed(CloseNeed):
    """Why it should not have been there."""

    model_config = example({"code": "duplicate", "note": "The same exam was asked for by the eye clinic"})


class GiveUpNeed(CloseNeed):
    """Why it will not be met; ``unable-to-reach`` needs enough attempts on record."""

    model_config = example({"code": "moved-away", "note": "Moved to another state, records sent"})


class AssignNeed(In):
    """Who does it. What is left out stays; the worklist's release gives claimed work back."""

    owner: Code | None = Field(default=None, examples=["dev.coordinator"])
    team: Code | None = None


class PauseNeed(In):
    """Stop the clocks from ``since`` (now when left out) until an instant, or until resumed."""

    reason: Text = Field(examples=["Travelling until Monday"])
    since: Instant | None = None
    until: Instant | None = None
