"""What measures of outcomes judge: stays, needs and referrals of patients, with when each thing was recorded.

Acts, contacts and choices are kept with when they were recorded, so that they are known as of any instant, and so are
stays (``stay_versions``).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from services.coordination.domain.outcome_records import (
    Entry,
    NeedRecord,
    Records,
    ReferralRecord,
    Talk,
)
from services.coordination.domain.work_outcomes import Act, Choice
from services.coordination.store import calendars, stay_versions
from shared.db.base import Session, organization
from shared.db.wire import fetch
from shared.kit.calendar import US_FEDERAL, Calendar

# $1 organization, $2 patients.
_TALKS = """
SELECT c.patient_id, c.started_at, c.recorded_at FROM contacts c
WHERE c.organization_id = $1 AND c.patient_id = ANY($2::uuid[]) AND c.interactive
"""
_NEEDS = """
SELECT n.id, n.patient_id, n.kind, n.scope, n.zone,
  (SELECT min((c ->> 'due_at')::timestamptz) FROM jsonb_array_elements(n.clocks) c WHERE c ->> 'key' <> 'request'),
  n.cost_amount, n.cost_currency, n.created_at
FROM needs n WHERE n.organization_id = $1 AND n.patient_id = ANY($2::uuid[])
"""
_ENTRIES = """
SELECT h.need_id, h.to_state, h.done_at, h.recorded_at
FROM needs n JOIN need_history h ON h.need_id = n.id
WHERE n.organization_id = $1 AND n.patient_id = ANY($2::uuid[]) ORDER BY h.need_id, h.id
"""
_ACTS = """
SELECT a.id, a.referral_id, r.patient_id, a.from_state, a.to_state, a.done_at,
  (a.done_at AT TIME ZONE r.zone)::date AS done_on, a.act, a.recorded_at
FROM referrals r JOIN referral_acts a ON a.referral_id = r.id
WHERE r.organization_id = $1 AND r.patient_id = ANY($2::uuid[]) ORDER BY r.patient_id, a.referral_id, a.sequence
"""
_CHOICES = """
SELECT r.id, r.patient_id, c.chosen_at, (c.chosen_at AT TIME ZONE r.zone)::date, c.chosen_cost, c.median_cost,
  c.cheapest_cost, c.currency
FROM referrals r JOIN referral_choices c ON c.referral_id = r.id
WHERE r.organization_id = $1 AND r.patient_id = ANY($2::uuid[])
"""
# The site that cares for a patient, as store/practices finds it: an own word counts before a merged record's.
_SITES = """
SELECT t.id, s.time_zone, s.holidays FROM unnest($2::uuid[]) t(id)
JOIN LATERAL (SELECT w.site_id FROM practices w WHERE w.organization_id = $1
  AND w.patient_id = ANY(ARRAY[t.id] || ARRAY(SELECT m.id FROM patients m WHERE m.organization_id = $1
    AND m.merged_into = t.id)) ORDER BY (w.patient_id = t.id) DESC, w.patient_id LIMIT 1) w ON true
JOIN sites s ON s.organization_id = $1 AND s.id = w.site_id
"""


async def of_patients(tx: Session, patients: Sequence[UUID]) -> dict[UUID, Records]:
    """All that is judged of some patients."""
    if not patients:
        return {}
    row = await calendars.find(tx)
    holidays = US_FEDERAL if row is None else row.holidays
    stays = _grouped(await stay_versions.of_patients(tx, patients))
    talks = defaultdict(list)
    for patient_id, at, recorded_at in await _read(tx, _TALKS, patients):
        talks[patient_id].append(Talk(at, recorded_at))
    entries = defaultdict(list)
    for need_id, *entry in await _read(tx, _ENTRIES, patients):
        entries[need_id].append(Entry(*entry))
    needs = _grouped(NeedRecord._make((*each, entries[each[0]])) for each in await _read(tx, _NEEDS, patients))
    referrals = await _referrals(tx, patients)
    choices = _grouped(Choice(*each) for each in await _read(tx, _CHOICES, patients))
    sites = {patient_id: Calendar(zone, own or holidays) for patient_id, zone, own in await _read(tx, _SITES, patients)}
    return {
        each: Records(
            stays[each], talks[each], needs[each], referrals[each], choices[each], sites.get(each), holidays
        )
        for each in patients
    }  # fmt: skip


async def _read(tx: Session, sql: str, patients: Sequence[UUID]) -> list[Any]:
    return await fetch(tx, sql, organization(tx), patients)


def _grouped(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for each in rows:
        found[each.patient_id].append(each)
    return found


async def _referrals(tx: Session, patients: Sequence[UUID]) -> dict[UUID, list[ReferralRecord]]:
    found: dict[UUID, list[ReferralRecord]] = defaultdict(list)
    rows = await _read(tx, _ACTS, patients)
    for (patient_id, referral_id), group in groupby(rows, key=lambda row: (row[2], row[1])):
        acts = [(Act(*row[:8]), row[8]) for row in group]
        found[patient_id].append(ReferralRecord(referral_id, acts))
    return found
