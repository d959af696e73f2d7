"""Whatever an EHR says of an entry of the directory is read back as it was said, natively and under FHIR."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.fhir import wire
from shared.vocabulary import Modality, Role, Sex, Specialty
from tests.support.apps import Api
from tests.support.makers_directory import FRIDAY, taken
from tests.support.makers_fhir import Json
from tests.support.makers_fhir_directory import CALLED, NUCC, a_location, ours

R4 = "/fhir/R4"
words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)
phrases = st.builds(" ".join, st.lists(words, min_size=1, max_size=3))
money = st.integers(0, 10**7).map(lambda cents: Decimal(cents).scaleb(-2))
maybe = st.none()
prices = st.fixed_dictionaries(
    {
        "service": st.sampled_from(["visit", "99213"]),
        "amount": money,
        "currency": st.sampled_from(["USD", "EUR"]),
        "payer": st.one_of(maybe, phrases),
        "plan": st.one_of(maybe, phrases),
        "told_by": st.one_of(maybe, phrases),
        "as_of": st.one_of(maybe, st.dates()),
    }
)
facts = st.fixed_dictionaries(
    {
        "of_person": st.booleans(),
        "name": phrases,
        "organization_name": phrases,
        "specialty": st.sampled_from(Specialty),
        "telephone": st.one_of(maybe, words),
        "gender": st.one_of(maybe, st.sampled_from(Sex)),
        "languages": st.lists(st.sampled_from(["en", "es-MX", "de", "zh-Hant"]), min_size=1, unique=True),
        "interpreter": st.booleans(),
        "modalities": st.lists(st.sampled_from(Modality), min_size=1, unique=True),
        "min_age": st.one_of(maybe, st.integers(0, 60)),
        "max_age": st.one_of(maybe, st.integers(60, 150)),
        "coverages": st.lists(
            st.fixed_dictionaries({"payer": phrases, "plans": st.lists(phrases, max_size=2)}), max_size=3
        ),
        "prices": st.lists(prices, max_size=3),
        "networks": st.lists(phrases, max_size=3, unique=True),
        "capacity": st.one_of(maybe, st.integers(0, 10_000)),
        "retired": st.booleans(),
        "sites": st.integers(1, 3),
    }
)


def resource(said: dict[str, Any], sites: list[str]) -> Json:
    """The facts as an EHR sends them."""
    extensions = [ours("modality", valueCode=one.value) for one in said["modalities"]]
    extensions += [ours("interpreter", valueBoolean=said["interpreter"])]
    if said["gender"]:
        extensions.append(ours("gender", valueCode=said["gender"].value))
    for name in ("min_age", "max_age"):
        if said[name] is not None:
            extensions.append(ours(name.replace("_", "-"), valueInteger=said[name]))
    for cover in said["coverages"]:
        plans = [{"url": "plan", "valueString": plan} for plan in cover["plans"]]
        extensions.append(ours("coverage", extension=[{"url": "payer", "valueString": cover["payer"]}, *plans]))
    extensions += [ours("price", extension=price_parts(price)) for price in said["prices"]]
    extensions += [ours("network", valueString=one) for one in said["networks"]]
    if said["capacity"] is not None:
        as_of = {"url": "as-of", "valueDateTime": "2026-09-02T12:00:00Z"}
        extensions.append(ours("capacity", extension=[{"url": "free", "valueInteger": said["capacity"]}, as_of]))
    known: Json = {
        "identifier": [{"system": CALLED, "value": str(uuid4())}],
        "active": not said["retired"],
        "specialty": [{"coding": [{"system": NUCC, "code": said["specialty"].nucc}]}],
        "location": [{"reference": f"Location/{site}"} for site in sites],
    }
    if said["telephone"]:
        known["telecom"] = [{"system": "phone", "value": said["telephone"]}]
    employer = {"display": said["organization_name"]}
    if said["of_person"]:
        extensions += [ours("language", valueCode=tag) for tag in said["languages"]]
        who = {"practitioner": {"display": said["name"]}, "organization": employer}
        return {"resourceType": "PractitionerRole", **known, **who, "extension": extensions}
    spoken = [{"coding": [{"system": "urn:ietf:bcp:47", "code": tag}]} for tag in said["languages"]]
    what = {"name": said["name"], "providedBy": employer, "communication": spoken}
    return {"resourceType": "HealthcareService", **known, **what, "extension": extensions}


def price_parts(price: dict[str, Any]) -> list[Json]:
    amount = {"value": price["amount"], "currency": price["currency"]}
    parts = [{"url": "service", "valueString": price["service"]}, {"url": "amount", "valueMoney": amount}]
    named = (("payer", "payer"), ("plan", "plan"), ("told_by", "told-by"))
    parts += [{"url": url, "valueString": price[name]} for name, url in named if price[name]]
    return parts + ([{"url": "as-of", "valueDate": price["as_of"].isoformat()}] if price["as_of"] else [])


def natively(said: dict[str, Any], sites: list[str]) -> Json:
    """The facts as the native API reads them."""
    plain = ("name", "organization_name", "telephone", "gender", "interpreter", "min_age", "max_age", "coverages")
    shown = [
        {**price, "amount": f"{price['amount']:.2f}", "as_of": price["as_of"].isoformat() if price["as_of"] else None}
        for price in said["prices"]
    ]
    capacity = {"capacity": said["capacity"], "retired": said["retired"]}
    told_at = (
        None if said["capacity"] is None else datetime(2026, 9, 2, 12, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    )
    lists = {name: sorted(said[name]) for name in ("languages", "modalities", "networks")}
    known = {name: said[name] for name in plain} | {"specialty": said["specialty"], "nucc": said["specialty"].nucc}
    return {**known, **lists, **capacity, "capacity_as_of": told_at, "prices": shown, "sites": sites}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts)
async def test_what_is_imported_is_what_is_read(coordination: Api, said: dict[str, Any]) -> None:
    client = coordination.as_(Role.INTEGRATION, now=FRIDAY)
    json = {"Content-Type": wire.MEDIA_TYPE}
    sites = []
    for _ in range(said["sites"]):
        site = a_location(identifier=[{"system": CALLED, "value": str(uuid4())}])
        sites.append(taken(await client.post(f"{R4}/Location", json=site), 201)["id"])
    sent = resource(said, sites)
    kind = sent["resourceType"]
    made = await client.post(f"{R4}/{kind}", content=wire.dump(sent), headers=json)
    assert made.status_code == 201, made.text
    address = made.headers["Location"]
    native = taken(await client.get(f"/v1/specialists/{address.rpartition('/')[2]}"))
    expected = natively(said, sites)
    assert {**{name: native[name] for name in expected}, "sites": [site["id"] for site in native["sites"]]} == expected
    # Under FHIR it reads so that putting it back, digit for digit, changes nothing.
    read = await client.get(address)
    back = await client.put(address, content=read.content, headers={**json, "If-Match": read.headers["ETag"]})
    assert (back.status_code, back.content) == (200, read.content)
    other = "HealthcareService" if said["of_person"] else "PractitionerRole"
    assert (await client.get(address.replace(kind, other))).status_code == 404
