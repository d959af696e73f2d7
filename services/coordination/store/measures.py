"""What measures of outcomes judge: stays, needs and referrals as they were known at an instant.

Acts, contacts and choices are kept with when they were recorded, so that they are read as of any instant. A stay keeps
what was corrected last; one that was recorded later, or a discharge that came later, is not seen.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.db.base import Session, organization
from shared.db.wire import fetch


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: of one team, pathway or payer of the first coverage; None means all. As these stand now."""

    team: str | None = None
    pathway: str | None = None
    payer: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, both included, as known at ``as_of``."""

    first: date
    last: date
    as_of: datetime


# $1 organization, $2 as of, $3 first and $4 last day, $5 payer, $6 team, $7 pathway.
_PAYER = "($5::text IS NULL OR p.coverage -> 0 ->> 'payer' = $5)"
_ONE = "n.organization_id = $1 AND ($6::text IS NULL OR n.team = $6)"
_PATHWAY = "($7::text IS NULL OR n.reasons @> jsonb_build_array(jsonb_build_object('pathway', $7::text)))"
_OF_STAY = (
    "(($6::text IS NULL AND $7::text IS NULL) OR EXISTS (SELECT FROM needs n WHERE n.patient_id = s.patient_id"
    f" AND n.scope = 'stay:' || s.id AND {_ONE} AND {_PATHWAY}))"
)
_PRINCIPAL = (
    "CASE WHEN jsonb_array_length(s.diagnoses) < 2 OR s.diagnoses -> 0 ->> 'role' = 'principal' THEN s.diagnoses -> 0"
    " ELSE coalesce((SELECT d FROM jsonb_array_elements(s.diagnoses) d WHERE d ->> 'role' = 'principal' LIMIT 1),"
    " s.diagnoses -> 0) END"
)
# A stay that was moved to another record of the person is read where it is.
_STAYS = f"""
SELECT s.id, s.patient_id, s.stay_class = 'inpatient' AS inpatient, s.planned,
  (s.started_at AT TIME ZONE s.time_zone)::date AS admitted,
  CASE WHEN s.ended_at <= $2 THEN (s.ended_at AT TIME ZONE s.time_zone)::date END AS discharged,
  s.disposition, d.principal ->> 'system' AS system, d.principal ->> 'code' AS principal, s.facility, p.birth_date,
  ($2 AT TIME ZONE s.time_zone)::date AS today,
  s.created_at, (s.created_at AT TIME ZONE s.time_zone)::date AS recorded_on, s.time_zone
FROM stays s JOIN patients p ON p.id = s.patient_id, LATERAL (SELECT {_PRINCIPAL} AS principal) d
WHERE s.organization_id = $1 AND s.stay_class IN ('inpatient', 'observation')
  AND s.state IN ('in-progress', 'finished') AND s.created_at <= $2 AND s.started_at <= $2
  AND s.started_at < $4::date + 33 AND (s.ended_at IS NULL OR s.ended_at >= $3::date - 35) AND {_PAYER}
ORDER BY s.patient_id, s.started_at, s.id
"""
_IN_SCOPE = f"""
SELECT s.id FROM stays s WHERE s.organization_id = $1 AND s.created_at <= $2 AND s.ended_at >= $3::date - 1
  AND s.ended_at < $4::date + 2 AND $5::text IS NULL AND {_OF_STAY}
"""
_ENDED = "s.organization_id = $1 AND s.ended_at >= $3::date - 1 AND s.ended_at < $4::date + 2"
_MET = f"""
SELECT s.id, n.kind, h.done_at, (h.done_at AT TIME ZONE s.time_zone)::date AS done_on
FROM stays s JOIN needs n ON n.organization_id = s.organization_id AND n.patient_id = s.patient_id
  AND n.scope = 'stay:' || s.id AND n.kind = ANY($5::text[])
JOIN LATERAL (SELECT to_state, done_at FROM need_history h WHERE h.need_id = n.id AND h.recorded_at <= $2
  ORDER BY h.id DESC LIMIT 1) h ON h.to_state = 'met'
WHERE {_ENDED}
"""
_TALKS = f"""
SELECT s.id, c.started_at, (c.started_at AT TIME ZONE s.time_zone)::date AS day
FROM stays s JOIN contacts c ON c.organization_id = s.organization_id
  AND c.patient_id = s.patient_id AND c.started_at >= s.ended_at AND c.started_at < s.ended_at + interval '33 days'
WHERE {_ENDED} AND c.interactive AND c.recorded_at <= $2
"""
_NEEDS = f"""
SELECT n.id, n.patient_id, h.to_state, h.done_at, n.cost_amount, n.cost_currency, n.zone, c.due_at,
  (c.due_at AT TIME ZONE n.zone)::date AS due_on, (h.done_at AT TIME ZONE n.zone)::date AS done_on
FROM needs n JOIN patients p ON p.id = n.patient_id
JOIN LATERAL (SELECT to_state, done_at FROM need_history h WHERE h.need_id = n.id AND h.recorded_at <= $2
  ORDER BY h.id DESC LIMIT 1) h ON true
LEFT JOIN LATERAL (SELECT min((c ->> 'due_at')::timestamptz) AS due_at FROM jsonb_array_elements(n.clocks) c
  WHERE c ->> 'key' <> 'request') c ON true
WHERE {_ONE} AND {_PATHWAY} AND {_PAYER} AND n.created_at <= $2
  AND ((c.due_at AT TIME ZONE n.zone)::date BETWEEN $3 AND $4
    OR (h.done_at AT TIME ZONE n.zone)::date BETWEEN $3 AND $4)
"""
_OF_REFERRAL = f"r.organization_id = $1 AND ($6::text IS NULL OR r.team = $6) AND {_PATHWAY} AND {_PAYER}"
_ACTS = f"""
SELECT a.id, a.referral_id, r.patient_id, a.from_state, a.to_state, a.done_at,
  (a.done_at AT TIME ZONE r.zone)::date AS done_on
FROM referrals r JOIN patients p ON p.id = r.patient_id JOIN needs n ON n.id = r.need_id
JOIN referral_acts a ON a.referral_id = r.id
WHERE {_OF_REFERRAL} AND a.recorded_at <= $2 AND r.ordered_at < $4::date + 2
  AND r.updated_at >= $3::date - 1
ORDER BY a.referral_id, a.sequence
"""
_CHOICES = f"""
SELECT r.id, r.patient_id, c.chosen_at, c.chosen_cost, c.median_cost, c.cheapest_cost, c.currency
FROM referral_choices c JOIN referrals r ON r.id = c.referral_id JOIN patients p ON p.id = r.patient_id
JOIN needs n ON n.id = r.need_id
WHERE {_OF_REFERRAL} AND c.chosen_at <= $2 AND (c.chosen_at AT TIME ZONE r.zone)::date BETWEEN $3 AND $4
"""


def _values(tx: Session, span: Span, scope: Scope) -> tuple[Any, ...]:
    return organization(tx), span.as_of, span.first, span.last, scope.payer, scope.team, scope.pathway


async def stays(tx: Session, span: Span, scope: Scope) -> list[Any]:
    """The stays that decide about discharges of the span, by patient in the order of their beginning.

    The values of a ``Stay``, then when and on which day it was recorded, and its zone.
    """
    return await fetch(tx, _STAYS, *_values(tx, span, scope)[:5])


async def stays_of_work(tx: Session, span: Span, scope: Scope) -> set[Any] | None:
    """The discharges whose needs a team or pathway has; None when neither is asked for."""
    if scope.team is None and scope.pathway is None:
        return None
    return {row[0] for row in await fetch(tx, _IN_SCOPE, *_values(tx, span, Scope(None, scope.team, scope.pathway)))}


async def met_needs(tx: Session, span: Span, kinds: list[str]) -> list[Any]:
    """Needs of discharges of about the span that were met: (stay, kind, done_at, its day at the hospital)."""
    return await fetch(tx, _MET, organization(tx), span.as_of, span.first, span.last, kinds)


async def talks(tx: Session, span: Span) -> list[Any]:
    """Interactive contacts in the days after discharges of about the span: (stay, started_at, its day there)."""
    return await fetch(tx, _TALKS, organization(tx), span.as_of, span.first, span.last)


async def needs(tx: Session, span: Span, scope: Scope) -> list[Any]:
    """Needs whose clock ended, or whose last act was done, on days of the span."""
    return await fetch(tx, _NEEDS, *_values(tx, span, scope))


async def acts(tx: Session, span: Span, scope: Scope) -> list[Any]:
    """Acts on referrals that lived in the span, by referral and in order."""
    return await fetch(tx, _ACTS, *_values(tx, span, scope))


async def choices(tx: Session, span: Span, scope: Scope) -> list[Any]:
    """Choices of specialists made on days of the span."""
    return await fetch(tx, _CHOICES, *_values(tx, span, scope))
