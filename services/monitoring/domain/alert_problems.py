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


class SnoozeInThePast(Problem):
    """A snooze ends after it begins."""

    code = "alert.snooze-in-the-past"
    title = "The alert would be quiet until an instant that is over"


class EscalationAnswered(Conflict):
    """An escalation is answered once."""

    code = "escalation.answered"
    title = "The escalation was answered"


class NothingToAnswer(Problem):
    """What the patient was told waits for nobody's answer."""

    code = "escalation.nothing-to-answer"
    title = "This waits for no answer"


class AnswerTime(Problem):
    """An answer comes after somebody was told, and is recorded after it was given."""

    code = "escalation.answer-time"
    title = "The answer cannot have been then"


class NotReadBack(Problem):
    """What somebody else said is read back to them before it is written down (clinical §6.4)."""

    code = "escalation.not-read-back"
    title = "The answer was not read back"


class AttemptTime(Problem):
    """An attempt belongs to an alert from its opening on, and is recorded after it was made."""

    code = "alert.attempt-time"
    title = "The attempt cannot have been then"
