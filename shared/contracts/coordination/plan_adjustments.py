"""What a coordinator changes about a plan before it is accepted."""

from pydantic import Field

from shared.contracts.base import Code, In, Text
from shared.contracts.coordination.clocks import AskClock, RuleText
from shared.contracts.coordination.examples import example
from shared.vocabulary import NeedKind, Priority, WaiverReason


class DropNeed(In):
    """Leave out a need that the plan asks for, with a coded reason."""

    kind: NeedKind
    code: WaiverReason
    note: Text | None = None


class MoveClock(In):
    """Another rule for a clinical clock, counted from the discharge: earlier, or up to a week later but not after the
    need's programme clocks."""

    key: Code = "clinical"
    rule: RuleText = Field(examples=["+10d"])
    because: Text


class ChangeNeed(In):
    """Who does it, or by when."""

    kind: NeedKind
    owner: Code | None = None
    team: Code | None = None
    clock: MoveClock | None = None


class AddNeed(In):
    """One more need. Its clocks start at the discharge; without ``clocks`` the kind's own do."""

    kind: NeedKind
    reason: Text
    priority: Priority = Priority.ROUTINE
    clocks: list[AskClock] = Field(default_factory=list, max_length=5)
    owner: Code | None = None
    team: Code | None = None


class AdjustPlan(In):
    """Changes of a proposed plan; none accepts it as it is."""

    model_config = example(
        {
            "drop": [{"kind": "caregiver-assessment", "code": "already-done-elsewhere"}],
            "change": [{"kind": "transport-for-visits", "team": "transitions"}],
            "add": [{"kind": "falls-assessment", "reason": "Two falls at home this summer"}],
        }
    )

    drop: list[DropNeed] = Field(default_factory=list, max_length=50)
    change: list[ChangeNeed] = Field(default_factory=list, max_length=50)
    add: list[AddNeed] = Field(default_factory=list, max_length=20)
