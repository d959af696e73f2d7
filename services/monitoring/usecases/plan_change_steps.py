"""A nurse's step under a standing order: what is allowed now, and taking it."""

from datetime import datetime, timedelta

from services.monitoring.domain import plan_changes as rules
from services.monitoring.domain.step_rules import Answer, judge
from services.monitoring.domain.steps import Step
from services.monitoring.store.plan_changes import PlanChangeRow
from services.monitoring.usecases import notices, plan_change_notes, plan_change_rows, plans, step_words
from services.monitoring.usecases.rota import of as rota_of
from services.monitoring.usecases.standing_order_words import text_of
from services.monitoring.usecases.step_facts import Case, asked, gather
from shared.contracts.monitoring.plan_changes import ApplyStep, AssessStep, PlanChangeRead, StepAnswer
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.zones import local_day
from shared.vocabulary import NoticeKind, PlanChangePath, PlanChangeState, StepDecision

_SUSPEND_AFTER = 2


async def assess(tx: Session, body: AssessStep, *, actor: Actor, now: datetime) -> StepAnswer:
    """What is allowed now, computed as a step would be; nothing is changed. Raises NotFound."""
    plan, version = await plans.lasting(tx, body.plan_id)
    case = await gather(tx, plan.patient_id, asked(version, body, actor), now=now)
    found = judge(Step(body.kind, body.dose), case.facts)
    due = (await _cosign(tx, case, now))[0] if found.decision is StepDecision.COSIGN else None
    return step_words.answer(found, case, cosign_due=due)


async def apply(tx: Session, body: ApplyStep, *, actor: Actor, now: datetime) -> PlanChangeRead:
    """Take a step under a standing order: it is ordered, and takes effect once the patient has said it back.

    Raises:
        NotFound, PlanEnded, StepRefused.
    """
    plan, version = await plans.lasting(tx, body.plan_id)
    case = await gather(tx, plan.patient_id, asked(version, body, actor), now=now)
    found = judge(Step(body.kind, body.dose), case.facts)
    if found.decision is StepDecision.REFUSE or body.dose is None:
        raise _refused(found)
    row = plan_change_rows.new(
        plan, case.medicine, PlanChangePath.PROTOCOL, PlanChangeState.ORDERED, body.kind, actor, now
    )
    row.reason, row.dose_after, row.expires_at = " ".join(found.workings), body.dose, now + rules.STEP_HOLDS
    row.ordered_by, row.ordered_at = actor.person, now
    plan_change_rows.keep(row, found, case)
    if found.decision is StepDecision.COSIGN:
        row.cosign_due, row.suspend_at = await _cosign(tx, case, now)
    _follow_up(row, case, now)
    row.informed = case.patient_order.signed_by if case.patient_order is not None else None
    answer = await plan_change_rows.kept(tx, row, "apply", actor=actor, now=now)
    told = [row.informed] if row.informed is not None else []
    text = plan_change_notes.applied(row)
    code, until = found.decision, row.cosign_due
    await notices.give(tx, row, NoticeKind.STEP_APPLIED, told, code=code, text=text, now=now, answer_by=until)
    return answer


async def _cosign(tx: Session, case: Case, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Until when a prescriber signs, and when the nurse is suspended: ends of the practice's business days."""
    days = case.facts.order.cosign_days if case.facts.order is not None else None
    if days is None:
        return None, None
    calendar = (await rota_of(tx, case.patient.time_zone)).hours.calendar
    today = calendar.day_of(now)
    due = calendar.add_business_days(today, days)
    suspended = calendar.add_business_days(today, max(_SUSPEND_AFTER, days + 1))
    return calendar.end_of(due), calendar.end_of(suspended)


def _follow_up(row: PlanChangeRow, case: Case, now: datetime) -> None:
    if case.order is None:
        return
    text, today = text_of(case.order), local_day(now, case.patient.time_zone)
    row.recheck_on = today + timedelta(days=text.recheck_days) if text.recheck_days else None
    row.labs_from = today + timedelta(days=text.labs_from_day) if text.labs_from_day else None
    row.labs_to = today + timedelta(days=text.labs_to_day) if text.labs_to_day else None


def _refused(found: Answer) -> rules.StepRefused:
    first = found.refusals[0] if found.refusals else None
    if first is None:
        return rules.StepRefused("Name the dose you choose.", reason_code="dose-missing", citation="", refusals=[])
    return rules.StepRefused(
        f"{first.sentence} Escalate to a prescriber: POST /v1/plan-changes with an SBAR note.",
        reason_code=first.code,
        citation=first.citation,
        rule_version=found.version,
        allowed_doses=[str(dose) for dose in found.allowed],
        refusals=[step_words.refusal(each).model_dump(mode="json") for each in found.refusals],
    )
