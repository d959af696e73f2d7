"""JSON logs with a name and ids, never a person (L11)."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

# Without locals: they hold people.
_TRACES = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))


def set_up(service: str, *, level: int = logging.INFO) -> None:
    """One JSON line per event on standard output, with service and time in UTC."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _TRACES,
            _without_values,
            structlog.processors.JSONRenderer(_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)


def log() -> Any:
    """The program's logger."""
    return structlog.get_logger()


def _json(event: object, **_options: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def _without_values(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # An exception's text may quote a row or an input: its type and place are enough to find it.
    for trace in event.get("exception", []) if isinstance(event.get("exception"), list) else []:
        trace["exc_value"] = ""
        trace["exc_notes"] = []
    return event
