"""What keeps a protocol version from being published: where it is, in a sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a version is not valid; ``needs_prescriber``: it is, once a named prescriber stands behind it."""

    path: str
    sentence: str
    needs_prescriber: bool = False
