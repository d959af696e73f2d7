"""``make bench [ONLY=name]``: measures, prints a table, writes results.json."""

import asyncio
from typing import Annotated

import typer

from benchmarks import (
    alert_latency,
    assignment,
    case_panel,
    discharges,
    import_bundles,
    matching,
    need_sweep,
    outcomes,
    packed,
    reading_single,
    readings_batch,
    series,
    silence,
    worklist,
)
from benchmarks.report import keep, show

BENCHMARKS = {
    "readings_batch_vs_copy": readings_batch.run,
    "reading_single_vs_insert": reading_single.run,
    "worklist_p99_ms": worklist.run,
    "match_p99_ms": matching.run,
    "assignment_s": assignment.run,
    "panel_p99_ms": case_panel.run,
    "import_bundles_per_s": import_bundles.run,
    "silence_sweep_s": silence.run,
    "series_14d_cgm_ms": series.run,
    "alert_latency_p99_s": alert_latency.run,
    "bytes_per_reading": packed.run,
    "discharge_p99_ms": discharges.run,
    "sweep_s": need_sweep.run,
    "measures_s": outcomes.run,
}


def main(only: Annotated[str | None, typer.Option(help="one of: " + ", ".join(BENCHMARKS))] = None) -> None:
    """Run all benchmarks, or one."""
    if only is not None and only not in BENCHMARKS:
        raise typer.BadParameter(f"one of {', '.join(BENCHMARKS)}")
    figures = []
    for name, run in BENCHMARKS.items():
        if only in (None, name):
            typer.echo(f"{name} …")
            figures.extend(asyncio.run(run()))
    keep(figures)
    show(figures)


if __name__ == "__main__":
    typer.run(main)
