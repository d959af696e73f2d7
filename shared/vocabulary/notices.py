"""What a prescriber or a nurse is told of a change of medicines."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """Why somebody is told."""

    STEP_APPLIED = "step-applied"
    STOPPED = "change-stopped"
    CONTRADICTED = "step-contradicted"
    DOSE_HELD = "dose-held"
