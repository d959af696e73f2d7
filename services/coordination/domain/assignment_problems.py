"""What may be wrong with accepting a proposed assignment."""

from shared.kit.problems import Conflict, Problem


class AssignmentExpired(Conflict):
    code = "assignment.expired"
    title = "This proposal is no longer valid"


class NotInAssignment(Problem):
    code = "assignment.need-not-in-it"
    title = "A need is not part of this proposal"
