"""Who is told of a change, and in which words: the texts of notices and the SBAR notes written from what is known."""

from collections.abc import Sequence

from services.monitoring.domain.steps import Refusal
from services.monitoring.store import standing_orders
from services.monitoring.store.plan_changes import PlanChangeRow
from shared.db.base import Session
from shared.kit.units import plain

_UNASSESSED = "Computed from the record; nobody has assessed the patient for it yet."


async def concerned(tx: Session, row: PlanChangeRow) -> set[str]:
    """The nurse and the prescriber of a change: who proposed it, who decided, whose order it rests on."""
    people = {row.proposed_by, row.decided_by, row.informed}
    if row.patient_order_id is not None:
        under = await standing_orders.patient_order(tx, row.patient_order_id)
        people.add(under.signed_by)
    return {person for person in people if person}


def stopped(row: PlanChangeRow, found: Sequence[Refusal]) -> str:
    """What the nurse and the prescriber read when a change is stopped."""
    told = " The patient was told of it already: call them." if row.taught_at is not None else ""
    return f"{_what(row)} was stopped before it took effect. {_said(found)}{told}"


def contradicted(row: PlanChangeRow, found: Refusal) -> str:
    """What they read when something came after it took effect."""
    return f"{_what(row)} took effect, and now would be refused. {found.sentence}"


def applied(row: PlanChangeRow) -> str:
    """What the prescriber reads when a nurse took a step."""
    signed = f" Co-sign by {row.cosign_due:%Y-%m-%d %H:%M} UTC." if row.cosign_due is not None else ""
    return f"{row.proposed_by} took a step under the standing order: {_what(row)}.{signed}"


def held(row: PlanChangeRow) -> str:
    """What the prescriber reads when a nurse held a dose."""
    until = f"{row.held_until:%Y-%m-%d %H:%M} UTC" if row.held_until is not None else "its end"
    return f"{row.proposed_by} held {row.drug} until {until}: {row.reason}"


def sbar_of_stop(row: PlanChangeRow, found: Sequence[Refusal]) -> dict[str, str]:
    """Situation, background, assessment, request of a change that was stopped."""
    return {
        "situation": f"{_what(row)} was stopped. {_said(found)}",
        "background": _background(row),
        "assessment": _UNASSESSED,
        "request": f"{row.drug} stays at {_dose(row.dose_before, row.unit)}: what next?",
    }


def sbar_of_contradiction(row: PlanChangeRow, found: Refusal) -> dict[str, str]:
    """The same of a step that took effect and would be refused now."""
    back = _dose(row.dose_before, row.unit)
    return {
        "situation": f"After {_what(row)}: {found.sentence}",
        "background": _background(row),
        "assessment": _UNASSESSED,
        "request": f"Back to {back}, hold, or go on with {_dose(row.dose_after, row.unit)}?",
    }


def _what(row: PlanChangeRow) -> str:
    if row.dose_after is None or row.dose_before is None:
        return f"{row.drug}: {row.kind}"
    return f"{row.drug} from {plain(row.dose_before)} to {_dose(row.dose_after, row.unit)}"


def _dose(dose: object, unit: str | None) -> str:
    return "none" if dose is None else f"{dose} {unit or ''}".strip()


def _background(row: PlanChangeRow) -> str:
    by = f"decided by {row.decided_by}" if row.decided_by is not None else f"a step of {row.proposed_by}"
    since = f", in effect since {row.effective_at:%Y-%m-%d %H:%M} UTC" if row.effective_at is not None else ""
    return f"{row.reason}. {by}, {row.proposed_at:%Y-%m-%d %H:%M} UTC{since}."


def _said(found: Sequence[Refusal]) -> str:
    return " ".join(each.sentence for each in found)
