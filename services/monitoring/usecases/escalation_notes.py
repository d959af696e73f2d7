"""What is on record of an alert and its patient, gathered for the SBAR notes of its escalations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain import answers, forms
from services.monitoring.domain.escalation_notes import (
    CHANGES_WITHIN,
    LABS_WITHIN,
    REPORTED_WITHIN,
    Case,
    Said,
    telling,
)
from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.pinned import behind
from services.monitoring.store import (
    attempts,
    check_ins,
    enrollments,
    escalations,
    patients,
    plan_changes,
    plans,
    reading_charts,
)
from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.plan_changes import PlanChangeRow
from services.monitoring.usecases import check_in_words
from services.monitoring.usecases.alert_words import cited
from services.monitoring.usecases.plan_words import medicine_of
from shared.db.base import Session
from shared.kit.units import plain
from shared.vocabulary import MedicineStatus, Metric

# §6.4 asks for the last labs: those the shipped protocols judge medicines and kidneys by.
_LABS = (Metric.POTASSIUM, Metric.SODIUM, Metric.CREATININE, Metric.EGFR, Metric.HBA1C)
_MOST_CHANGES = 50
_MOST_CHECK_INS = 10


async def gathered(tx: Session, alert: AlertRow, now: datetime) -> Case:
    """What the notes about an alert are written from, as it stands at ``now`` (aware)."""
    patient = await patients.get(tx, alert.patient_id)
    rule = behind(alert.protocol, alert.protocol_version, alert.rule)
    findings = alert.evidence
    raised_at = alert.raised_at or alert.opened_at
    return Case(
        zone=patient.time_zone,
        title=rule.title if rule is not None else alert.rule,
        rule=alert.rule,
        protocol=f"{alert.protocol} {alert.protocol_version}",
        severity=alert.severity,
        citation=cited(alert, findings) or "its protocol",
        asks=rule.asks if rule is not None else "",
        began_at=alert.began_at,
        raised_at=raised_at,
        evidence=[Said(each.at, each.text) for each in findings] or [Said(alert.last_at, alert.arithmetic)],
        born=patient.birth_date,
        sex=patient.sex,
        followed=await _followed(tx, alert.patient_id),
        medicines=await _medicines(tx, alert.patient_id, now),
        labs=await _labs(tx, alert.patient_id, now),
        changes=await _changes(tx, alert.patient_id, now),
        reported=await _reported(tx, alert.patient_id, now),
        judged=_judged(alert),
        acts=await _acts(tx, alert),
    )


async def _followed(tx: Session, patient_id: UUID) -> list[str]:
    rows = await enrollments.followed(tx, patient_id)
    return [
        f"{row.protocol}, tier {row.tier}" + (f" ({', '.join(row.circumstances)})" if row.circumstances else "")
        for row in rows
    ]


async def _medicines(tx: Session, patient_id: UUID, now: datetime) -> list[str]:
    plan = await plans.of_patient(tx, patient_id)
    if plan is None:
        return []
    content: dict[str, Any] = (await plans.as_of(tx, plan.id, now)).content
    return [_line(each) for each in map(medicine_of, content["medicines"]) if each.status is not MedicineStatus.STOPPED]


def _line(medicine: Medicine) -> str:
    held = "" if medicine.status is MedicineStatus.ACTIVE else f" ({medicine.status})"
    times = plain(medicine.times_per_day)
    return f"{medicine.name} {plain(medicine.dose)} {medicine.unit} {times} times a day{held}"


async def _labs(tx: Session, patient_id: UUID, now: datetime) -> list[Said]:
    found = await reading_charts.latest(tx, patient_id, [each.value for each in _LABS], now - LABS_WITHIN, now)
    return [Said(one.observed_at, f"{one.metric} {plain(one.value)} {one.unit}") for one, _ in found]


async def _changes(tx: Session, patient_id: UUID, now: datetime) -> list[Said]:
    rows = await plan_changes.page(tx, {"patient_id": patient_id}, after=None, limit=_MOST_CHANGES)
    since = now - CHANGES_WITHIN
    found = [(row.effective_at or row.proposed_at, row) for row in rows]
    return [Said(at, _change(row)) for at, row in sorted(found, key=lambda each: each[0]) if at >= since]


def _change(row: PlanChangeRow) -> str:
    doses = f"{_dose(row.dose_before)} to {_dose(row.dose_after)} {row.unit or ''}".strip()
    return f"{row.drug}, {row.kind}, {doses}, {row.state}"


def _dose(dose: Any) -> str:
    return "none" if dose is None else plain(dose)


async def _reported(tx: Session, patient_id: UUID, now: datetime) -> list[Said]:
    rows = await check_ins.page(tx, {"patient_id": patient_id}, enrollment_id=None, after=None, limit=_MOST_CHECK_INS)
    found = []
    for row in rows:
        if row.answers and row.updated_at >= now - REPORTED_WITHIN:
            concerns = answers.concerns(forms.pinned(row.forms), check_in_words.given(row))
            told = ", ".join(f"{each.symptom} ({each.severity})" for each in concerns)
            found.append(Said(row.updated_at, told or "check-in without anything to act on"))
    return sorted(found, key=lambda each: each.at)


def _judged(alert: AlertRow) -> Sequence[Said]:
    if alert.acknowledged_at is None or not alert.acknowledge_note:
        return ()
    return [Said(alert.acknowledged_at, f"{alert.acknowledged_by}: {alert.acknowledge_note}")]


async def _acts(tx: Session, alert: AlertRow) -> list[Said]:
    acts = [
        Said(each.at, f"{each.act} by {each.by}{_words(each.text)}") for each in await escalations.acts(tx, alert.id)
    ]
    told = [telling(each.told, each.at) for each in await escalations.of_alert(tx, alert.id)]
    tried = [
        Said(each.at, f"{each.channel} to {each.contacted}: {each.outcome}{_words(each.note)}")
        for each in await attempts.since(tx, alert.patient_id, alert.opened_at)
    ]
    return sorted((*acts, *told, *tried), key=lambda each: each.at)


def _words(text: str | None) -> str:
    return f" ({text})" if text else ""
