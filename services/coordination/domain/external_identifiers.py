"""What others call our things: one identifier names one thing of a kind."""

from enum import StrEnum

from shared.kit.problems import Conflict


class Named(StrEnum):
    """Kinds of things that carry identifiers of others, beside patients and stays."""

    PRACTITIONER = "practitioner"
    CARE_SITE = "care-site"
    VISIT = "visit"
    CONDITION = "condition"
    SPECIALIST = "specialist"
    SITE = "site"
    SCHEDULE = "schedule"
    SLOT = "slot"
    ORDER = "order"


class IdentifierTaken(Conflict):
    """Something of the same kind carries the identifier already."""

    code = "identifier.taken"
    title = "This identifier is taken"

    def __init__(self, kind: Named) -> None:
        super().__init__(f"Another {kind} has this identifier. Use that one, or create on the condition that none has.")
