"""The page of the measures says what the catalogue says."""

from deploy.local.measure_page import PAGE, page


def test_the_page_is_as_the_catalogue() -> None:
    assert PAGE.read_text() == page(), "run python -m deploy.local.measure_page"
