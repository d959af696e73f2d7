"""What several tests make is made in tests/support: a test module is nobody's library."""

import ast
from pathlib import Path

FILES = [path for folder in ("tests", "benchmarks") for path in sorted(Path(folder).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """The modules a file imports, those named in ``from package import module`` among them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def test_nobody_imports_from_a_module_of_tests() -> None:
    tests = {".".join(path.with_suffix("").parts) for path in FILES if path.name.startswith("test_")}
    assert len(tests) > 100
    assert {str(path): found for path in FILES if (found := imported(path) & tests)} == {}
