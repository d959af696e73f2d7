"""A measure to open."""

from deploy.local.examples.example import Example, Room


async def make(room: Room) -> dict[str, Example]:
    """Blood pressure under control."""
    return {"measures.get": Example({"key": "cbp"})}
