"""Refusals that depend on more than the referral's state: on what was said, on the need, on the patient."""

from shared.kit.problems import Conflict, Problem


class NothingToBook(Conflict):
    code = "referral.nothing-to-book"
    title = "There is no slot to book"


class BeforeOrder(Problem):
    code = "referral.done-before-ordered"
    title = "The act cannot come before the referral"


class PatientDied(Conflict):
    code = "referral.patient-died"
    title = "The patient has died"


class BeforeVisit(Problem):
    code = "referral.done-before-visit"
    title = "The visit was not yet"


class OutOfOrder(Problem):
    code = "referral.done-out-of-order"
    title = "The act cannot come before the one it builds on"


class BeyondValidity(Conflict):
    code = "referral.beyond-validity"
    title = "The visit lies beyond the referral's validity"


class ValidityOver(Problem):
    code = "referral.validity-over"
    title = "The referral would not be valid any more"


class VisitBeforeOrder(Problem):
    code = "referral.visit-before-order"
    title = "The visit cannot come before the referral"
