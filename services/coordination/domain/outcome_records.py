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


class StayRecord(NamedTuple):
    """An inpatient or observation stay; what was corrected last is kept, ``created_at`` says when it was recorded."""

    id: UUID
    patient_id: UUID
    inpatient: bool
    planned: bool
    started_at: datetime
    ended_at: datetime | None
    disposition: str | None
    system: str | None
    principal: str | None
    facility: str | None
    born: date
    created_at: datetime
    zone: str

    @property
    def seen_from(self) -> datetime:
        """The first instant at which it is known."""
        return max(self.created_at, self.started_at)

    def as_of(self, instant: datetime, zone: str) -> Stay:
        """The stay as it was known, in days of a zone; to be asked only from ``seen_from`` on."""
        over = self.ended_at is not None and self.ended_at <= instant
        return Stay(
            self.id, self.patient_id, self.inpatient, self.planned, local_day(self.started_at, zone),
            local_day(self.ended_at, zone) if over and self.ended_at else None, self.disposition, self.system,
            self.principal, self.facility, self.born, local_day(instant, zone),
        )  # fmt: skip


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
    """One patient's. Stays in the order of their beginning; ``site``: the days of the site that cares for them."""

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
        for stay in self.stays:
            if group and until is not None and stay.started_at > until + REACH:
                yield group
                group = []
            if not group:
                until = stay.ended_at
            elif until is not None:
                until = None if stay.ended_at is None else max(until, stay.ended_at)
            group.append(stay)
        if group:
            yield group
