"""Refusals about readmission scores."""

from shared.kit.problems import Conflict


class NotDischarged(Conflict):
    """A readmission score is of a stay that has ended."""

    code = "risk.not-discharged"
    title = "The stay has not ended"


class NotOfHospital(Conflict):
    """The scores were made for acute stays in hospital."""

    code = "risk.not-of-hospital"
    title = "The stay is no hospital stay"
