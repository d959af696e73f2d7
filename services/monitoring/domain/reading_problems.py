"""Refusals about readings."""

from uuid import UUID

from shared.kit.problems import Problem


class NotStored(Problem):
    """A value that was refused or put aside; a reading issue keeps it. ``code`` is the reason's own."""

    status = 422
    code = "reading.refused"
    title = "The reading was not stored"

    def __init__(self, detail: str, *, code: str, conflict: bool, issue_id: UUID) -> None:
        super().__init__(detail, issue_id=str(issue_id))
        # The reasons are rows of the metric dictionary, not classes of their own.
        vars(self).update(code=code, status=409 if conflict else 422)


class AlreadyVoid(Problem):
    """Voiding twice would only blur who did it and why."""

    status = 409
    code = "reading.already-void"
    title = "The reading is entered-in-error already"


class AlreadyVerified(Problem):
    """Verifying twice would only blur who asked, and how."""

    status = 409
    code = "reading.already-verified"
    title = "The reading is verified already"


class WindowOrder(Problem):
    """A window of time ends before it starts."""

    code = "window.order"
    title = "The window ends before it starts"


class IssueSettled(Problem):
    """An issue is cleared or dismissed once."""

    status = 409
    code = "reading-issue.settled"
    title = "The issue is settled already"


class NotInItsPlace(Problem):
    """What an issue is said to have been cleared by is no standing reading of its patient and metric."""

    code = "reading-issue.other-reading"
    title = "That reading did not take the place of this item"


class NotAnArray(Problem):
    """A batch is a JSON array of readings, or one reading a line."""

    code = "batch.not-an-array"
    title = "The body is not a batch of readings"


class TooManyItems(Problem):
    """At most 10,000 readings a call."""

    status = 413
    code = "batch.too-many-items"
    title = "Too many readings in one call"


class MalformedBatch(Problem):
    """Not JSON at all, so no item can be told from another."""

    code = "body.malformed-json"
    title = "The body is not valid JSON"
