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
