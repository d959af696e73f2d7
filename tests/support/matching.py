"""Specialists and what is wanted of them, as values."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from services.coordination.domain.offers import Cover, Offer, Opening, Place, Price, Site, Wanted
from shared.vocabulary import Modality, Specialty

NOW = datetime(2026, 9, 4, 19, 20, tzinfo=UTC)
HOME = Place(Decimal("40.7128"), Decimal("-74.0060"))
NEAR = Site(UUID(int=1), "Main Street", Place(Decimal("40.7306"), Decimal("-73.9352")))
FAR = Site(UUID(int=2), "Albany", Place(Decimal("42.6526"), Decimal("-73.7562")))


def a_slot(days: int = 5, modality: Modality = Modality.IN_PERSON, site: Site = NEAR) -> Opening:
    return Opening(UUID(int=1000 + days), NOW + timedelta(days=days), modality, site.id)


CARDIOLOGIST = Offer(
    id=UUID(int=10),
    name="Dr. Ruth Example",
    specialty=Specialty.CARDIOLOGY,
    languages=frozenset({"en"}),
    interpreter=False,
    modalities=frozenset({Modality.IN_PERSON}),
    min_age=18,
    covers=(Cover("Medicare"),),
    prices=(Price("visit", Decimal("40.00"), "USD", payer="Medicare"),),
    sites=(NEAR,),
    openings=(a_slot(),),
    capacity=3,
    capacity_as_of=NOW - timedelta(days=2),
    loops_sent=10,
    loops_closed=8,
)
WANTED = Wanted(
    specialties=(Specialty.CARDIOLOGY,),
    age=74,
    covers=(Cover("Medicare"),),
    language="en-US",
    home=HOME,
    see_by=NOW + timedelta(days=7),
)
