"""Check-ins: read them, save answers as they come, complete, miss, cancel, correct."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain import answers as rules
from services.monitoring.domain import check_ins, forms
from services.monitoring.domain.check_in_problems import CheckInIncomplete, InterpreterNeeded
from services.monitoring.store import check_ins as store
from services.monitoring.store import enrollments, patients
from services.monitoring.store.check_ins import CheckInEnrollmentRow, CheckInRow
from services.monitoring.usecases import (
    check_in_answers,
    check_in_saving,
    check_in_words,
    missing,
    panel,
    time_entries,
)
from shared.contracts.base import Page
from shared.contracts.monitoring.check_ins import (
    AnswerCheckIn,
    CancelCheckIn,
    CheckInChangeRead,
    CheckInRead,
    CompleteCheckIn,
    Contact,
    CorrectCheckIn,
    MissCheckIn,
    SavedCheckIn,
)
from shared.contracts.monitoring.time_entries import RecordTimeEntry
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.paging import after_id
from shared.kit.problems import Problem, check_version
from shared.kit.zones import local_day
from shared.vocabulary import CheckInAct, CheckInCancelReason, CheckInState, TimeActivity, TimeContact


async def get(tx: Session, check_in_id: UUID, *, actor: Actor) -> CheckInRead:
    """One check-in; raises NotFound."""
    return await _read(tx, await store.get(tx, check_in_id), actor)


async def page(
    tx: Session, filters: dict[str, Any], *, enrollment_id: UUID | None, limit: int, cursor: str | None, actor: Actor
) -> Page[CheckInRead]:
    """Check-ins, newest first."""
    after = after_id(cursor)
    rows = await store.page(tx, filters, enrollment_id=enrollment_id, after=after, limit=limit + 1)
    served = await store.served(tx, [row.id for row in rows[:limit]])
    for row in rows[:limit]:
        audit.saw(tx, row.patient_id, row.id)
    return page_of(
        rows,
        limit,
        lambda row: check_in_words.read(row, [each.enrollment_id for each in served.get(row.id, [])], actor=actor),
    )


async def history(tx: Session, check_in_id: UUID) -> list[CheckInChangeRead]:
    """What each version changed, oldest first; raises NotFound."""
    row = await store.get(tx, check_in_id)
    audit.saw(tx, row.patient_id, row.id)
    asked = forms.pinned(row.forms)
    return [check_in_words.change(each, asked) for each in await store.changes(tx, row.id)]


async def answer(
    tx: Session, check_in_id: UUID, body: AnswerCheckIn, *, version: int, actor: Actor, now: datetime
) -> SavedCheckIn:
    """Keep some answers. What is serious in them reaches the rules now, not when the check-in is completed.

    Raises:
        NotFound, Stale, WrongCheckInState, ConversationOver, AskedWhen, and AnswerProblem where no answer can be kept.
    """
    row = await _for_change(tx, check_in_id, version)
    after = check_ins.after(CheckInState(row.state), CheckInAct.ANSWER)
    row.asked_at = check_ins.conversation(row.asked_at, body.asked_at, now)
    kept = check_in_answers.keep(row, body.answers, body.not_asked, actor=actor, now=now)
    row.state = after
    return await check_in_saving.saved(tx, row, kept, kept.refused, actor=actor, now=now)


async def complete(
    tx: Session, check_in_id: UUID, body: CompleteCheckIn, *, version: int, actor: Actor, now: datetime
) -> SavedCheckIn:
    """The conversation is over: every required question has an answer or a reason, and how it was held is written down.

    Where an answer is refused it is not over: the others are kept as a save, as are those of which one reports
    something while the check-in cannot be completed. The answer says why.

    Raises:
        NotFound, Stale, WrongCheckInState, ConversationOver, CheckInIncomplete, InterpreterNeeded, AnswerProblem where
        no answer can be kept, and the refusals of the time log.
    """
    row = await _for_change(tx, check_in_id, version)
    after = check_ins.after(CheckInState(row.state), CheckInAct.COMPLETE)
    if body.answers:
        check_ins.conversation(row.asked_at, None, now)
    kept = check_in_answers.keep(row, body.answers, body.not_asked, actor=actor, now=now)
    if kept.refused:
        return await check_in_saving.saved(tx, row, kept, kept.refused, actor=actor, now=now)
    served = (await store.served(tx, [row.id])).get(row.id, [])
    held = body.contact.interactive
    if (stop := await _not_over(tx, row, body.contact, served)) is not None:
        if not check_in_words.reports(row, body.answers):
            raise stop
        return await check_in_saving.saved(tx, row, kept, {None: stop}, actor=actor, now=now)
    row.state = after
    row.contact = {**body.contact.model_dump(mode="json"), "time_entry_id": await _log(tx, row, body, actor, now)}
    await _settle(tx, row, served, None, held=held, actor=actor, now=now)
    store.note(tx, row, CheckInAct.COMPLETE, by=actor.person, at=now, reason=None, before=kept.before)
    return await check_in_saving.settled(tx, row, check_in_saving.SAME, {}, actor=actor, now=now)


async def correct(
    tx: Session, check_in_id: UUID, body: CorrectCheckIn, *, version: int, actor: Actor, now: datetime
) -> SavedCheckIn:
    """Put other answers in place of wrong ones; readings and alerts follow, the history keeps what stood.

    Raises:
        NotFound, Stale, WrongCheckInState, CheckInIncomplete, and AnswerProblem where no answer can be kept.
    """
    row = await _for_change(tx, check_in_id, version)
    row.state = check_ins.after(CheckInState(row.state), CheckInAct.CORRECT)
    kept = check_in_answers.keep(row, body.answers, body.not_asked, actor=actor, now=now)
    if (stop := _incomplete(row)) is not None:
        raise stop
    store.note(tx, row, CheckInAct.CORRECT, by=actor.person, at=now, reason=body.reason, before=kept.before)
    return await check_in_saving.settled(tx, row, body.reason, kept.refused, actor=actor, now=now)


async def miss(
    tx: Session, check_in_id: UUID, body: MissCheckIn, *, version: int, actor: Actor, now: datetime
) -> CheckInRead:
    """It did not take place. Raises NotFound, Stale, WrongCheckInState."""
    row = await _for_change(tx, check_in_id, version)
    row.state = check_ins.after(CheckInState(row.state), CheckInAct.MISS)
    await _settle(tx, row, (await store.served(tx, [row.id])).get(row.id, []), body.reason, actor=actor, now=now)
    store.note(tx, row, CheckInAct.MISS, by=actor.person, at=now, reason=body.note or body.reason, before={})
    await panel.refresh(tx, [row.patient_id], now=now)
    return await _read(tx, row, actor)


async def cancel(
    tx: Session, check_in_id: UUID, body: CancelCheckIn, *, version: int, actor: Actor, now: datetime
) -> CheckInRead:
    """It is not needed; entered in error, what was answered is taken out of use.

    Raises:
        NotFound, Stale, WrongCheckInState.
    """
    row = await _for_change(tx, check_in_id, version)
    row.state = check_ins.after(CheckInState(row.state), CheckInAct.CANCEL)
    await _settle(tx, row, (await store.served(tx, [row.id])).get(row.id, []), body.reason, actor=actor, now=now)
    store.note(tx, row, CheckInAct.CANCEL, by=actor.person, at=now, reason=body.note or body.reason, before={})
    if row.asked_at is not None and body.reason == CheckInCancelReason.ENTERED_IN_ERROR.value:
        await check_in_saving.to_readings(tx, row, {}, "The check-in was entered in error", actor=actor, now=now)
    await panel.refresh(tx, [row.patient_id], now=now)
    return await _read(tx, row, actor)


async def _for_change(tx: Session, check_in_id: UUID, version: int) -> CheckInRow:
    # The patient's row first, as every evaluation does.
    await patients.get_for_update(tx, (await store.get(tx, check_in_id)).patient_id)
    row = await store.get_for_update(tx, check_in_id)
    audit.saw(tx, row.patient_id, row.id)
    check_version(row.version, version)
    return row


async def _log(tx: Session, row: CheckInRow, body: CompleteCheckIn, actor: Actor, now: datetime) -> str | None:
    if body.time is None or row.asked_at is None:
        return None
    spent = RecordTimeEntry(
        patient_id=row.patient_id,
        programme=body.time.programme,
        credential=body.time.credential,
        started_at=row.asked_at,
        minutes=body.time.minutes,
        activity=TimeActivity.CHECK_IN,
        contact=TimeContact.INTERACTIVE if body.contact.interactive else TimeContact.MESSAGE,
    )
    return str((await time_entries.record(tx, spent, actor=actor, now=now)).id)


async def _not_over(
    tx: Session, row: CheckInRow, contact: Contact, served: list[CheckInEnrollmentRow]
) -> Problem | None:
    if (missing := _incomplete(row)) is not None:
        return missing
    if contact.interactive and not contact.interpreter_used and await _needs_interpreter(tx, served):
        return InterpreterNeeded("Hold the conversation with an interpreter, and say so with interpreter_used.")
    return None


def _incomplete(row: CheckInRow) -> Problem | None:
    missing = rules.open_questions(forms.pinned(row.forms), check_in_words.given(row), row.not_asked)
    if not missing:
        return None
    return CheckInIncomplete(
        "Answer these questions, or give the reason each was not asked under not_asked.", questions=missing
    )


async def _settle(
    tx: Session,
    row: CheckInRow,
    served: list[CheckInEnrollmentRow],
    reason: str | None,
    *,
    actor: Actor,
    now: datetime,
    held: bool = False,
) -> None:
    """Write down that it is over, and up to which day that fulfils the plan: a form sent in is no conversation."""
    row.settled_at, row.settled_by, row.settled_reason = now, actor.person, reason
    for each in served:
        days = [each.planned_on] if each.planned_on is not None else []
        if held and row.asked_at is not None:
            days.append(local_day(row.asked_at, row.time_zone))
        each.open, each.settled_on = False, max(days, default=None)
    await tx.flush()
    await missing.conversation_over(tx, [each.enrollment_id for each in served], actor=actor, now=now)


async def _needs_interpreter(tx: Session, served: list[CheckInEnrollmentRow]) -> bool:
    found = [await enrollments.get(tx, each.enrollment_id) for each in served]
    return any(check_ins.INTERPRETER_NEEDED in each.circumstances for each in found)


async def _read(tx: Session, row: CheckInRow, actor: Actor) -> CheckInRead:
    audit.saw(tx, row.patient_id, row.id)
    served = (await store.served(tx, [row.id])).get(row.id, [])
    return check_in_words.read(row, [each.enrollment_id for each in served], actor=actor)
