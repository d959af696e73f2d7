"""A worker's process knows every table: foreign keys resolve whichever module it imported first."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("service", ["coordination", "monitoring"])
def test_a_fresh_worker_resolves_every_foreign_key(service: str) -> None:
    code = (
        f"import services.{service}.worker; from services.{service}.store.base import Row; "
        "from sqlalchemy.orm import configure_mappers; configure_mappers(); "
        "print(sum(len(t.foreign_keys) for t in Row.metadata.sorted_tables))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(said.stdout) > 0
