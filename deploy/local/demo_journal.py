"""What the demo has asked for, kept before it is sent: a seed that was interrupted asks for the same, word for word.

What a request says can depend on what was read before it, such as which alerts are open, and that is another thing once
the request was answered. The key alone would then be refused, for it came with another body.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.vocabulary import Role

FILE = "demo-requests.jsonl"


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the demo with everything its answer depends on; ``version`` becomes ``If-Match``."""

    service: str
    path: str
    body: Any
    role: Role
    now: datetime
    version: int | None


class Journal:
    """The requests by their keys, in a file of one line each; the last line of a key counts."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._kept: dict[str, Request] = {}
        for line in self._lines():
            self._take(line)

    def get(self, key: str) -> Request | None:
        """What was asked for under this key, if it may have been sent."""
        return self._kept.get(key)

    def has(self, part: str) -> bool:
        """Whether anything was asked for under a key with this part."""
        return any(part in key for key in self._kept)

    def keep(self, key: str, request: Request) -> None:
        """Remember a request that is about to be sent."""
        told = {
            "service": request.service, "path": request.path, "body": request.body, "role": request.role,
            "now": request.now.isoformat(), "version": request.version,
        }  # fmt: skip
        self._kept[key] = request
        self._write({"key": key, "asked": told})

    def forget(self, key: str) -> None:
        """It was refused, so it left nothing behind and may be asked otherwise."""
        self._kept.pop(key, None)
        self._write({"key": key, "asked": None})

    def _write(self, line: dict[str, Any]) -> None:
        with self._path.open("a") as stream:
            # The line end comes first: a line that a kill cut short does not spoil the next one.
            stream.write("\n" + json.dumps(line))

    def _lines(self) -> list[Any]:
        if not self._path.exists():
            return []
        found = []
        for line in self._path.read_text().splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                # Cut short by a kill, so it was not sent.
                continue
        return found

    def _take(self, line: dict[str, Any]) -> None:
        key, asked = line["key"], line["asked"]
        if asked is None:
            self._kept.pop(key, None)
        else:
            when = datetime.fromisoformat(asked["now"])
            self._kept[key] = Request(**{**asked, "role": Role(asked["role"]), "now": when})
