"""What monitoring says of its enrollments."""

from shared.kit.problems import Problem


class IdMismatch(Problem):
    """The address and the body name two different things."""

    code = "id.mismatch"
    title = "The address and the body do not name the same thing"
