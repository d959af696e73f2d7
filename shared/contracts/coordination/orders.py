"""Orders of another system: each is one reason of a need."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Code, In, Text, Versioned
from shared.contracts.coordination.conditions import Partial
from shared.contracts.people import Identifier
from shared.vocabulary import NeedKind, NeedState, OrderState, Priority


class PlaceOrder(In):
    """What is ordered for a patient. ``due``: the day (to its end, locally) or instant by which it is wanted.

    ``authored`` is when it was ordered; clocks start then. ``stay_id`` ties it to a stay.
    """

    patient_id: UUID
    identifiers: list[Identifier] = Field(min_length=1, max_length=50)
    need: NeedKind
    intent: Code
    priority: Priority
    code_system: Text
    code: Code
    code_text: Text | None = None
    reason: Text | None = None
    requester: Text | None = None
    authored: Partial | None = None
    due: Partial | None = None
    stay_id: UUID | None = None


class OrderRead(Versioned):
    """An order as it stands; ``need_id`` is the need it is a reason of."""

    patient_id: UUID
    identifiers: list[Identifier]
    need: NeedKind
    intent: str
    priority: Priority
    code_system: str
    code: str
    code_text: str | None
    reason: str | None
    requester: str | None
    authored: str | None
    due: str | None
    stay_id: UUID | None
    state: OrderState
    need_id: UUID | None
    need_state: NeedState | None
    updated_at: datetime
