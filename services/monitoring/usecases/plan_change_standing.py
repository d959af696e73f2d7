"""Judge a decided change again, as of now: stop what no longer stands, tell of what came too late to stop it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.monitoring.domain import standing as rules
from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.standing import Decision
from services.monitoring.domain.steps import Refusal, Step
from services.monitoring.store import alerts, notices, patients
from services.monitoring.store import plan_changes as store
from services.monitoring.store.plan_changes import PlanChangeRow
from services.monitoring.usecases import notices as telling
from services.monitoring.usecases import plan_change_notes, plans, step_words
from services.monitoring.usecases.plan_words import medicine_of
from services.monitoring.usecases.step_facts import asked_before, gather, known_readings, line
from shared.db.base import Session
from shared.vocabulary import NoticeKind, PlanChangeKind, PlanChangePath, PlanChangeState

_ANSWER_WITHIN = timedelta(hours=24)
"""[default] As long as an urgent proposal waits."""


async def stop_if_refused(tx: Session, row: PlanChangeRow, *, by: str, now: datetime) -> bool:
    """Stop a change that what is known now forbids: with the reasons, its history and a notice. The row is locked.

    A nurse's step is judged by the gates and rules it was taken by; a prescriber's decision by what they did not know.
    """
    found = await _against(tx, row, now)
    row.judged_at = now
    if not found:
        return False
    await stop(tx, row, found, by=by, now=now)
    return True


async def stop(tx: Session, row: PlanChangeRow, found: Sequence[Refusal], *, by: str, now: datetime) -> None:
    """Stop a change that waits, for these reasons: its history, and a notice to whom it concerns."""
    before, row.state = row.state, PlanChangeState.STOPPED
    row.stopped = [step_words.refusal(each).model_dump(mode="json") for each in found]
    row.expires_at = None
    first = found[0]
    store.note(tx, row, "stop", before=before, by=by, at=now, words=f"{first.code}: {first.sentence}")
    told = await plan_change_notes.concerned(tx, row)
    text = plan_change_notes.stopped(row, found)
    sbar = plan_change_notes.sbar_of_stop(row, found)
    await telling.give(
        tx,
        row,
        NoticeKind.STOPPED,
        told,
        code=first.code,
        text=text,
        now=now,
        sbar=sbar,
        answer_by=now + _ANSWER_WITHIN,
    )


async def watch(tx: Session, row: PlanChangeRow, *, now: datetime) -> None:
    """Tell prescriber and nurse of what came after a step and would have forbidden it: an SBAR note, once each."""
    step = asked_before(row, _before(row))
    case = await gather(tx, row.patient_id, step, now=now)
    row.judged_at = now
    told = await notices.told(tx, row.id, NoticeKind.CONTRADICTED)
    for each in rules.contradictions(_step(row), case.facts):
        if each.code in told:
            continue
        told.add(each.code)
        people = await plan_change_notes.concerned(tx, row)
        text, sbar = plan_change_notes.contradicted(row, each), plan_change_notes.sbar_of_contradiction(row, each)
        until = now + _ANSWER_WITHIN
        await telling.give(
            tx, row, NoticeKind.CONTRADICTED, people, code=each.code, text=text, now=now, sbar=sbar, answer_by=until
        )
        store.note(tx, row, "contradict", before=row.state, by="clock", at=now, words=f"{each.code}: {each.sentence}")


async def _against(tx: Session, row: PlanChangeRow, now: datetime) -> Sequence[Refusal]:
    _, version = await plans.locked(tx, row.plan_id)
    if row.path == PlanChangePath.PROTOCOL:
        case = await gather(tx, row.patient_id, asked_before(row, line(version, row.medicine_id)), now=now)
        return rules.against_step(_step(row), case.facts)
    if row.decided_at is None:
        return ()
    medicine = medicine_of(row.medicine) if row.medicine is not None else line(version, row.medicine_id)
    kind = PlanChangeKind(row.kind)
    decision = Decision(kind, medicine.drug_class, row.dose_before, row.dose_after, row.decided_at)
    patient = await patients.get(tx, row.patient_id)
    return rules.against_decision(
        decision,
        criticals=len(await alerts.critical(tx, row.patient_id, since=row.decided_at)),
        readings=await known_readings(tx, row.patient_id, now),
        deceased=patient.deceased_at is not None,
    )


def _step(row: PlanChangeRow) -> Step:
    return Step(PlanChangeKind(row.kind), row.dose_after)


def _before(row: PlanChangeRow) -> Medicine:
    """The line as the step found it."""
    medicine = medicine_of((row.inputs or {})["medicine"])
    return replace(medicine, returns_at=None, returns_to=None)
