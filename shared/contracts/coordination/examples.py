"""Examples shown in the documentation of each operation."""

from pydantic import ConfigDict
from pydantic.config import JsonDict


def example(value: JsonDict) -> ConfigDict:
    """A model's configuration with one example of a body."""
    return ConfigDict(json_schema_extra={"examples": [value]})
