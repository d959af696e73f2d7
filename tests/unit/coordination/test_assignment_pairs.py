"""A panel whose answers are kept says of each pair what judging that pair by itself says."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.coordination.domain.assignment import Asking, Terms, hundredths, minutes_late, units
from services.coordination.domain.assignment_pairs import panel
from services.coordination.domain.costs import patient_cost
from services.coordination.domain.matching_checks import CHECKS, in_time, reachable, usable
from services.coordination.domain.offers import Cover, NetworkRule, Offer, Place, Wanted, Wishes
from shared.vocabulary import Modality, Sex
from tests.support.matching import FAR, NEAR
from tests.support.panels import asking, offers

patients = st.lists(
    st.builds(
        lambda due, age, payer, language, ways, home, asked, avoid: {
            "due": due, "age": age, "covers": () if payer is None else (Cover(payer),), "language": language,
            "modalities": frozenset(ways), "home": home, "max_km": Decimal(30), "networks": asked,
            "wishes": Wishes(gender=Sex.FEMALE, gender_firm=True) if avoid is None else Wishes(avoid=frozenset(avoid)),
        },
        st.integers(1, 20), st.sampled_from([17, 60, 74, None]), st.sampled_from(["Medicare", "Aetna", None]),
        st.sampled_from(["en", "es", "vi", None]), st.sets(st.sampled_from(Modality), max_size=2),
        st.sampled_from([None, NEAR.place, Place(Decimal("45"), Decimal("-75"))]),
        st.sampled_from([(), (NetworkRule("Preferred", only=True),), (NetworkRule("Other", "Aetna"),)]),
        st.none() | st.sets(st.sampled_from([UUID(int=1), UUID(int=2)])),
    ),
    max_size=6,
)  # fmt: skip
others = st.tuples(
    st.sampled_from([None, Sex.FEMALE, Sex.MALE]), st.booleans(), st.sampled_from([NEAR, FAR, None]),
    st.sampled_from([frozenset(), frozenset({"Preferred"})]), st.sets(st.sampled_from(Modality), min_size=1),
)  # fmt: skip


def plainly(needs: list[Asking], directory: list[Offer], terms: Terms) -> list[tuple[set[object], dict[str, int]]]:
    """Every pair by the checks of one need, one by one."""
    found = []
    for one in sorted(needs, key=lambda each: each.need_id):
        pairs: set[object] = set()
        unfit: Counter[str] = Counter()
        for offer in directory:
            if one.wanted.specialties and offer.specialty not in one.wanted.specialties:
                continue
            said = [check(one.wanted, offer) for check in CHECKS if check is not in_time]
            why = next((each.code for each in said if each is not None and each.passed is False), None)
            own = [] if why else list(fitting(one.wanted, offer, terms))
            pairs.update(own)
            if not own:
                unfit[why or "in-time"] += 1
        found.append((pairs, dict(unfit)))
    return found


def fitting(wanted: Wanted, offer: Offer, terms: Terms) -> Iterator[object]:
    sites = {site.id: site for site in offer.sites}
    slots = {slot.id: slot for slot in offer.openings}
    cost = patient_cost(wanted, offer).amount
    for unit in units(offer):
        slot = None if unit.slot_id is None else slots[unit.slot_id]
        late = minutes_late(unit, wanted.see_by)
        if slot is not None and not (slot.modality in usable(wanted, offer) and reachable(wanted, slot, sites)):
            continue
        if timedelta(minutes=late) <= terms.max_late:
            days = terms.untimed_days if slot is None else Decimal(late) / 1440
            base = terms.unknown_cost if cost is None else cost
            yield unit, cost, late, hundredths(base) + hundredths(terms.late_day * days)


@settings(max_examples=200)
@given(patients, offers, st.lists(others, min_size=4, max_size=4))
def test_a_panel_is_what_judging_every_pair_by_itself_says(
    asked: list[dict[str, Any]], directory: list[Offer], more: list[Any]
) -> None:
    directory = [
        replace(
            offer, gender=gender, interpreter=interpreter, networks=networks, modalities=frozenset(ways),
            sites=() if site is None else (site,),
            openings=tuple(
                replace(slot, modality=Modality.VIDEO if slot.id.int % 2 else Modality.IN_PERSON,
                        site_id=None if site is None else site.id) for slot in offer.openings
            ),
        )
        for offer, (gender, interpreter, site, networks, ways) in zip(directory, more, strict=False)
    ]  # fmt: skip
    needs = [asking(number, **change) for number, change in enumerate(asked, 1)]
    found = panel(needs, directory, Terms())
    assert [
        ({(pair.unit, pair.cost, pair.late_minutes, pair.weight) for pair in pairs}, dict(unfit))
        for pairs, unfit in zip(found.pairs, found.unfit, strict=True)
    ] == plainly(needs, directory, Terms())
    for pairs in found.pairs:
        assert [pair.weight for pair in pairs] == sorted(pair.weight for pair in pairs)
    weights = [pair.weight for pairs in found.pairs for pair in pairs]
    assert found.heaviest == max(weights, default=0)
