"""Panels of needs and places, as values."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st

from services.coordination.domain.assignment import (
    Asking,
)
from services.coordination.domain.offers import Cover, Offer, Opening, Price
from shared.vocabulary import Modality, Priority, Specialty
from tests.support.matching import CARDIOLOGIST, NEAR, NOW, WANTED


def places(number: int, days: list[int]) -> tuple[Opening, ...]:
    return tuple(
        Opening(UUID(int=number * 1000 + place), NOW + timedelta(days=day), Modality.IN_PERSON, NEAR.id)
        for place, day in enumerate(days)
    )


def offered(number: int, cost: int | None, days: list[int], **change: object) -> Offer:
    prices = () if cost is None else (Price("visit", Decimal(cost), "USD", payer="Medicare"),)
    known = {"id": UUID(int=number), "prices": prices, "openings": places(number, days), **change}
    return replace(CARDIOLOGIST, **known)  # type: ignore[arg-type]


def asking(number: int, *, due: int = 7, priority: Priority = Priority.ROUTINE, **change: object) -> Asking:
    wanted = replace(WANTED, see_by=NOW + timedelta(days=due), **change)  # type: ignore[arg-type]
    return Asking(UUID(int=number), priority, wanted)


offers = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 300)),
        st.lists(st.integers(1, 25), max_size=3),
        st.integers(0, 2),
        st.sampled_from(["Medicare", "Aetna"]),
        st.sampled_from([Specialty.CARDIOLOGY, Specialty.CARDIOLOGY, Specialty.NEUROLOGY]),
    ),
    max_size=4,
).map(
    lambda found: [
        offered(n, cost, days, capacity=free, covers=(Cover(payer),), specialty=specialty)
        for n, (cost, days, free, payer, specialty) in enumerate(found, 1)
    ]
)
