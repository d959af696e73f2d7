"""Why something about a check-in is refused, each with a stable code."""

from shared.kit.problems import Conflict, Problem


class WrongCheckInState(Conflict):
    """The act does not lead anywhere from where the check-in stands."""

    code = "check-in.wrong-state"
    title = "The check-in is not in a state for this"


class ConversationOver(Conflict):
    """Answers given half a day apart are not one conversation, and would be dated wrongly."""

    code = "check-in.conversation-over"
    title = "This conversation lies too far back"


class CheckInIncomplete(Problem):
    """A required question has neither an answer nor a reason."""

    code = "check-in.incomplete"
    title = "The check-in is not complete"


class InterpreterNeeded(Problem):
    """Clinical §1.8: without the interpreter a patient needs, the contact is not completed."""

    code = "check-in.interpreter-needed"
    title = "This patient needs an interpreter"


class NobodyToAsk(Problem):
    """A check-in serves enrollments of one patient that are followed now."""

    code = "check-in.not-followed"
    title = "Nobody to check in with"


class AnswerProblem(Problem):
    """One answer that is not kept; those given beside it are."""


class QuestionUnknown(AnswerProblem):
    """The question is in none of the forms of this check-in."""

    code = "answer.question-unknown"
    title = "This check-in has no such question"


class AnswerRefused(AnswerProblem):
    """The answer is not of the kind the question asks for."""

    code = "answer.wrong-kind"
    title = "The answer does not fit the question"


class AnswerOutOfRange(AnswerProblem):
    """The number lies outside what the question allows."""

    code = "answer.out-of-range"
    title = "The answer is outside the range"


class AnswerImplausible(AnswerProblem):
    """A measured value beyond the hard limits of its metric."""

    code = "answer.implausible"
    title = "This value cannot be stored"


class AskedWhen(Problem):
    """The conversation lies in the future."""

    code = "check-in.asked-at"
    title = "This conversation cannot have taken place then"


class FormUnknown(Problem):
    """No such form in the catalogue, or none that fits this check-in."""

    code = "form.unknown"
    title = "No such form"
