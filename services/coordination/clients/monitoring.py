"""Monitoring, as coordination calls it: its public endpoints, one function each."""

from typing import Any

from shared.db.outbox import Envelope
from shared.web.delivery import deliver
from shared.web.peer import Peer


async def enroll(peer: Peer, message: Envelope) -> Any:
    """Ask to follow a patient; the answer is the enrollment."""
    return await deliver(peer, message, method="POST", path="/v1/enrollments")


async def change_patient(peer: Peer, message: Envelope) -> Any:
    """Tell what is known of a patient now."""
    return await deliver(peer, message, method="PUT", path=f"/v1/patients/{message.body['coordination_id']}")


async def put_stay(peer: Peer, message: Envelope) -> Any:
    """Tell that a stay began, ended or was undone."""
    return await deliver(peer, message, method="PUT", path=f"/v1/stays/{message.body['stay_id']}")


async def put_care_team_member(peer: Peer, message: Envelope) -> Any:
    """Tell who is responsible for a patient."""
    return await deliver(peer, message, method="PUT", path=f"/v1/care-teams/{message.body['member_id']}")


async def put_cover(peer: Peer, message: Envelope) -> Any:
    """Tell who is away and who covers."""
    return await deliver(peer, message, method="PUT", path=f"/v1/covers/{message.body['absence_id']}")
