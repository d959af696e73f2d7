"""What FHIR has no element for, of an entry of the directory: extensions of our own, both ways."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from shared.contracts.coordination.specialists import PricePerVisit, PutSpecialist
from shared.fhir.codes import GENDER, MODALITY
from shared.fhir.elements import Extension, Money
from shared.fhir.problems import NotAnInstant, NotTaken, ValueMissing
from shared.fhir.times import instant, whole_date, write

_CENT = Decimal("0.01")
ROOT = "urn:careweave:extension:"
NAMES = (
    "language", "interpreter", "gender", "modality", "min-age", "max-age", "coverage", "price", "network", "capacity",
)  # fmt: skip


def facts(extensions: Sequence[Extension] | None, *, at: str) -> dict[str, Any]:
    """What our extensions say of an entry, as members of its contract.

    Raises:
        NotTaken: one that is not known, so that a misspelt one is not lost.
        ValueMissing, CodeUnknown, NotAnInstant.
    """
    said = _ours(extensions, at)
    found: dict[str, Any] = {
        "interpreter": any(one.value_boolean for one in said["interpreter"]),
        "modalities": [MODALITY.read(_code(one, at), at=at) for one in said["modality"]],
        "networks": [_text(one, at) for one in said["network"]],
        "coverages": [_coverage(one, at) for one in said["coverage"]],
        "prices": [_price(one, at) for one in said["price"]],
    }
    for name in ("min-age", "max-age"):
        found[name.replace("-", "_")] = next((one.value_integer for one in said[name]), None)
    found["gender"] = next((GENDER.read(_code(one, at), at=at) for one in said["gender"]), None)
    found["capacity"] = next((_capacity(one, at) for one in said["capacity"]), None)
    return found


def languages(extensions: Sequence[Extension] | None, *, at: str) -> list[str]:
    """The languages of an entry whose resource has no element for them."""
    return [_code(one, at) for one in _ours(extensions, at)["language"]]


def _ours(extensions: Sequence[Extension] | None, at: str) -> dict[str, list[Extension]]:
    said: dict[str, list[Extension]] = {name: [] for name in NAMES}
    for one in extensions or ():
        if one.url.startswith(ROOT):
            name = one.url.removeprefix(ROOT)
            if name not in said:
                raise NotTaken(f"Known here are: {', '.join(ROOT + known for known in NAMES)}.", expression=_at(at))
            said[name].append(one)
    return said


def _at(at: str) -> str:
    return f"{at}.extension"


def _missing(one: Extension, kind: str, at: str) -> ValueMissing:
    return ValueMissing(f"{one.url} needs a {kind}.", expression=_at(at))


def _code(one: Extension, at: str) -> str:
    if one.value_code is None:
        raise _missing(one, "valueCode", at)
    return one.value_code


def _text(one: Extension, at: str) -> str:
    if one.value_string is None:
        raise _missing(one, "valueString", at)
    return one.value_string


def _parts(one: Extension) -> dict[str, list[Extension]]:
    found: dict[str, list[Extension]] = {}
    for part in one.extension or ():
        found.setdefault(part.url, []).append(part)
    return found


def _coverage(one: Extension, at: str) -> dict[str, Any]:
    parts = _parts(one)
    if "payer" not in parts:
        raise _missing(one, "payer", at)
    return {"payer": _text(parts["payer"][0], at), "plans": [_text(plan, at) for plan in parts.get("plan", ())]}


def _price(one: Extension, at: str) -> dict[str, Any]:
    parts = _parts(one)
    amount = parts["amount"][0].value_money if "amount" in parts else None
    if amount is None or amount.value is None:
        raise _missing(one, "amount with a valueMoney", at)
    said: dict[str, Any] = {"amount": _cents(amount.value), "currency": amount.currency or "USD"}
    named = {"service": "service", "payer": "payer", "plan": "plan", "told-by": "told_by"}
    said |= {ours: _text(parts[name][0], at) for name, ours in named.items() if name in parts}
    if "as-of" in parts:
        day = parts["as-of"][0].value_date
        said["as_of"] = whole_date(day) if day else None
        if said["as_of"] is None:
            raise _missing(one, "whole date as valueDate of as-of", at)
    return said


def _cents(amount: Decimal) -> Decimal:
    # JSON's 40 and 40.5 are amounts in cents as well; one with more digits is left for the contract to refuse.
    whole = amount.quantize(_CENT)
    return whole if whole == amount else amount


def _capacity(one: Extension, at: str) -> dict[str, Any]:
    parts = _parts(one)
    free = parts["free"][0].value_integer if "free" in parts else None
    told = parts["as-of"][0].value_date_time if "as-of" in parts else None
    if free is None or told is None:
        raise _missing(one, "free with a valueInteger and as-of with a valueDateTime", at)
    moment = instant(told)
    if moment is None:
        raise NotAnInstant("Say as of what instant the capacity is, with its offset.", expression=_at(at))
    return {"free": free, "as_of": moment}


def write_facts(entry: PutSpecialist) -> list[Extension]:
    """The same as extensions."""
    found = [_of("interpreter", value_boolean=True)] if entry.interpreter else []
    found += [_of("modality", value_code=MODALITY.write(one)) for one in entry.modalities]
    found += [_of("min-age", value_integer=entry.min_age)] if entry.min_age is not None else []
    found += [_of("max-age", value_integer=entry.max_age)] if entry.max_age is not None else []
    found += [_of("gender", value_code=GENDER.write(entry.gender))] if entry.gender is not None else []
    found += [_of("network", value_string=one) for one in entry.networks]
    for cover in entry.coverages:
        parts = [_part("payer", value_string=cover.payer)]
        found.append(_of("coverage", extension=parts + [_part("plan", value_string=plan) for plan in cover.plans]))
    found += [_of("price", extension=_price_parts(price)) for price in entry.prices]
    if entry.capacity is not None:
        free = _part("free", value_integer=entry.capacity.free)
        as_of = _part("as-of", value_date_time=write(entry.capacity.as_of))
        found.append(_of("capacity", extension=[free, as_of]))
    return found


def _price_parts(price: PricePerVisit) -> list[Extension]:
    money = Money(value=price.amount, currency=price.currency)
    parts = [_part("service", value_string=price.service), _part("amount", value_money=money)]
    named = (("payer", price.payer), ("plan", price.plan), ("told-by", price.told_by))
    parts += [_part(name, value_string=value) for name, value in named if value is not None]
    return parts + ([_part("as-of", value_date=price.as_of.isoformat())] if price.as_of else [])


def write_languages(tags: Sequence[str]) -> list[Extension]:
    """Languages of an entry whose resource has no element for them."""
    return [_of("language", value_code=tag) for tag in tags]


def _of(name: str, **value: Any) -> Extension:
    return Extension(url=ROOT + name, **value)


def _part(name: str, **value: Any) -> Extension:
    return Extension(url=name, **value)
