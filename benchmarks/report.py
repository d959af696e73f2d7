"""Figures of one run: each beside a baseline measured in the same run."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; ``ratio`` is figure ÷ baseline_figure, or None where they are not comparable."""

    name: str
    figure: float
    unit: str
    baseline: str
    baseline_figure: float
    ratio: float | None
    setup: str


def figure(name: str, value: float, unit: str, *, baseline: str, against: float, setup: str) -> Figure:
    """A figure and its ratio to the baseline, rounded to what a run can tell."""
    return Figure(name, _short(value), unit, baseline, _short(against), _short(value / against), setup)


def _short(value: float) -> float:
    return float(f"{value:.3g}")


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the sorted values lie."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def keep(figures: Iterable[Figure]) -> None:
    """Write the figures; those of benchmarks that did not run now stay as they were."""
    fresh = {found.name: asdict(found) for found in figures}
    known = {found["name"]: found for found in json.loads(RESULTS.read_text())} if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps(list((known | fresh).values()), indent=2) + "\n")


def show(figures: Iterable[Figure]) -> None:
    """Print the table."""
    table = Table(title="Careweave benchmarks")
    for column in ("name", "figure", "baseline", "ratio", "setup"):
        table.add_column(column, overflow="fold")
    for found in figures:
        baseline = f"{found.baseline_figure:g} {found.unit}: {found.baseline}"
        table.add_row(found.name, f"{found.figure:g} {found.unit}", baseline, f"{found.ratio}", found.setup)
    Console().print(table)
