"""What the commands say: each story as it ends, and who gets no token by hand."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from deploy.local import token
from deploy.local.stories.engine import Mark, Played, Row
from deploy.local.stories.words import at
from deploy.local.story import told


def test_a_story_is_in_the_file_before_the_next_one_is_played() -> None:
    behind = io.BytesIO()
    console = Console(file=io.TextIOWrapper(behind, encoding="utf-8"), width=160)

    def stories() -> Iterator[tuple[str, list[Played]]]:
        row = Played(Row(at("09-05 07:05"), "81.1 kg", "no alert"), "no alert", Mark.AGREES)
        yield "The first story", [row]
        assert "The first story" in behind.getvalue().decode()
        yield "The second story", [row, row]

    assert told(console, stories(), differences=False) == {Mark.AGREES: 3}


@pytest.mark.parametrize("role", ["service", "coordinator,service"])
def test_nobody_gets_the_token_of_a_service_by_hand(role: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        token.main(role)
    told_ = capsys.readouterr()
    assert told_.out == ""
    assert "gets its own token from the issuer" in told_.err


def test_the_roles_that_are_offered_are_those_that_are_given(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        token.main("nurse")
    assert "service" not in capsys.readouterr().err
