"""Patients: who is who when two sources speak of one person."""

from shared.kit.problems import Conflict, Problem


class IdentifierTaken(Conflict):
    """An identifier belongs to one patient of an organization."""

    code = "patient.identifier-taken"
    title = "Another patient has this identifier"


class AmbiguousPatient(Conflict):
    """The identifiers of one message belong to several patients here."""

    code = "patient.ambiguous"
    title = "These identifiers belong to more than one patient"


class OtherPerson(Conflict):
    """An identifier matches a patient whom coordination knows under another id."""

    code = "patient.other-id"
    title = "This identifier belongs to a patient with another coordination id"


class IdMismatch(Problem):
    """The address and the body name two different things."""

    code = "id.mismatch"
    title = "The address and the body do not name the same thing"


class StayOrder(Problem):
    """A stay cannot end before it began."""

    code = "stay.ended-before-started"
    title = "The stay ends before it starts"
