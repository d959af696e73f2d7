"""Stays as they stood on record at each time: the row as it is now, and back from there by what each act replaced.

Of a stay whose acts were not kept yet when it was told, the earliest that is known stands from when it was recorded.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.coordination.domain.outcome_records import StayRecord, StayVersion
from shared.db.base import Session, organization
from shared.db.wire import fetch
from shared.vocabulary import DiagnosisRole, StayClass, StayState, TimelineKind

_CLASSES = frozenset({StayClass.INPATIENT.value, StayClass.OBSERVATION.value})
_STANDING = frozenset({StayState.IN_PROGRESS.value, StayState.FINISHED.value})
_FIRST = frozenset({"admit", "plan"})
_TOLD = "state, stay_class, planned, started_at, ended_at, disposition, diagnoses, facility"
_NAMES = tuple(_TOLD.split(", "))
# $1 organization, $2 patients. A stay that was moved to another record of the person is read where it is.
_STAYS = f"""
SELECT s.id, s.patient_id, p.birth_date, s.created_at, s.time_zone, jsonb_build_object(
  {", ".join(f"'{name}', s.{name}" for name in _NAMES)})::text
FROM stays s JOIN patients p ON p.id = s.patient_id
WHERE s.organization_id = $1 AND s.patient_id = ANY($2::uuid[]) ORDER BY s.patient_id, s.id
"""
_ACTS = f"""
SELECT a.about, a.act, a.recorded_at, a.before::text FROM stays s
JOIN record_acts a ON a.organization_id = s.organization_id AND a.about = s.id AND a.kind = '{TimelineKind.STAY}'
WHERE s.organization_id = $1 AND s.patient_id = ANY($2::uuid[]) ORDER BY a.about, a.id
"""


class _Act(NamedTuple):
    act: str
    recorded_at: datetime
    before: Mapping[str, Any]


async def of_patients(tx: Session, patients: Sequence[UUID]) -> list[StayRecord]:
    """The stays of some patients that ever counted, with what was told of each when."""
    acts: dict[UUID, list[_Act]] = defaultdict(list)
    for about, act, recorded_at, before in await fetch(tx, _ACTS, organization(tx), patients):
        acts[about].append(_Act(act, recorded_at, orjson.loads(before) if before else {}))
    found = []
    for stay_id, patient_id, born, created_at, zone, told in await fetch(tx, _STAYS, organization(tx), patients):
        versions = _versions(orjson.loads(told), acts[stay_id], created_at)
        if any(each.counts for each in versions):
            found.append(StayRecord(stay_id, patient_id, born, created_at, zone, versions))
    return found


def _versions(now: Mapping[str, Any], acts: Sequence[_Act], created_at: datetime) -> list[StayVersion]:
    """What stood from each act on that changed something which is judged, oldest first."""
    told, found = now, list[StayVersion]()
    for act in reversed(acts):
        if act.act in _FIRST:
            break
        found.append(_version(act.recorded_at, told))
        told = {**told, **act.before}
    found.append(_version(created_at, told))
    kept: list[StayVersion] = []
    for each in reversed(found):
        if not kept or kept[-1][1:] != each[1:]:
            # A clock that was set back makes nothing known before what it replaced.
            kept.append(each._replace(known_from=max([each.known_from, *(before.known_from for before in kept)])))
    return kept


def _version(known_from: datetime, told: Mapping[str, Any]) -> StayVersion:
    principal = _principal(told["diagnoses"] or [])
    started_at = _instant(told["started_at"])
    return StayVersion(
        known_from=known_from,
        counts=started_at is not None and told["stay_class"] in _CLASSES and told["state"] in _STANDING,
        inpatient=told["stay_class"] == StayClass.INPATIENT,
        planned=told["planned"],
        started_at=started_at,
        ended_at=_instant(told["ended_at"]),
        disposition=told["disposition"],
        system=principal.get("system"),
        principal=principal.get("code"),
        facility=told["facility"],
    )


def _principal(diagnoses: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Without a principal one, the first is."""
    named = (each for each in diagnoses if each.get("role") == DiagnosisRole.PRINCIPAL)
    return next(named, diagnoses[0] if diagnoses else {})


def _instant(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)
