"""What the demo's load keeps of its requests, so that an interrupted one asks for the same again."""

from datetime import UTC, datetime
from pathlib import Path

from deploy.local.demo_journal import FILE, Journal, Request
from shared.vocabulary import Role


def test_a_line_that_was_cut_short_was_not_sent(tmp_path: Path) -> None:
    now = datetime(2026, 9, 4, 15, 20, tzinfo=UTC)
    first = Request("coordination", "/v1/patients", {"family": "Sample"}, Role.COORDINATOR, now, None)
    second = Request("monitoring", "/v1/alerts/1/resolve", None, Role.CASE_MANAGER, now, 3)
    journal = Journal(tmp_path)
    journal.keep("one", first)
    journal.keep("gone", first)
    journal.forget("gone")
    with (tmp_path / FILE).open("a") as stream:
        stream.write('\n{"key": "torn", "asked": {"serv')
    Journal(tmp_path).keep("two", second)
    again = Journal(tmp_path)
    assert (again.get("one"), again.get("two")) == (first, second)
    assert (again.get("torn"), again.get("gone")) == (None, None)
