"""Who reads readings reads packed ones too: the table is named only where that is seen to."""

import re
from pathlib import Path

# Packing itself; versions, which unpack first; the list of flagged readings, which are never packed.
MAY = {"reading_packs.py", "reading_packing.py", "reading_versions.py", "reading_search.py"}


def test_readings_are_asked_for_in_rows_and_packs_alike() -> None:
    asks = re.compile(r"\b(FROM|JOIN) readings\b")
    store = Path("services/monitoring/store")
    found = {path.name for path in Path("services/monitoring").rglob("*.py") if asks.search(path.read_text())}
    assert found - MAY == set(), "ask reading_packs.readings_where instead"
    assert len(asks.findall((store / "reading_search.py").read_text())) == 1
