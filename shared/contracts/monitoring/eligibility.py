"""Who may be followed under what."""

from typing import Literal
from uuid import UUID

from shared.contracts.base import Out


class CircumstanceRead(Out):
    """A circumstance of the patient and what it does: it blocks, needs a named prescriber, or adjusts the rules."""

    fact: str
    effect: Literal["blocks", "needs-prescriber", "adjusts"]
    sentence: str
    source: str


class ProtocolEligibility(Out):
    """One protocol. ``stops`` keep the patient out as things stand; ``adjusts`` change how rules are read."""

    protocol: str
    protocol_version: str
    title: str
    eligible: bool
    followed_as: UUID | None
    stops: list[CircumstanceRead]
    adjusts: list[CircumstanceRead]


class EligibilityRead(Out):
    """A patient under every protocol, at the moment of asking; nothing was stored."""

    patient_id: UUID
    circumstances: list[str]
    deceased: bool
    consent: str
    protocols: list[ProtocolEligibility]
