"""JSON logs with a name and ids, never a person (L11)."""

import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson
import structlog

# Without locals: they hold people.
_TRACES = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))


def set_up(service: str, *, level: int = logging.INFO) -> None:
    """One JSON line per event on standard output, with service and time in UTC."""
    lines: Any = Lines()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _stamped,
            _traced,
            structlog.processors.JSONRenderer(_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_names: structlog.WriteLogger(lines),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)
    _Logger.bound = structlog.get_logger().bind()


class Lines:
    """Log lines to a stream whose disk may be full: a line that cannot be kept never fails the request it tells of.

    How many were lost is said in a line of its own as soon as one can be written again.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream
        """Where to; None is whatever standard output is at the time."""
        self.lost = 0

    def write(self, line: str) -> None:
        """Write a line, or count it as lost."""
        # The last one may have been cut in the middle: what comes next starts on a line of its own.
        said = (
            "" if not self.lost else "\n" + _json({"event": "log.lost", "level": "warning", "lines": self.lost}) + "\n"
        )
        stream = self.stream or sys.stdout
        try:
            stream.write(said + line)
            stream.flush()
        except OSError:
            self.lost += 1
        else:
            self.lost = 0

    def flush(self) -> None:
        """Every line is flushed as it is written."""


class _Logger:
    # Putting a logger together for each line costs more than the line.
    bound: Any = None


def log() -> Any:
    """The program's logger."""
    return structlog.get_logger() if _Logger.bound is None else _Logger.bound


def _json(event: object, **_options: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def _stamped(_logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["level"] = method
    event["timestamp"] = datetime.now(UTC).isoformat()
    return event


def _traced(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if "exc_info" not in event:
        return event
    event = _TRACES(logger, method, event)
    # An exception's text may quote a row or an input: its type and place are enough to find it.
    for trace in event.get("exception", []) if isinstance(event.get("exception"), list) else []:
        trace["exc_value"] = ""
        trace["exc_notes"] = []
    return event
