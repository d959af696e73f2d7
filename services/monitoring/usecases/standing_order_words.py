"""Standing orders as rules see them and in the words of the contract."""

from datetime import date, datetime, timedelta
from types import MappingProxyType

from services.monitoring.domain.medicines import drug
from services.monitoring.domain.policy import POLICY
from services.monitoring.domain.standing_orders import state_on
from services.monitoring.domain.step_rules import VERSIONS
from services.monitoring.domain.steps import Order, PatientOrder, Required
from services.monitoring.store.standing_orders import PatientOrderRow, StandingOrderRow
from shared.contracts.base import AllowedAct
from shared.contracts.monitoring.standing_orders import (
    OrderText,
    PatientOrderRead,
    StandingOrderRead,
    SuspendedRead,
)
from shared.kit.actor import Actor
from shared.kit.policy import decide
from shared.vocabulary import StandingOrderState

_KEPT = (
    "id", "version", "key", "number", "author", "signed_by", "signature", "signed_at", "revoked_by", "revoked_at",
    "revoke_reason",
)  # fmt: skip
_ACTS = {
    "sign": {StandingOrderState.DRAFT},
    "revoke": {StandingOrderState.DRAFT, StandingOrderState.SIGNED, StandingOrderState.EXPIRED},
    "enroll": {StandingOrderState.SIGNED},
}


def text_of(row: StandingOrderRow) -> OrderText:
    """What the document says."""
    return OrderText.model_validate(row.text)


def state(row: StandingOrderRow, day: date) -> StandingOrderState:
    """How the order stands on a local day."""
    return state_on(StandingOrderState(row.state), row.effective, row.expires, day)


def order_of(row: StandingOrderRow, day: date) -> Order:
    """The order as a step is judged by it on a local day."""
    text = text_of(row)
    return Order(
        id=row.id,
        key=row.key,
        number=row.number,
        state=state(row, day),
        condition=text.condition,
        rule=text.rule,
        rxnorm=text.rxnorm,
        form=text.form,
        route=text.route,
        concentration=text.concentration,
        exclusions=frozenset(text.excluded_circumstances),
        required=tuple(Required(each.metric, timedelta(hours=each.max_age_hours)) for each in text.required),
        min_interval=timedelta(hours=text.min_interval_hours),
        min_single=text.min_single,
        max_single=text.max_single,
        max_daily=text.max_daily,
        max_change=text.max_change,
        max_change_percent=text.max_change_percent,
        limits=MappingProxyType(dict(text.rule_numbers)),
        roles=frozenset(text.roles),
        competent_until=MappingProxyType({each.person: each.competent_until for each in text.persons}),
        cosign_days=text.cosign_business_days,
    )


def patient_order_of(row: PatientOrderRow) -> PatientOrder:
    """The patient's signature as a step is judged by it."""
    return PatientOrder(
        id=row.id,
        active=row.ended_at is None,
        min_single=row.min_single,
        max_single=row.max_single,
        max_daily=row.max_daily,
        suspended=frozenset(each["person"] for each in row.suspended),
    )


def read(row: StandingOrderRow, *, actor: Actor, now: datetime) -> StandingOrderRead:
    """The order with the acts this actor may do now."""
    text, stands = text_of(row), state(row, now.date())
    return StandingOrderRead(
        **{name: getattr(row, name) for name in _KEPT},
        state=stands,
        title=text.title,
        drug_class=drug(text.rxnorm, text.drug, None, controlled=False).drug_class,
        text=text,
        rule_version=VERSIONS[text.rule],
        acts=[_allowed(act, stands, actor) for act in _ACTS],
    )


def read_patient(row: PatientOrderRow) -> PatientOrderRead:
    """The patient's signature."""
    names = [name for name in PatientOrderRead.model_fields if name != "suspended"]
    suspended = [SuspendedRead.model_validate(each) for each in row.suspended]
    return PatientOrderRead(**{name: getattr(row, name) for name in names}, suspended=suspended)


def _allowed(act: str, stands: StandingOrderState, actor: Actor) -> AllowedAct:
    fits = None if stands in _ACTS[act] else f"The order is {stands}; {act} does not fit."
    reason = fits or decide(POLICY, actor, f"standing-orders.{act}").reason or None
    return AllowedAct(act=act, allowed=reason is None, reason=reason)
