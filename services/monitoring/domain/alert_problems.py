"""Refusals about alerts."""

from shared.kit.problems import Conflict, Problem


class WrongAlertState(Conflict):
    """The act does not fit where the alert stands."""

    code = "alert.wrong-state"
    title = "The alert is not in a state for this"


class SnoozeTooLong(Problem):
    """How long an alert may be quiet depends on its severity."""

    code = "alert.snooze-too-long"
    title = "The alert may not be quiet until then"


class ClosureIncomplete(Problem):
    """Every closure records what the clinical reference asks for (§1.9)."""

    code = "alert.closure-incomplete"
    title = "The closure does not say enough"
