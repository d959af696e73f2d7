"""The pages about pathways say what the catalogue says."""

from deploy.local.pathway_pages import PAGES, pages


def test_the_pages_are_those_of_the_catalogue() -> None:
    # After a change of a pathway: python -m deploy.local.pathway_pages
    assert {path.name: path.read_text() for path in PAGES.glob("*.md")} == pages()
