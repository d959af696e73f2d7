"""What may be wrong with the directory, its slots and their holds."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from shared.kit.problems import Conflict, Problem
from shared.vocabulary import Modality

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


class SiteInactive(Conflict):
    code = "site.inactive"
    title = "Nobody is seen at this site any more"


class CalendarClosed(Conflict):
    code = "schedule.inactive"
    title = "This calendar is not active"


class Moved(Conflict):
    code = "schedule.of-another-specialist"
    title = "The calendar belongs to another specialist"


class ModalityMissing(Problem):
    code = "slot.modality-missing"
    title = "How patient and specialist meet is not said"


def check_place(site_id: UUID | None, known: Collection[UUID]) -> None:
    """Raises:
    UnknownSite: the site is not one of the specialist's.
    """
    if site_id is not None and site_id not in known:
        raise UnknownSite("Take the site from the specialist's sites.")


def check_modality(modality: str, offered: Sequence[str]) -> None:
    """Raises:
    NotOffered: the specialist does not see patients this way.
    """
    if modality not in offered:
        raise NotOffered(f"The entry offers {', '.join(offered)}. Change it first, or the slot.")


def only_modality(offered: Sequence[str], usual: Modality | None) -> Modality:
    """How they meet where a slot does not say it: as is ``usual`` there, else the only way that is offered.

    Raises:
        ModalityMissing: there are several.
    """
    if usual is not None and usual in offered:
        return usual
    if len(offered) != 1:
        raise ModalityMissing(f"Say which: {', '.join(offered)}.")
    return Modality(offered[0])


def held_until(now: datetime, hours: int | None = None) -> datetime:
    """When a hold taken now ends by itself."""
    return now + (timedelta(hours=hours) if hours else HOLD)
