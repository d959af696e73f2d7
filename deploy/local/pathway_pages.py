"""Write docs/pathways: one page a pathway, from the values that plan, for a coordinator to read.

python -m deploy.local.pathway_pages
"""

from collections.abc import Iterable
from pathlib import Path

from services.coordination.domain.clocks import ClockRule
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.pathways.base import Item, Pathway
from services.coordination.domain.pathways.catalogue import CATALOGUE

PAGES = Path("docs/pathways")


def pages() -> dict[str, str]:
    """The text of every page by its file name, and the list of them."""
    found = {f"{pathway.key}.md": _page(pathway) for pathway in CATALOGUE}
    lines = ["# Pathways", "", "Made from the catalogue; a pathway is chosen by the facts of a discharge.", ""]
    lines += [f"* [{pathway.title}]({pathway.key}.md), version {pathway.version}" for pathway in CATALOGUE]
    return {"README.md": "\n".join(lines) + "\n", **found}


def _page(pathway: Pathway) -> str:
    lines = [f"# {pathway.title}", "", f"Version {pathway.version}, key `{pathway.key}`.", ""]
    lines += ["| need | what | due | who | when it is asked for | source |", "|---|---|---|---|---|---|"]
    lines += [f"| {' | '.join(_cells(item))} |" for item in pathway.items]
    lines += ["", "Sources: " + "; ".join(pathway.sources) + "."]
    return "\n".join(lines) + "\n"


def _cells(item: Item) -> Iterable[str]:
    yield f"`{item.kind}`"
    yield item.text.replace("|", "\\|")
    due = "; ".join(_due(clock) for clock in item.clocks)
    yield due if item.earliest_start_days is None else f"{due}; not before +{item.earliest_start_days}d"
    yield "; seen by ".join(filter(None, [KINDS[item.kind].responsible.replace("_", " "), _seen_by(item)]))
    yield "always" if item.only_if is None else _condition(item)
    yield item.source.replace("|", "\\|")


def _seen_by(item: Item) -> str:
    return ", ".join(specialty.replace("-", " ") for specialty in item.specialties)


def _condition(item: Item) -> str:
    assert item.only_if is not None
    said = (item.only_if.__doc__ or item.only_if.__name__.replace("_", " ")).strip().splitlines()[0]
    return said.rstrip(".")


def _due(clock: ClockRule) -> str:
    opens = f" from {clock.opens}" if clock.opens else ""
    return f"{clock.key} ({clock.kind}){opens} by {clock.rule}"


def write() -> None:
    """Bring the folder in line with the catalogue."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (PAGES / name).write_text(text)
    for stale in {path.name for path in PAGES.glob("*.md")} - set(pages()):
        (PAGES / stale).unlink()


if __name__ == "__main__":
    write()
