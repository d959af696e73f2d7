"""Reads of monitoring within a request: one short try, told plainly when it did not work."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import ValidationError

from shared.contracts.monitoring.outlines import OutlineRead
from shared.kit.actor import Actor
from shared.kit.clock import utc_now
from shared.web.peer import Peer, Refused, Unreachable

__all__ = ["PATIENCE", "NotFollowed", "Peer", "Unknown", "outline"]

PATIENCE = 1.0
"""Seconds a request may wait for the other service."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What monitoring would have said is not known, why, and since when (by the real clock) it has not answered."""

    reason: str
    since: datetime


class NotFollowed:
    """Monitoring has never heard of the patient."""


async def outline(
    peer: Peer, coordination_id: UUID, *, actor: Actor, now: datetime, simulated: bool
) -> OutlineRead | NotFollowed | Unknown:
    """How a patient is followed, asked on behalf of the person who looks."""
    try:
        answer = await peer.call(
            "GET",
            f"/v1/outlines/{coordination_id}",
            None,
            organization_id=actor.organization_id,
            on_behalf_of=actor.person,
            simulated_now=now if simulated else None,
            patience=PATIENCE,
        )
        return OutlineRead.model_validate(answer)
    except Refused as refusal:
        if refusal.status == 404:
            return NotFollowed()
        return Unknown(f"Monitoring refused: {refusal.code}.", utc_now())
    except Unreachable as error:
        return Unknown(f"Monitoring did not answer within {PATIENCE:g} s: {error}.", peer.silent_since or utc_now())
    except ValidationError:
        return Unknown("Monitoring answered something else than was asked.", utc_now())
