"""What may be wrong with a responsibility in somebody's care, and when it holds."""

from datetime import date

from shared.kit.problems import Problem


class EndsBeforeItStarts(Problem):
    code = "care-team.ends-before-start"
    title = "The responsibility would end before it began"


def end(starts_on: date, ends_on: date) -> date:
    """The last day, checked.

    Raises:
        EndsBeforeItStarts: it lies before the first day.
    """
    if ends_on < starts_on:
        raise EndsBeforeItStarts(f"It began on {starts_on}. Give that day or a later one.")
    return ends_on


def is_active(starts_on: date, ends_on: date | None, on: date) -> bool:
    """Whether a responsibility holds on a local day; both ends count."""
    return starts_on <= on and (ends_on is None or on <= ends_on)
