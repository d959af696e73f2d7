"""What an organization asks consent for."""

from deploy.local.examples.example import Example, Room


async def make(room: Room) -> dict[str, Example]:
    """Nobody has said anything yet, so the first word replaces version 0."""
    return {"consent-rules.change": Example(version=0)}
