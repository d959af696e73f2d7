"""What every request passes on its way in and out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.db import audit, organizations
from shared.db.base import Session, Sessions
from shared.db.session import transaction
from shared.kit.actor import Actor
from shared.kit.clock import Clock, read_instant
from shared.kit.policy import Policy, decide
from shared.kit.problems import Forbidden, Problem
from shared.web.tokens import Tokens


class TimeNotSimulated(Problem):
    status = 400
    code = "simulated-time.not-available"
    title = "This service runs on the real clock"


class BadNow(Problem):
    status = 400
    code = "simulated-time.invalid"
    title = "Careweave-Now is not an instant"


Guard = Callable[[Session, Actor, datetime], Awaitable[None]]
"""Refuses, by raising, what a read in this transaction must not show to this actor."""


@dataclass(slots=True)
class Door:
    """The parts of a service that every request needs; kept on ``app.state.door``."""

    sessions: Sessions
    tokens: Tokens
    policy: Policy
    clock: Clock
    simulated_time: bool
    guard: Guard | None = None
    met: set[tuple[UUID, bool]] = field(default_factory=set)

    def now(self, said: str | None) -> datetime:
        """The request's now: the clock's, or in development what Careweave-Now says.

        Raises:
            TimeNotSimulated: the header came to a service that runs on the real clock.
            BadNow: the header is not an instant with an offset.
        """
        if said is None:
            return self.clock()
        if not self.simulated_time:
            raise TimeNotSimulated("Leave out the header Careweave-Now: only a development service takes it.")
        try:
            return read_instant(said)
        except ValueError as error:
            raise BadNow("Write it with its offset, like 2026-09-04T15:20:00-04:00 or …Z.") from error

    async def allow(self, actor: Actor, action: str, *, request_id: str, now: datetime) -> None:
        """Let pass, or refuse and keep the refusal in the audit trail.

        Raises:
            Forbidden: the policy table does not allow it.
        """
        decision = decide(self.policy, actor, action)
        if not decision.allowed:
            await self.record(actor, action, "denied", request_id=request_id, now=now)
            raise Forbidden(decision.reason)

    async def record(self, actor: Actor, action: str, outcome: str, *, request_id: str, now: datetime) -> None:
        """Audit a request that leaves nothing else behind, in a transaction of its own."""
        row = audit.entry(actor, action, outcome, request_id=request_id, now=now, notes=audit.Seen())
        async with transaction(self.sessions, actor.organization_id) as tx:
            await audit.write(tx, row)

    async def meet(self, tx: Session, actor: Actor, *, simulated: bool) -> None:
        """Remember the organization, once per process and kind of time."""
        key = (actor.organization_id, simulated)
        if key not in self.met:
            await organizations.meet(tx, actor.organization_id, simulated=simulated)
            # A rollback forgets the row, so it is met again until a transaction keeps it.
            tx.info["met"] = key

    def keep_met(self, tx: Session) -> None:
        """The transaction was committed: whom it met stays met."""
        if "met" in tx.info:
            self.met.add(tx.info["met"])
