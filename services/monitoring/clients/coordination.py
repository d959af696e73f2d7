"""Coordination, as monitoring calls it: its public endpoints, one function each."""

from typing import Any

from shared.db.outbox import Envelope
from shared.web.delivery import deliver
from shared.web.peer import Peer


async def identify_need(peer: Peer, message: Envelope) -> Any:
    """Say that a patient needs something; the answer is the need it opened or joined."""
    return await deliver(peer, message, method="POST", path="/v1/needs")


async def give_evidence(peer: Peer, message: Envelope) -> Any:
    """Say that something happened which may meet open needs."""
    return await deliver(peer, message, method="POST", path="/v1/need-evidence")


async def end_need_source(peer: Peer, message: Envelope) -> Any:
    """Say that an alert which asked for something is over."""
    return await deliver(peer, message, method="POST", path="/v1/need-sources/end")


async def put_enrollment(peer: Peer, message: Envelope) -> Any:
    """Tell how a patient is followed now."""
    return await deliver(peer, message, method="PUT", path=f"/v1/enrollments/{message.body['enrollment_id']}")
