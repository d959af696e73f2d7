"""Needs and referrals, judged by each measure of the work (clinical §4)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest
from typing import NamedTuple
from uuid import UUID

from services.coordination.domain.outcomes import Member
from shared.vocabulary import NeedState, ReferralAct, ReferralState

_GONE = frozenset({NeedState.WITHDRAWN, NeedState.WAIVED})
_CALLED_OFF = frozenset({ReferralState.CANCELLED, ReferralState.PATIENT_DECLINED})
_SECONDS = Decimal(86_400)


class Need(NamedTuple):
    """A need as it was known: its state, when its last act was done, what it cost, and its earliest clock."""

    id: UUID
    patient_id: UUID
    state: str
    done_at: datetime
    cost: Decimal | None
    currency: str | None
    due_at: datetime | None
    due_on: date | None
    done_on: date


class Act(NamedTuple):
    """An act on a referral; days are local to the referral."""

    id: UUID
    referral_id: UUID
    patient_id: UUID
    from_state: str
    to_state: str
    done_at: datetime
    done_on: date
    act: str


class Choice(NamedTuple):
    """What a choice cost the patient beside the others; None is not known."""

    referral_id: UUID
    patient_id: UUID
    chosen_at: datetime
    chosen_on: date
    chosen: Decimal | None
    median: Decimal | None
    cheapest: Decimal | None
    currency: str


def on_time(need: Need, as_of: datetime) -> Member | None:
    """Met by its earliest clock; None when it has no clock."""
    if need.due_at is None:
        return None
    member = Member(need.id, need.patient_id, day=need.due_on)
    if need.state in _GONE:
        return member._replace(excluded=need.state)
    met = need.state == NeedState.MET
    if not met and as_of <= need.due_at:
        return member._replace(excluded="clock-still-running", until=need.due_at)
    value = f"due {need.due_at:%Y-%m-%dT%H:%M:%SZ}"
    return member._replace(met=met and need.done_at <= need.due_at, value=value, at=need.done_at if met else None)


def cost(need: Need) -> Member | None:
    """What a met need cost; None when it is not met."""
    if need.state != NeedState.MET:
        return None
    value = "cost not known" if need.cost is None else None
    return Member(
        need.id, need.patient_id, need.cost is not None, None, value, need.done_at, need.currency, need.cost,
        need.done_on,
    )  # fmt: skip


def saved(choice: Choice) -> Member:
    """What the chosen specialist cost less than the median adequate one."""
    known = choice.chosen is not None and choice.median is not None
    amount = choice.median - choice.chosen if choice.median is not None and choice.chosen is not None else None
    said = ", ".join(
        f"{name} {'not known' if one is None else one}"
        for name, one in (("chosen", choice.chosen), ("median", choice.median), ("cheapest", choice.cheapest))
    )
    return Member(
        choice.referral_id, choice.patient_id, known, None, said, choice.chosen_at, choice.currency, amount,
        choice.chosen_on,
    )  # fmt: skip


def loop(history: Sequence[Act]) -> Member | None:
    """Whether the loop of a referral is closed, by its acts in order; None when it was not sent.

    A waived loop is none that was closed (CMS50 counts reports received): its value says so.
    """
    sent = next((act for act in history if act.to_state == ReferralState.SENT), None)
    if sent is None:
        return None
    now = history[-1]
    off = now.to_state if now.to_state in _CALLED_OFF else None
    over = now.to_state == ReferralState.CLOSED
    waived = over and next(act for act in reversed(history) if act.from_state != act.to_state).act == ReferralAct.WAIVE
    at = now.done_at if over else None
    value = "waived" if waived else now.to_state
    return Member(sent.referral_id, sent.patient_id, over and not waived, off, value, at, day=sent.done_on)


def stages(history: Iterable[Act]) -> Iterator[Member]:
    """Stages of a referral, with the days until they were left; ``about`` is the act that entered."""
    changes = [act for act in history if act.from_state != act.to_state]
    return (_stage(begun, left) for begun, left in zip_longest(changes, changes[1:]))


def _stage(begun: Act, left: Act | None) -> Member:
    took = None if left is None else _days(begun.done_at, left.done_at)
    at = None if left is None else left.done_at
    about = f"referral {begun.referral_id}"
    return Member(begun.id, begun.patient_id, left is not None, None, about, at, begun.to_state, took, begun.done_on)


def _days(since: datetime, until: datetime) -> Decimal:
    seconds = Decimal(max(0, int((until - since).total_seconds())))
    return (seconds / _SECONDS).quantize(Decimal("0.01"), ROUND_HALF_UP)
