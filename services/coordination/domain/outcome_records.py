"""What is on record of one patient and is judged by measures, with when each thing was recorded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from services.coordination.domain.readmissions import Stay
from services.coordination.domain.work_outcomes import Act, Choice
from shared.kit.calendar import Calendar
from shared.kit.zones import local_day

# Nothing that is judged reaches further than 30 days past the end of a stay; zones differ by up to 26 hours.
REACH = timedelta(days=33)


class StayVersion(NamedTuple):
    """A stay as it stood on record from ``known_from`` on; ``counts``: an inpatient or observation stay that began."""

    known_from: datetime
    counts: bool
    inpatient: bool
    planned: bool
    started_at: datetime | None
    ended_at: datetime | None
    disposition: str | None
    system: str | None
    principal: str | None
    facility: str | None

    @property
    def seen_from(self) -> datetime | None:
        """The first instant at which it counts; None where it never does."""
        return max(self.known_from, self.started_at) if self.counts and self.started_at is not None else None

    @property
    def over_from(self) -> datetime | None:
        """The first instant at which it is over; None where it is not told to be."""
        seen = self.seen_from
        return None if seen is None or self.ended_at is None else max(seen, self.ended_at)


class KnownStay(NamedTuple):
    """A stay as it was known at an instant, by when it began."""

    started_at: datetime
    id: UUID
    inpatient: bool
    ended_at: datetime | None
    told: StayVersion


class StayRecord(NamedTuple):
    """A hospital stay with everything that was told of it, in the order in which it was recorded."""

    id: UUID
    patient_id: UUID
    born: date
    created_at: datetime
    zone: str
    versions: Sequence[StayVersion]

    def known(self, instant: datetime) -> KnownStay | None:
        """The stay as it was on record; None before it was, before it began, and where it counts no more.

        It is over from its end on, and not before that was told.
        """
        told = next((each for each in reversed(self.versions) if each.known_from <= instant), None)
        if told is None or not told.counts or told.started_at is None or told.started_at > instant:
            return None
        over = told.ended_at is not None and told.ended_at <= instant
        return KnownStay(told.started_at, self.id, told.inpatient, told.ended_at if over else None, told)

    def as_of(self, known: KnownStay, instant: datetime, zone: str) -> Stay:
        """What is judged of it, in days of a zone."""
        told = known.told
        return Stay(
            self.id, self.patient_id, told.inpatient, told.planned, local_day(known.started_at, zone),
            local_day(known.ended_at, zone) if known.ended_at else None, told.disposition, told.system, told.principal,
            told.facility, self.born, local_day(instant, zone),
        )  # fmt: skip

    def turns(self) -> set[datetime]:
        """The instants at which what is known of it changes."""
        found = {each.known_from for each in self.versions}
        found.update(at for each in self.versions for at in (each.seen_from, each.over_from) if at is not None)
        return found

    def reach(self) -> tuple[datetime, datetime | None] | None:
        """The time it was ever known to lie in; None where it never counted, its end None while it lasts.

        While a version without an end stood, it concerned what was known then, and nothing that began later.
        """
        starts: list[datetime] = []
        ends: list[datetime | None] = []
        for number, each in enumerate(self.versions):
            if not each.counts or each.started_at is None:
                continue
            starts.append(each.started_at)
            replaced = self.versions[number + 1].known_from if number + 1 < len(self.versions) else None
            ends.append(each.ended_at or replaced)
        if not starts:
            return None
        last = [end for end in ends if end is not None]
        return min(starts), None if len(last) < len(ends) else max(last)


class Talk(NamedTuple):
    """An interactive contact."""

    at: datetime
    recorded_at: datetime


class Entry(NamedTuple):
    """What an act made of a need."""

    state: str
    done_at: datetime
    recorded_at: datetime


class NeedRecord(NamedTuple):
    """A need with its acts in the order in which they were written; ``due_at`` ends its earliest clock."""

    id: UUID
    patient_id: UUID
    kind: str
    scope: str
    zone: str
    due_at: datetime | None
    cost: Decimal | None
    currency: str | None
    created_at: datetime
    entries: Sequence[Entry]

    def as_of(self, instant: datetime) -> Entry | None:
        """The last act that was on record; None before the first."""
        return next((each for each in reversed(self.entries) if each.recorded_at <= instant), None)


class ReferralRecord(NamedTuple):
    """A referral's acts in order, each with when it was recorded."""

    id: UUID
    acts: Sequence[tuple[Act, datetime]]


@dataclass(frozen=True, slots=True)
class Records:
    """One patient's. ``site``: the days of the site that cares for them."""

    stays: Sequence[StayRecord] = ()
    talks: Sequence[Talk] = ()
    needs: Sequence[NeedRecord] = ()
    referrals: Sequence[ReferralRecord] = ()
    choices: Sequence[Choice] = ()
    site: Calendar | None = None
    holidays: str = ""

    def days(self, stay: StayRecord) -> Calendar:
        """The days by which what follows a stay is judged: the site's, else the organization's at the hospital."""
        return self.site or Calendar(stay.zone, self.holidays)

    def after(self, stay_id: UUID) -> Sequence[NeedRecord]:
        """The needs of one stay."""
        scope = f"stay:{stay_id}"
        return [need for need in self.needs if need.scope == scope]

    def apart(self) -> Iterator[Sequence[StayRecord]]:
        """Stays in groups so far from each other that none is judged by one of another group."""
        group: list[StayRecord] = []
        until: datetime | None = None
        told = [(reach, stay) for stay in self.stays if (reach := stay.reach()) is not None]
        for (begun, over), stay in sorted(told, key=lambda each: (each[0][0], each[1].id)):
            if group and until is not None and begun > until + REACH:
                yield group
                group = []
            if not group:
                until = over
            elif until is not None:
                until = None if over is None else max(until, over)
            group.append(stay)
        if group:
            yield group
