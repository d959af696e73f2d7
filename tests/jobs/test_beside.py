"""Parts of a job that run at once: each to its end, and no failure without a trace."""

import pytest
from structlog.testing import capture_logs

from shared.db.isolated import beside


async def test_every_part_ends_the_first_failure_is_raised_and_the_others_are_logged() -> None:
    done: list[str] = []

    async def works() -> None:
        done.append("worked")

    async def fails(error: Exception) -> None:
        raise error

    with capture_logs() as lines, pytest.raises(ValueError, match="first"):
        await beside(fails(ValueError("first")), works(), fails(KeyError("second")))
    assert done == ["worked"]
    assert [(each["event"], each["error"]) for each in lines] == [("job.part-failed", "KeyError")]
