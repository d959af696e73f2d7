"""Matching: each hard filter alone, the order of the ranking, and what is said of the unknown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.clocks import ClockRule, start
from services.coordination.domain.distances import box, haversine_km
from services.coordination.domain.matching import Candidate, cheapest, judge, order, outset, rank, seen_by
from services.coordination.domain.offers import Cover, NetworkRule, Offer, Place, Price, Site, Wishes
from shared.kit.calendar import Calendar
from shared.vocabulary import ClockKind, Modality, Sex, Specialty
from tests.support.matching import CARDIOLOGIST, FAR, HOME, NEAR, NOW, WANTED, a_slot


def said(candidate: Candidate, code: str) -> tuple[bool | None, str]:
    return next((reason.passed, reason.text) for reason in candidate.reasons if reason.code == code)


def test_a_fitting_specialist_is_eligible_and_every_filter_says_why() -> None:
    found = judge(WANTED, CARDIOLOGIST, NOW)
    assert found.eligible
    assert found.cost.amount == Decimal("40.00")
    assert [reason.code for reason in found.reasons] == [
        "specialty", "coverage", "age", "language", "modality", "distance", "in-time",
        "cost", "loop-record", "capacity-age",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"specialty": Specialty.NEUROLOGY}, "specialty"),
        ({"covers": (Cover("Aetna"),)}, "coverage"),
        ({"covers": (Cover("Medicare", frozenset({"Gold"})),)}, "coverage"),
        ({"max_age": 73}, "age"),
        ({"languages": frozenset({"es"})}, "language"),
        ({"modalities": frozenset({Modality.HOME})}, "modality"),
        ({"sites": (FAR,), "openings": ()}, "distance"),
        ({"openings": (a_slot(8),)}, "in-time"),
        ({"openings": (), "capacity": 0}, "in-time"),
    ],
)
def test_each_hard_filter_alone_excludes_and_says_so(change: dict[str, object], code: str) -> None:
    wanted = replace(
        WANTED,
        covers=(Cover("Medicare", frozenset({"Silver"})),),
        modalities=frozenset({Modality.IN_PERSON, Modality.VIDEO}),
    )
    found = judge(wanted, replace(CARDIOLOGIST, **change), NOW)  # type: ignore[arg-type]
    assert not found.eligible
    assert code in [reason.code for reason in found.reasons if reason.passed is False]


@pytest.mark.parametrize(
    ("unknown", "code"),
    [
        ({"age": None}, "age"),
        ({"covers": ()}, "coverage"),
        ({"language": None}, "language"),
        ({"home": None}, "distance"),
    ],
)
def test_what_is_not_known_is_said_and_excludes_nobody(unknown: dict[str, None], code: str) -> None:
    found = judge(replace(WANTED, **unknown), CARDIOLOGIST, NOW)  # type: ignore[arg-type]
    assert found.eligible
    assert said(found, code)[0] is None


def test_an_interpreter_stands_in_for_the_language() -> None:
    wanted = replace(WANTED, language="es-MX")
    assert not judge(wanted, CARDIOLOGIST, NOW).eligible
    assert judge(wanted, replace(CARDIOLOGIST, interpreter=True), NOW).eligible


def test_the_cost_is_the_patients_share_and_else_unknown() -> None:
    list_price = (Price("visit", Decimal("180.00"), "USD"),)
    unknown = judge(WANTED, replace(CARDIOLOGIST, prices=list_price), NOW)
    assert unknown.cost.amount is None
    assert said(unknown, "cost") == (
        None,
        "The patient's cost is unknown: the list price is 180.00 USD, the plan's share is not recorded",
    )
    uninsured = judge(replace(WANTED, covers=()), replace(CARDIOLOGIST, prices=list_price), NOW)
    assert uninsured.cost.amount == Decimal("180.00")


def test_the_share_of_the_very_plan_wins_over_the_payers() -> None:
    prices = (*CARDIOLOGIST.prices, Price("visit", Decimal("55.00"), "USD", payer="Medicare", plan="Gold"))
    gold = replace(WANTED, covers=(Cover("Medicare", frozenset({"Gold"})),))
    assert judge(gold, replace(CARDIOLOGIST, prices=prices), NOW).cost.amount == Decimal("55.00")
    assert judge(WANTED, replace(CARDIOLOGIST, prices=prices), NOW).cost.amount == Decimal("40.00")


def test_a_slot_at_a_site_out_of_reach_does_not_count() -> None:
    both = replace(CARDIOLOGIST, sites=(NEAR, FAR), openings=(a_slot(1, site=FAR), a_slot(6)))
    found = judge(WANTED, both, NOW)
    assert found.earliest is not None
    assert found.earliest.site_id == NEAR.id


def test_free_capacity_without_published_slots_is_a_reason_to_ask() -> None:
    found = judge(WANTED, replace(CARDIOLOGIST, openings=()), NOW)
    assert found.eligible
    assert said(found, "in-time") == (None, "No open slot is published; 3 places were free: ask")


def named(name: str, **change: object) -> Offer:
    return replace(CARDIOLOGIST, name=name, id=UUID(int=int.from_bytes(name.encode()[:16])), **change)  # type: ignore[arg-type]


def test_the_ranking_goes_by_cost_then_slot_then_distance_then_record_then_age() -> None:
    dearer = (Price("visit", Decimal("41.00"), "USD", payer="Medicare"),)
    farther = (Site(UUID(int=3), "Uptown", Place(Decimal("40.8500"), Decimal("-73.9352"))),)
    offers = [
        named("unknown cost", prices=()),
        named("dearer", prices=dearer),
        named("later", openings=(a_slot(6),)),
        named("farther", sites=farther, openings=(replace(a_slot(), site_id=UUID(int=3)),)),
        named("weaker record", loops_closed=7),
        named("older figure", capacity_as_of=NOW - timedelta(days=9)),
        named("best"),
    ]
    expected = ["best", "older figure", "weaker record", "farther", "later", "dearer", "unknown cost"]
    ranked = rank(WANTED, offers, NOW)
    assert [found.offer.name for found in ranked] == expected
    assert [found.rank for found in ranked] == [1, 2, 3, 4, 5, 6, 7]


@given(st.permutations(range(6)))
def test_the_ranking_does_not_depend_on_the_order_of_the_directory(order: list[int]) -> None:
    offers = [named(f"dr {n}", openings=(a_slot(1 + n % 4),), max_age=70 if n == 5 else None) for n in range(6)]
    expected = [found.offer.id for found in rank(WANTED, offers, NOW)]
    assert [found.offer.id for found in rank(WANTED, [offers[n] for n in order], NOW)] == expected


def test_the_excluded_come_last_without_a_rank_but_with_reasons() -> None:
    ranked = rank(WANTED, [named("too young", max_age=70), named("fits")], NOW)
    assert [(found.offer.name, found.rank) for found in ranked] == [("fits", 1), ("too young", None)]
    assert said(ranked[1], "age") == (False, "Sees ages 18 to 70; the patient is 74")


def test_distance_is_the_great_circle() -> None:
    london, paris = Place(Decimal("51.5074"), Decimal("-0.1278")), Place(Decimal("48.8566"), Decimal("2.3522"))
    assert abs(haversine_km(london, paris) - Decimal("343.6")) < 1
    assert haversine_km(HOME, HOME) == 0


def test_sending_the_request_is_not_being_seen() -> None:
    """A referral asked for on the day of discharge is for a visit within 14 days (clinical §2.1)."""
    calendar = Calendar("America/New_York")
    start_at = datetime(2026, 9, 4, 19, 20, tzinfo=UTC)
    rules = (ClockRule("request", ClockKind.CLINICAL, "D"), ClockRule("seen", ClockKind.CLINICAL, "+14d"))
    request, seen = (start(rule, start_at, calendar) for rule in rules)
    assert seen_by([request, seen]) == seen.due_at
    assert seen_by([request]) is None


def test_a_plan_that_is_not_recorded_is_a_reason_to_ask_where_only_some_are_taken() -> None:
    some = replace(CARDIOLOGIST, covers=(Cover("medicare ", frozenset({"Gold"})),))
    assert said(judge(WANTED, some, NOW), "coverage")[0] is None
    gold = replace(WANTED, covers=(Cover("Medicare", frozenset({"gold"})),))
    assert said(judge(gold, some, NOW), "coverage") == (True, "Accepts Medicare gold")


@pytest.mark.parametrize(
    ("gender", "firm", "passed"),
    [(Sex.FEMALE, True, True), (Sex.MALE, True, False), (Sex.MALE, False, None), (None, True, None)],
)
def test_a_gender_excludes_only_where_it_is_known_and_the_wish_is_firm(
    gender: Sex | None, firm: bool, passed: bool | None
) -> None:
    wanted = replace(WANTED, wishes=Wishes(gender=Sex.FEMALE, gender_firm=firm))
    assert said(judge(wanted, replace(CARDIOLOGIST, gender=gender), NOW), "gender")[0] is passed


def test_whom_the_patient_asks_for_comes_first_and_whom_they_avoid_is_excluded() -> None:
    dear = named("asked for", prices=(Price("visit", Decimal("90"), "USD", payer="Medicare"),))
    cheap, avoided = named("cheap"), named("avoided")
    wanted = replace(WANTED, wishes=Wishes(prefer=frozenset({dear.id}), avoid=frozenset({avoided.id})))
    ranked = rank(wanted, [cheap, avoided, dear], NOW)
    assert [(one.offer.name, one.rank) for one in ranked] == [("asked for", 1), ("cheap", 2), ("avoided", None)]
    # The cheaper adequate choice stays visible.
    least = cheapest(ranked)
    assert least is not None
    assert least.offer.name == "cheap"


def test_a_preferred_network_comes_first_and_an_only_one_excludes() -> None:
    inside = named("inside", networks=frozenset({"Preferred "}), prices=())
    outside = named("outside")
    first = replace(WANTED, networks=(NetworkRule("preferred", payer="medicare"),))
    assert [one.offer.name for one in rank(first, [outside, inside], NOW)] == ["inside", "outside"]
    only = replace(WANTED, networks=(NetworkRule("preferred", only=True),))
    assert said(judge(only, outside, NOW), "network") == (
        False, "Only preferred may be used for this coverage"
    )  # fmt: skip
    other = replace(WANTED, networks=(NetworkRule("preferred", payer="Aetna", only=True),))
    assert judge(other, outside, NOW).eligible


def test_a_price_says_where_it_is_from_and_how_old_it_is() -> None:
    told = replace(CARDIOLOGIST.prices[0], told_by="fee schedule", as_of=NOW.date() - timedelta(days=9))
    found = judge(WANTED, replace(CARDIOLOGIST, prices=(told,)), NOW)
    assert said(found, "cost")[1].endswith("40.00 USD (visit), told by fee schedule, as of 2026-08-26")


places = st.builds(
    Place, st.decimals(-89, 89, places=4), st.decimals(-180, 180, places=4)
)  # fmt: skip


@given(places, places, st.decimals(1, 3000, places=1))
def test_the_box_holds_every_place_within_reach(home: Place, there: Place, km: Decimal) -> None:
    found = box(home, km)
    if haversine_km(home, there) <= km:
        assert found.south <= there.latitude <= found.north
        assert found.west is None or found.east is None or found.west <= there.longitude <= found.east


@given(st.integers(0, 3), st.booleans())
def test_the_head_of_the_order_is_known_before_slots_are(number: int, priced: bool) -> None:
    prices = (Price("visit", Decimal(number), "USD", payer="Medicare"),) if priced else ()
    offer = named("one", prices=prices, networks=frozenset({"n"}))
    wanted = replace(WANTED, networks=(NetworkRule("n"),), wishes=Wishes(prefer=frozenset({offer.id})))
    assert order(judge(wanted, offer, NOW))[:3] == outset(wanted, offer)
