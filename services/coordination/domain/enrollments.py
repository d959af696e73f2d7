"""What monitoring says of its enrollments."""

from datetime import datetime

from shared.kit.problems import Problem


class IdMismatch(Problem):
    """The address and the body name two different things."""

    code = "id.mismatch"
    title = "The address and the body do not name the same thing"


class ConsentAhead(Problem):
    """A consent that has not been given yet; monitoring would refuse it."""

    code = "consent.in-the-future"
    title = "The consent has not been given yet"


def check_consent(given_at: datetime, now: datetime) -> None:
    """Raises:
    ConsentAhead: it lies in the future.
    """
    if given_at > now:
        raise ConsentAhead(
            "given_at of a consent lies in the future. Correct it, or leave the consent out: the enrollment then waits "
            "as referred until the patient agreed."
        )
