"""Amounts of money."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from shared.kit.currencies import ISO_4217


def _known(code: str) -> str:
    if code not in ISO_4217:
        raise PydanticCustomError("currency.unknown", "must be a currency of ISO 4217, such as USD or EUR")
    return code


Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), AfterValidator(_known)]
"""The code of a currency that is in use (ISO 4217)."""
