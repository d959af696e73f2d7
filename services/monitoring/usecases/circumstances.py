"""What may be said of a patient: the program's own circumstances, and those an organization's rules and orders name."""

from collections.abc import Iterable

from services.monitoring.domain import circumstances as rules
from services.monitoring.domain.protocol import Protocol
from services.monitoring.store import standing_orders
from services.monitoring.usecases import protocol_versions
from shared.db.base import Session


async def refuse_unknown(tx: Session, sent: Iterable[str], *protocols: Protocol) -> None:
    """Raises CircumstanceUnknown for a word that nothing asks about; ``protocols`` ask beside the newest ones."""
    known = rules.of_the_program() | rules.asked_by(protocols)
    if known.issuperset(sent):
        return
    newest = await protocol_versions.newest(tx)
    rules.refuse_unknown(sent, known | rules.asked_by(newest.values()) | await standing_orders.excluded(tx))
