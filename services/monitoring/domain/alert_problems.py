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


class AttemptTime(Problem):
    """An attempt belongs to an alert from its opening on, and is recorded after it was made."""

    code = "alert.attempt-time"
    title = "The attempt cannot have been then"
