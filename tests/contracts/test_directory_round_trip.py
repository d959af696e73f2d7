"""What coordination keeps of sites, calendars, slots and orders survives the way to FHIR and back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.coordination.api.fhir import location, order_words, schedule, slot
from shared.contracts.coordination.orders import OrderRead, PlaceOrder
from shared.contracts.coordination.schedules import RegisterSchedule, RegisterSlot, ScheduleRead, SlotEntryRead
from shared.contracts.coordination.sites import RegisterSite, SharedSiteRead
from shared.vocabulary import Modality, NeedKind, OrderState, Priority, SlotState
from tests.support.round_trips import (
    ME,
    either,
    identifiers,
    instants,
    maybe,
    names,
    over_the_wire,
    read_of,
    words,
)

some_identifiers: st.SearchStrategy[Any] = either(st.just([]), identifiers)
degrees = st.integers(-90_000_000, 90_000_000).map(lambda millionths: Decimal(millionths).scaleb(-6))
modalities = either(maybe(), st.sampled_from(Modality))
sites = st.builds(
    RegisterSite, identifiers=some_identifiers, name=names, address=names, time_zone=st.sampled_from(["Asia/Kolkata"]),
    telephone=either(maybe(), words), active=st.booleans(),
)  # fmt: skip
schedules = st.builds(
    RegisterSchedule, identifiers=some_identifiers, specialist_id=st.uuids(), site_id=either(maybe(), st.uuids()),
    modality=modalities, active=st.booleans(),
)  # fmt: skip
partial = st.sampled_from(["2026-09-04", "2026-09-04T15:20:00-04:00", "2026-09-04T19:20:00.5Z"])
orders = st.builds(
    PlaceOrder, patient_id=st.just(ME), identifiers=identifiers, need=st.sampled_from(NeedKind),
    intent=st.sampled_from(order_words.INTENTS), priority=st.sampled_from(Priority),
    code_system=st.just(order_words.KIND_SYSTEM), code=words, code_text=either(maybe(), names),
    reason=either(maybe(), names), requester=either(maybe(), names), authored=either(maybe(), partial),
    due=either(maybe(), partial), stay_id=either(maybe(), st.uuids()),
)  # fmt: skip


@given(sites, either(maybe(), st.tuples(degrees, degrees)))
def test_a_site(body: RegisterSite, place: tuple[Decimal, Decimal] | None) -> None:
    if place is not None:
        body = body.model_copy(update={"latitude": place[0], "longitude": place[1]})
    read = read_of(SharedSiteRead, body)
    assert location.to_contract(over_the_wire(location.to_fhir(read))) == (body, ())


@given(schedules, st.booleans())
def test_a_calendar(body: RegisterSchedule, of_person: bool) -> None:
    read = read_of(ScheduleRead, body, of_person=of_person, specialist_name="Dr. A")
    found = over_the_wire(schedule.to_fhir(read))
    links: dict[str, Any] = {one.text: UUID(one.text.rpartition("/")[2]) for one in schedule.links(found)}
    assert schedule.to_contract(found, links) == body


@given(some_identifiers, instants, st.integers(1, 24 * 60), st.sampled_from(Modality), st.booleans())
def test_a_slot(names: Any, starts_at: Any, minutes: int, modality: Modality, is_open: bool) -> None:
    calendar, ends_at = uuid4(), starts_at + timedelta(minutes=minutes)
    body = RegisterSlot(
        identifiers=names, schedule_id=calendar, starts_at=starts_at, ends_at=ends_at, modality=modality, open=is_open
    )
    state = SlotState.OPEN if is_open else SlotState.BOOKED
    more = {"specialist_name": "Dr. A", "site_id": None, "state": state, "referral_id": None}
    found = over_the_wire(slot.to_fhir(read_of(SlotEntryRead, body, **more)))
    assert slot.to_contract(found, {f"Schedule/{calendar}": calendar}) == body


@given(orders, st.sampled_from(OrderState))
def test_an_order(body: PlaceOrder, state: OrderState) -> None:
    body = body.model_copy(update={"code": body.need.value})
    read = read_of(OrderRead, body, state=state, need_id=None, need_state=None)
    found = over_the_wire(order_words.to_fhir(read))
    links: dict[str, Any] = {f"Patient/{ME}": ME, f"Encounter/{body.stay_id}": body.stay_id}
    assert order_words.to_contract(found, links) == (body, ())
    assert order_words.state(found) is state
