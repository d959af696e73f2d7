"""An organization's own versions of protocols, and what trying one out shows."""

from enum import StrEnum


class ProtocolVersionState(StrEnum):
    """Where a version stands; from ``published`` on its content never changes."""

    DRAFT = "draft"
    VALIDATED = "validated"
    PUBLISHED = "published"
    RETIRED = "retired"


class ProtocolVersionAct(StrEnum):
    """What is done with a version. ``revise`` is a change of its content, which makes it a draft again."""

    REVISE = "revise"
    VALIDATE = "validate"
    DRY_RUN = "dry-run"
    PUBLISH = "publish"
    RETIRE = "retire"


class DryRunState(StrEnum):
    """How far a dry run has come; only one that is done counts as tried out."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    OVERTAKEN = "overtaken"


class AlertDifference(StrEnum):
    """How an alert of one version stands to those of another one over the same readings."""

    SAME = "same"
    ONLY_OLD = "only-old"
    ONLY_NEW = "only-new"
    OTHER_SEVERITY = "other-severity"


class AlertChange(StrEnum):
    """What becomes of an alert when its enrollment moves to another version."""

    OPEN = "open"
    CHANGE = "change"
    CLOSE = "close"
