"""Write docs/referrals.md: the states of a referral, drawn from the table that decides.

python -m deploy.local.referral_page
"""

from collections.abc import Iterable
from pathlib import Path

from services.coordination.domain.referral_clocks import StageClock
from services.coordination.domain.referral_rules import ROLES, Party
from services.coordination.domain.referral_table import TABLE, Stage

PAGE = Path("docs/referrals.md")
_HEAD = """# The life of a referral

Made from `services/coordination/domain/referral_table.py` by `python -m deploy.local.referral_page`.

```mermaid
stateDiagram-v2
"""
_ROWS = """
| state | ServiceRequest | Task | business status | Appointment | clock |
|---|---|---|---|---|---|
"""
_MOVES = """
## Acts

Within a state, or to another; a guard in words is the refusal's own sentence.

| state | act | leads to | by | only if | leaves |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    lines = ["    [*] --> draft", *_arrows(), "```"]
    states = [f"| {' | '.join(_state(stage))} |" for stage in TABLE]
    return _HEAD + "\n".join(lines) + "\n" + _ROWS + "\n".join(states) + "\n" + _MOVES + "\n".join(_moves()) + _sides()


def _arrows() -> Iterable[str]:
    names = {stage.state: stage.state.replace("-", "_") for stage in TABLE}
    yield from (f"    {names[stage.state]} : {stage.state}" for stage in TABLE if "-" in stage.state)
    for stage in TABLE:
        for target in dict.fromkeys(move.to for move in stage.moves if move.to is not stage.state):
            acts = ", ".join(move.act for move in stage.moves if move.to is target)
            yield f"    {names[stage.state]} --> {names[target]} : {acts}"
        if not stage.moves:
            yield f"    {names[stage.state]} --> [*]"


def _state(stage: Stage) -> Iterable[str]:
    yield f"`{stage.state}`"
    yield from (word or "" for word in (stage.request, stage.task, stage.business, stage.visit))
    yield _clock(stage.clock)


def _clock(clock: StageClock | None) -> str:
    if clock is None:
        return ""
    routine = f"{clock.title}: {clock.routine}"
    return routine if clock.routine == clock.urgent else f"{routine}, urgent {clock.urgent}"


def _moves() -> Iterable[str]:
    for stage in TABLE:
        for move in stage.moves:
            to = "" if move.to is stage.state else f"`{move.to}`"
            guards = " ".join(f"`{guard.refusal.code}`" for guard in move.guards)
            left = ", ".join(sorted(move.sets) + [f"no longer {mark}" for mark in sorted(move.clears)])
            yield f"| `{stage.state}` | {move.act} | {to} | {', '.join(move.by)} | {guards} | {left} |"


def _sides() -> str:
    lines = [f"* **{party}**: {', '.join(sorted(ROLES[party]))}" for party in Party]
    return "\n\n## Sides\n\n" + "\n".join(lines) + "\n\nWhere the receiver has an account, it speaks for itself.\n"


if __name__ == "__main__":
    PAGE.write_text(page())
