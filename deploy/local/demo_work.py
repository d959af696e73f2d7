"""What the demo's nurses have done so far: most needs met in time, cardiology referrals on their way or closed."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from deploy.local.demo_http import Desk
from shared.vocabulary import Role

# What usually shows that a need is met; kinds that are not here are left open.
EVIDENCE = {
    "discharge-summary-received": "document",
    "med-reconciliation": "reconciliation",
    "visit-face-to-face": "visit",
    "pending-results-chase": "document",
    "red-flag-plan": "education",
    "social-needs-screen": "screening",
    "caregiver-assessment": "screening",
    "home-health-dme-confirm": "task-done",
    "transport-for-visits": "task-done",
    "advance-care-plan": "document",
    "medication-plan": "document",
    "nutrition-education": "education",
    "vaccines": "task-done",
    "depression-screen": "screening",
    "labs-potassium-creatinine": "lab-result",
    "sleep-apnoea-question": "screening",
    "cardiac-rehab-referral": "task-done",
    "alert-follow-up": "interactive-contact",
}
DONE_IN_TIME, DONE_LATE = 0.85, 0.93
ORDERED_AFTER = timedelta(hours=18)
HOLD_HOURS = 96


class Since(StrEnum):
    """What a step's days are counted from."""

    ORDER = "order"
    VISIT = "visit"


# act, days, counted from, who, what it says
STEPS: tuple[tuple[str, float, Since, Role, dict[str, Any]], ...] = (
    ("receive", 0.01, Since.ORDER, Role.COORDINATOR, {}),
    ("accept", 0.02, Since.ORDER, Role.COORDINATOR, {}),
    ("schedule", 0.03, Since.ORDER, Role.COORDINATOR, {}),
    ("attend", 0.1, Since.VISIT, Role.COORDINATOR, {}),
    ("report", 2.0, Since.VISIT, Role.COORDINATOR, {"summary": "Therapy titrated (demo)"}),
    ("review", 2.5, Since.VISIT, Role.CASE_MANAGER, {}),
    ("inform", 2.6, Since.VISIT, Role.COORDINATOR, {"channel": "phone"}),
    ("close", 2.7, Since.VISIT, Role.COORDINATOR, {}),
)


async def catch_up(desk: Desk, numbers: dict[str, int]) -> None:
    """Meet what a good team would have met by now; ``numbers`` maps a patient's id to their number."""
    for number in numbers.values():
        await _go_on(desk, number)
    async for need in _open_needs(desk):
        kind, number = need["kind"], numbers[need["patient_id"]]
        if kind == "cardiology-referral":
            await _refer(desk, need, number)
        elif kind in EVIDENCE and need["due_at"] is not None:
            await _meet(desk, need, number)


async def _open_needs(desk: Desk) -> AsyncIterator[dict[str, Any]]:
    cursor = ""
    found: list[dict[str, Any]] = []
    while True:
        page = await desk.get("coordination", f"/v1/needs?open=true&limit=200{cursor}", role=Role.COORDINATOR)
        found += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    for need in found:
        if need["state"] == "identified":
            yield need


async def _meet(desk: Desk, need: dict[str, Any], number: int) -> None:
    dice = Random(f"{number} {need['kind']}")  # noqa: S311 - demo data, the same each time
    luck = dice.random()
    due = datetime.fromisoformat(need["due_at"])
    before = timedelta(hours=dice.uniform(1, 7)) if luck < DONE_IN_TIME else timedelta(hours=-30)
    done = max(due - before, datetime.fromisoformat(need["created_at"]) + timedelta(minutes=40))
    if luck > DONE_LATE or done > datetime.now(UTC) - timedelta(hours=2):
        return
    # Meeting one need may move another's clocks, so the list's version can be old by now.
    fresh = await desk.get("coordination", f"/v1/needs/{need['id']}", role=Role.COORDINATOR)
    if fresh["state"] != "identified":
        # Meanwhile the other service told of what meets it, or meeting another one settled it.
        return
    body = {"evidence": {"kind": EVIDENCE[need["kind"]], "note": "Demo"}, "done_at": done.isoformat()}
    await desk.post(
        "coordination",
        f"/v1/needs/{need['id']}/meet",
        body,
        role=Role(need["responsible"] or Role.COORDINATOR),
        now=done + timedelta(minutes=30),
        key=f"meet-{need['id']}",
        version=fresh["version"],
    )


async def _refer(desk: Desk, need: dict[str, Any], number: int) -> None:
    ordered = datetime.fromisoformat(need["created_at"]) + ORDERED_AFTER
    if ordered > datetime.now(UTC):
        return
    path = f"/v1/needs/{need['id']}"
    found = await desk.get("coordination", f"{path}/candidates", role=Role.COORDINATOR, now=ordered)
    usable = [one for one in found["candidates"] if one["earliest"] is not None and _only_late(one)]
    if not usable:
        return
    body = {
        "specialist_id": usable[0]["specialist_id"],
        "clinical_question": "Heart failure after a hospital stay: please titrate therapy. (demo)",
        "slot": "earliest",
        "hold_hours": HOLD_HOURS,
    }
    key = _key(number)
    referral = await desk.post("coordination", f"{path}/referrals", body, role=Role.COORDINATOR, now=ordered, key=key)
    await _carry_on(desk, referral, ordered, key)


async def _go_on(desk: Desk, number: int) -> None:
    """A referral that an interrupted seed has left on its way: its need is not open for another one."""
    asked = desk.asked(_key(number))
    if asked is not None:
        referral = await desk.post(
            asked.service, asked.path, asked.body, role=asked.role, now=asked.now, key=_key(number)
        )
        await _carry_on(desk, referral, asked.now, _key(number))


def _key(number: int) -> str:
    return f"referral-{number}"


def _only_late(candidate: dict[str, Any]) -> bool:
    """Fits in every way, but perhaps with a first place after the day asked for: better late than never."""
    return {reason["code"] for reason in candidate["reasons"] if reason["passed"] is False} <= {"in-time"}


async def _carry_on(desk: Desk, referral: dict[str, Any], ordered: datetime, key: str) -> None:
    for act, days, since, role, said in STEPS:
        start = ordered if since is Since.ORDER else datetime.fromisoformat(referral["visit"]["starts_at"])
        when = start + timedelta(days=days)
        if when > datetime.now(UTC):
            return
        referral = await desk.post(
            "coordination",
            f"/v1/referrals/{referral['id']}/{act}",
            said,
            role=role,
            now=when,
            key=f"{key}-{act}",
            version=referral["version"],
        )
