"""The documents of the protocol path: the switch, standing orders, and their signatures for patients (clinical §6)."""

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import a_patient_with
from tests.support.makers_plans import (
    BEGUN,
    DOCTOR,
    GLARGINE,
    entitles,
    on_glargine,
    order_text,
    signs_for,
)


async def test_the_switch_needs_two_people_and_a_prescriber(monitoring: Api) -> None:
    both = monitoring.as_(Role.CLINIC_ADMIN, Role.PRESCRIBER, subject="chief-1")
    reason = {"reason": "Policy 12"}
    await entitles(monitoring, "chief-1")
    assert problem(await both.post("/v1/protocol-path/sign", json=reason)) == (409, "protocol-path.refused")
    asked = (await both.post("/v1/protocol-path/enable", json=reason)).json()
    assert (asked["on"], asked["awaiting_signature"]) == (False, True)
    assert problem(await both.post("/v1/protocol-path/sign", json=reason)) == (409, "protocol-path.refused")
    stranger = monitoring.as_(Role.PRESCRIBER, subject="prescriber-9")
    assert problem(await stranger.post("/v1/protocol-path/sign", json=reason)) == (403, "plan-change.no-authority")
    await entitles(monitoring)
    signed = (await monitoring.as_(Role.PRESCRIBER).post("/v1/protocol-path/sign", json=reason)).json()
    assert (signed["on"], [each["by"] for each in signed["history"]]) == (True, ["chief-1", DOCTOR])
    off = (await both.post("/v1/protocol-path/disable", json=reason)).json()
    assert off["on"] is False


async def test_a_signatory_holds_authority_for_the_drug(monitoring: Api) -> None:
    await entitles(monitoring, classes=["loop-diuretic"])
    drafted = (await monitoring.as_(Role.CLINIC_ADMIN).post("/v1/standing-orders", json=order_text())).json()
    path = f"/v1/standing-orders/{drafted['id']}/sign"
    answer = await monitoring.as_(Role.PRESCRIBER).post(path, json={"signature": "Dr. E"}, headers={"If-Match": '"1"'})
    assert problem(answer) == (403, "plan-change.no-authority")


async def test_an_order_holds_for_a_year_at_most_and_is_whole(monitoring: Api) -> None:
    admin = monitoring.as_(Role.CLINIC_ADMIN)
    for changed in (
        {"expires": "2027-08-03"},
        {"min_single": 61},
        {"max_daily": 59},
        {"roles": ["nurse_assistant"]},
        {"rule_numbers": {"potassium_least": 3}},
        {"labs_from_day": 7},
    ):
        answer = await admin.post("/v1/standing-orders", json=order_text(**changed))
        assert problem(answer) == (422, "standing-order.refused"), changed


# The eleven elements of a standardized procedure (clinical §6, S88) as the fields that say them.
ELEMENTS = {
    "written, dated": ("title", "effective", "expires", "jurisdiction"),
    "functions and circumstances": ("condition", "rxnorm", "drug", "form", "route", "unit", "indication", "rule"),
    "requirements to follow": (
        *("inclusion", "exclusion", "excluded_circumstances", "required", "min_interval_hours", "min_single"),
        *("max_single", "max_daily", "max_change", "max_change_percent", "stop_rules", "monitoring"),
    ),
    "training": ("training",),
    "competence": ("competence",),
    "authorised persons": ("roles", "persons"),
    "supervision": ("supervision",),
    "when to contact the physician": ("when_to_call",),
    "setting": ("setting",),
    "record keeping": ("record_keeping",),
    "periodic review": ("periodic_review",),
}


@pytest.mark.parametrize("element", ELEMENTS)
async def test_an_order_without_one_of_the_eleven_elements_is_none(monitoring: Api, element: str) -> None:
    admin = monitoring.as_(Role.CLINIC_ADMIN)
    for field in ELEMENTS[element]:
        whole = order_text()
        for body in ({k: v for k, v in whole.items() if k != field}, {**whole, field: None}):
            answer = await admin.post("/v1/standing-orders", json=body)
            assert problem(answer)[0] == 422, field
            assert field in answer.text
    assert (await admin.get("/v1/standing-orders")).json()["items"] == []


async def test_an_order_holds_for_nobody_until_it_is_signed_with_a_name(monitoring: Api) -> None:
    await entitles(monitoring)
    drafted = (await monitoring.as_(Role.CLINIC_ADMIN).post("/v1/standing-orders", json=order_text())).json()
    path, tag = f"/v1/standing-orders/{drafted['id']}/sign", {"If-Match": '"1"'}
    for unsigned in ({}, {"signature": ""}, {"signature": None}):
        answer = await monitoring.as_(Role.PRESCRIBER).post(path, json=unsigned, headers=tag)
        assert problem(answer)[0] == 422


async def test_a_patients_bounds_lie_within_the_orders(monitoring: Api) -> None:
    practice = await on_glargine(monitoring, signed=False)
    for bounds in ({"min_single": 19}, {"max_single": 61}, {"max_daily": 61}):
        answer = await signs_for(monitoring, practice.order, practice.patient.id, **bounds)
        assert problem(answer) == (422, "standing-order.bounds-too-wide")


async def test_a_nurse_does_not_say_what_the_patient_takes(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", BEGUN)
    body = {"patient_id": patient.id, "medicines": [GLARGINE]}
    answer = await patient.client(now=BEGUN).post("/v1/plans", json=body)
    assert problem(answer) == (403, "plan.medicines-need-prescriber")
