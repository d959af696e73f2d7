"""What may be wrong with the directory, its slots and their holds."""

from datetime import datetime, timedelta

from shared.kit.problems import Conflict, Problem

HOLD = timedelta(hours=72)  # [default] longer than acknowledge + triage of an urgent referral takes in practice


class NotOnce(Conflict):
    code = "specialist.identifier-taken"
    title = "Another specialist has this NPI"


class Retired(Conflict):
    code = "specialist.retired"
    title = "This specialist takes no more referrals"


class UnknownSite(Problem):
    code = "slot.unknown-site"
    title = "The specialist has no such site"


class NotOffered(Problem):
    code = "slot.modality-not-offered"
    title = "The specialist does not see patients this way"


class SlotTaken(Conflict):
    code = "slot.taken"
    title = "This slot is no longer open"


class NoOpenSlot(Conflict):
    code = "slot.none-open"
    title = "No slot is open"


class SlotOfAnother(Problem):
    code = "slot.of-another-specialist"
    title = "The slot belongs to another specialist"


class SlotInThePast(Problem):
    code = "slot.in-the-past"
    title = "The slot has begun already"


class NotYourRecord(Problem):
    status = 403
    code = "specialist.not-your-record"
    title = "A specialist changes only their own record"


def held_until(now: datetime, hours: int | None = None) -> datetime:
    """When a hold taken now ends by itself."""
    return now + (timedelta(hours=hours) if hours else HOLD)
