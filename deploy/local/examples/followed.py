"""What monitoring tells of a patient it follows."""

from deploy.local.examples.example import Example, Room


async def make(room: Room) -> dict[str, Example]:
    """One enrollment, as monitoring would put it."""
    body = {
        "patient_id": room.patient(12)["id"],
        "version": 3,
        "protocol": "heart-failure",
        "protocol_version": "1.0.0",
        "state": "active",
        "tier": "high",
        "tier_reason": "a critical alert in 14 days",
        "changed_at": room.at(-1),
    }
    return {"enrollments.put": Example({"enrollment_id": "00000000-0000-4000-8000-000000000303"}, body=body)}
