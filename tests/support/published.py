"""The published OpenAPI documents: the applications' own (``tests/contracts/test_openapi.py``), and read in no time."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def document(service: str) -> dict[str, Any]:
    """The document of a service, to look at only."""
    found: dict[str, Any] = json.loads(Path(f"docs/openapi/{service}.json").read_text())
    return found
