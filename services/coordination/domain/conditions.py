"""Conditions: what FHIR's invariants con-3 to con-5 ask of their status."""

from shared.kit.problems import Problem
from shared.vocabulary import ConditionStatus, ConditionVerification

ENDED = frozenset({ConditionStatus.INACTIVE, ConditionStatus.REMISSION, ConditionStatus.RESOLVED})


class StatusDoesNotFit(Problem):
    code = "condition.status-does-not-fit"
    title = "The status does not fit the rest of the condition"


class TimesDoNotFit(Problem):
    code = "condition.ends-before-onset"
    title = "The condition ends before it began"


def check(
    status: ConditionStatus | None,
    verification: ConditionVerification,
    *,
    onset: str | None,
    abatement: str | None,
) -> None:
    """Raises:
    StatusDoesNotFit: no status, or one for a condition entered in error; an end of what is still active.
    TimesDoNotFit: the end lies before the onset, compared as far as both are known.
    """
    in_error = verification is ConditionVerification.ENTERED_IN_ERROR
    if in_error != (status is None):
        raise StatusDoesNotFit("Give a clinical status, except for a condition entered in error (con-3, con-5).")
    if abatement is not None and status is not None and status not in ENDED:
        raise StatusDoesNotFit("A condition that has ended is inactive, in remission or resolved (con-4).")
    if onset is not None and abatement is not None:
        known = min(len(onset), len(abatement), len("2026-09-04"))
        if abatement[:known] < onset[:known]:
            raise TimesDoNotFit("The condition ends before its onset. Correct one of the two.")
