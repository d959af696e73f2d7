"""Why an alert stands: what it rests on, and whether the same rule over the stored readings says the same again."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from services.monitoring.domain import evaluation
from services.monitoring.domain.findings import Finding
from services.monitoring.domain.pinned import pinned
from services.monitoring.domain.reading_ids import reading_id
from services.monitoring.domain.rules import Rule
from services.monitoring.store import alerts, enrollments, escalations, patients, readings
from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.reading_evidence import reading_of
from services.monitoring.store.readings import Place, Stored, Window
from services.monitoring.usecases import absences_explained, rosters
from services.monitoring.usecases.alert_words import cited, evidence_of
from shared.contracts.monitoring.explanations import AlertActRead, AlertExplanation, ReadingUsed, Recomputed
from shared.db import audit
from shared.db.base import Session
from shared.vocabulary import Severity

_AFTER = timedelta(days=1)


async def explain(tx: Session, alert_id: UUID, *, now: datetime) -> AlertExplanation:
    """Everything behind an alert, and the same computed anew; raises NotFound."""
    row = await alerts.get(tx, alert_id)
    audit.saw(tx, row.patient_id, row.id)
    protocol = pinned(row.protocol, row.protocol_version)
    rule, expected = protocol.rule(row.rule), protocol.expectation(row.rule)
    named = rule or expected
    findings = row.evidence
    recomputed: Recomputed | None
    if rule is not None:
        recomputed = await _evaluated(tx, row, rule, findings, now)
    else:
        recomputed = await absences_explained.again(tx, row, expected) if expected is not None else None
    return AlertExplanation(
        alert_id=row.id,
        rule=row.rule,
        title=named.title if named is not None else row.rule,
        criterion=rule.criterion() if rule is not None else row.arithmetic,
        citation=cited(row, findings),
        protocol=row.protocol,
        protocol_version=row.protocol_version,
        severity=Severity(row.severity),
        arithmetic=row.arithmetic,
        evidence=[evidence_of(row.patient_id, each) for each in findings],
        readings=[_used(each) for each in await _resting_on(tx, row.patient_id, findings)],
        recomputed=recomputed,
        history=await _history(tx, row),
    )


async def _resting_on(tx: Session, patient_id: UUID, findings: Iterable[Finding]) -> list[Stored]:
    keys = {key for each in findings for key in (each.reading, *each.partners)}
    found = await readings.at(tx, [Place(patient_id, key.metric.value, key.observed_at, key.source) for key in keys])
    return sorted(found.values(), key=lambda stored: (stored.observed_at, stored.metric, stored.source))


def _used(stored: Stored) -> ReadingUsed:
    return ReadingUsed(
        reading_id=reading_id(stored.patient_id, reading_of(stored).key),
        **{name: getattr(stored, name) for name in ReadingUsed.model_fields if name != "reading_id"},
    )


async def _evaluated(tx: Session, row: AlertRow, rule: Rule, findings: Sequence[Finding], now: datetime) -> Recomputed:
    enrollment, patient = await enrollments.get(tx, row.enrollment_id), await patients.get(tx, row.patient_id)
    kept = (enrollment.baselines, enrollment.targets, enrollment.known_facts)
    baselines, targets, circumstances = (orjson.dumps(each).decode() for each in kept)
    since = enrollment.activated_at or row.opened_at
    watch = rosters.watch(patient.time_zone, since, baselines, targets, circumstances)
    times = [key.observed_at for each in findings for key in (each.reading, *each.partners)] or [row.began_at]
    start, stop = min(times) - rule.lookback - _AFTER, max(times) + _AFTER
    windows = [Window(row.patient_id, metric.value, start, stop) for metric in rule.metrics]
    past = [reading_of(stored) for stored in await readings.within(tx, windows)]
    alone = replace(pinned(row.protocol, row.protocol_version), rules=(rule,))
    episodes = evaluation.evaluate(alone, watch, past, now=now).episodes
    # What was stored before findings kept their value agrees all the same.
    again = {each._replace(value=None) for episode in episodes for each in episode.findings}
    differs = [
        f"{each.at:%Y-%m-%d %H:%M} UTC: {each.text}" for each in findings if each._replace(value=None) not in again
    ]
    mine = {(each.reading, each.at, each.grade) for each in findings}
    shown = sorted((each for each in again if (each.reading, each.at, each.grade) in mine), key=lambda each: each.at)
    return Recomputed(
        agrees=not differs, differs=differs, findings=[evidence_of(row.patient_id, each) for each in shown]
    )


async def _history(tx: Session, row: AlertRow) -> list[AlertActRead]:
    severity = Severity(row.severity)
    opened = _happened("opened", row.opened_at, "monitoring", severity)
    acts = [AlertActRead.model_validate(each) for each in await escalations.acts(tx, row.id)]
    if acts:
        opened = opened.model_copy(update={"severity": acts[0].severity})
    told = [
        _happened(f"told: {each.told}", each.at, "clock", severity, each.text)
        for each in await escalations.of_alert(tx, row.id)
    ]
    return sorted([opened, *acts, *told], key=lambda act: act.at)


def _happened(act: str, at: datetime, by: str, severity: Severity, text: str | None = None) -> AlertActRead:
    return AlertActRead(act=act, at=at, by=by, severity=severity, text=text, reason_code=None)
