"""A patient on one screen: what coordination knows, what monitoring says, and what could not be learned."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from services.coordination.clients.outlines import NotFollowed, Peer, Unknown, outline
from services.coordination.domain.policy import POLICY
from services.coordination.store import care_teams, needs, overviews, patients, risk_scores
from services.coordination.store import enrollments as followed
from services.coordination.store.patients import PatientRow
from services.coordination.usecases import care_teams as team_words
from services.coordination.usecases import contacts, need_views, referral_read, stays
from services.coordination.usecases import patients as patient_words
from services.coordination.usecases import risk_scores as risk_words
from shared.contracts.coordination.enrollments import FollowedRead
from shared.contracts.coordination.overviews import MonitoringPart, OverviewRead, Withheld
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.policy import decide, scope_covers
from shared.kit.zones import local_day

R = TypeVar("R")
_SHOWN = {"needs": 50, "referrals": 20, "stays": 5, "contacts": 10, "care_team": 30}
_LAST = datetime.max.replace(tzinfo=UTC)
# What monitoring's outline holds: whoever sees it here could read it there.
_OUTLINE = ("CarePlan", "Observation", "DetectedIssue", "QuestionnaireResponse")
_PARTS = {
    "needs": "needs.list",
    "referrals": "referrals.list",
    "stays": "stays.list",
    "contacts": "contacts.list",
    "care_team": "care-teams.list",
    "risk": "risk-scores.list",
    "monitoring": "enrollments.list",
}


@dataclass(slots=True)
class _Looking:
    """Somebody looks at a patient: who, when, and what was left out on the way."""

    tx: Session
    patient: PatientRow
    actor: Actor
    now: datetime
    more: list[str] = field(default_factory=list)

    def few(self, part: str, rows: Sequence[R]) -> Sequence[R]:
        """As many rows as are shown; that there are more is noted."""
        if len(rows) > _SHOWN[part]:
            self.more.append(part)
        return rows[: _SHOWN[part]]


async def read(
    tx: Session, patient_id: UUID, peer: Peer, *, actor: Actor, now: datetime, simulated: bool
) -> OverviewRead:
    """A patient on one screen. Monitoring is asked within a second or not at all; raises NotFound."""
    patient = await patients.get(tx, patient_id)
    looking = _Looking(tx, patient, actor, now)
    withheld = {part: reason for part in _PARTS if (reason := _withheld(part, actor)) is not None}
    found = {part: None if part in withheld else await show(looking) for part, show in _SHOW.items()}
    said = None if "monitoring" in withheld else await _monitoring(looking, peer, simulated=simulated)
    return OverviewRead(
        as_of=now,
        patient=patient_words.view(tx, patient, actor),
        **found,
        monitoring=said,
        more=looking.more,
        withheld=[Withheld(part=part, reason=reason) for part, reason in withheld.items()],
    )


def _withheld(part: str, actor: Actor) -> str | None:
    decision = decide(POLICY, actor, _PARTS[part])
    if not decision.allowed:
        return decision.reason
    if part == "monitoring":
        missing = [kind for kind in _OUTLINE if not any(scope_covers(s, kind, "rs") for s in actor.scopes)]
        return f"The part needs scopes that cover {', '.join(missing)}.rs." if missing else None
    return None


async def _needs(look: _Looking) -> list[Any]:
    rows = sorted(await needs.peek_open(look.tx, look.patient.id), key=lambda row: (row.due_at or _LAST, row.id))
    return await need_views.views(look.tx, look.few("needs", rows), actor=look.actor, now=look.now)


async def _referrals(look: _Looking) -> list[Any]:
    rows = await overviews.live_referrals(look.tx, look.patient.id, limit=_SHOWN["referrals"] + 1)
    return [referral_read.brief(look.tx, row) for row in look.few("referrals", rows)]


async def _stays(look: _Looking) -> list[Any]:
    rows = await overviews.newest_stays(look.tx, look.patient.id, limit=_SHOWN["stays"] + 1)
    return [stays.view(look.tx, row, look.actor) for row in look.few("stays", rows)]


async def _contacts(look: _Looking) -> list[Any]:
    rows = await overviews.newest_contacts(look.tx, look.patient.id, limit=_SHOWN["contacts"] + 1)
    return [contacts.view(look.tx, row) for row in look.few("contacts", rows)]


async def _care_team(look: _Looking) -> list[Any]:
    today = local_day(look.now, look.patient.time_zone)
    rows = await care_teams.page(look.tx, look.patient.id, on=today, after=None, limit=_SHOWN["care_team"] + 1)
    return [team_words.member(row, today) for row in look.few("care_team", rows)]


async def _risk(look: _Looking) -> list[Any]:
    stay_id = await overviews.newest_scored_stay(look.tx, look.patient.id)
    rows = [] if stay_id is None else await risk_scores.latest(look.tx, stay_id)
    return [risk_words.view(look.tx, row) for row in rows]


_SHOW: dict[str, Callable[[_Looking], Awaitable[list[Any]]]] = {
    "needs": _needs,
    "referrals": _referrals,
    "stays": _stays,
    "contacts": _contacts,
    "care_team": _care_team,
    "risk": _risk,
}


async def _monitoring(look: _Looking, peer: Peer, *, simulated: bool) -> MonitoringPart:
    rows = await followed.page(look.tx, look.patient.id, after=None, limit=50)
    heard = [FollowedRead.model_validate(row) for row in rows]
    said = await outline(peer, look.patient.id, actor=look.actor, now=look.now, simulated=simulated)
    nothing = dict.fromkeys(("enrollments", "alerts", "alerts_open", "latest", "next_check_in"))
    if isinstance(said, Unknown):
        return MonitoringPart(
            state="unknown", as_of=look.now, reason=said.reason, since=said.since, last_heard=heard, **nothing
        )
    if isinstance(said, NotFollowed):
        return MonitoringPart(
            state="not-followed", as_of=look.now, reason=None, since=None, last_heard=heard, **nothing
        )
    known = {name: getattr(said, name) for name in nothing}
    return MonitoringPart(state="known", as_of=said.as_of, reason=None, since=None, last_heard=heard, **known)
