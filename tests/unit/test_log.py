"""A log that cannot be written never fails what it tells of."""

import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import orjson
import pytest

from shared.kit.log import Lines

FULL = Path("/dev/full")


@pytest.fixture
def lines() -> Iterator[Lines]:
    """A log on a full disk."""
    if not FULL.is_char_device():
        pytest.skip("no /dev/full on this machine")
    stream = FULL.open("w")
    yield Lines(stream)
    with suppress(OSError):
        stream.close()


def test_lines_that_find_the_disk_full_are_counted_and_said_once_there_is_room(lines: Lines) -> None:
    for number in range(3):
        lines.write(f'{{"event": "request", "number": {number}}}\n')
    assert lines.lost == 3
    lines.stream = room = io.StringIO()
    lines.write('{"event": "request", "number": 3}\n')
    lines.write('{"event": "request", "number": 4}\n')
    said = [orjson.loads(line) for line in room.getvalue().splitlines() if line]
    assert said[0] == {"event": "log.lost", "level": "warning", "lines": 3}
    assert [each.get("number") for each in said[1:]] == [3, 4]
