"""Files that another start reads."""

from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a file so that whoever reads it finds all of it or what was there before, whenever this is killed."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text + "\n")
    beside.replace(path)
