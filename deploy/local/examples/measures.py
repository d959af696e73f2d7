"""Measures to open."""

from deploy.local.examples.example import Example, Room


async def make(room: Room) -> dict[str, Example]:
    """Blood pressure under control."""
    return {"measures.get": Example({"key": "cbp"})}


async def outcomes(room: Room) -> dict[str, Example]:
    """Who was reached in time after a discharge."""
    return {"measures.get": Example({"key": "contact-2-business-days"})}
