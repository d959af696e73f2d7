"""Stays in facilities: their discharge starts transitional care; they are no readmission and no index (§2.5, §4)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    DISCHARGED,
    a_discharge,
    a_patient,
    a_stay,
    at,
    days,
    discharge,
    good,
    need_of,
)

FACILITIES = ["skilled-nursing", "rehabilitation", "long-term-care", "partial-hospital"]


async def figures(api: Api, now: timedelta) -> dict[str, Any]:
    client = at(api, DISCHARGED + now, role=Role.SUPERVISOR)
    found: Any = await good(await client.get("/v1/measures", params={"period": "2026"}))
    return {each["key"]: each for each in found}


@pytest.mark.parametrize("kind", FACILITIES)
async def test_a_discharge_home_from_a_facility_qualifies(coordination: Api, kind: str) -> None:
    stay = await a_stay(coordination, await a_patient(coordination), stay_class=kind)
    home = await discharge(coordination, stay)
    assert "transition" in {choice["pathway"] for choice in home["plan"]["chosen"]}
    assert home["risk"] is None, "scores of hospital stays"
    asked = await at(coordination).post(f"/v1/stays/{stay['id']}/risk-scores", json={})
    assert problem(asked) == (409, "risk.not-of-hospital")
    read = await good(await at(coordination).get(f"/v1/stays/{stay['id']}/tcm"))
    (qualifying,) = [check for check in read["checks"] if check["key"] == "qualifying-discharge"]
    assert (qualifying["state"], qualifying["because"]) == ("met", f"{kind} stay")


async def test_a_stay_in_a_facility_after_the_hospital_is_no_readmission(coordination: Api) -> None:
    hospital = await a_discharge(coordination, disposition="skilled-nursing")
    patient = {"id": hospital["patient_id"]}
    there = await a_stay(
        coordination, patient, started=DISCHARGED + timedelta(hours=2), stay_class="skilled-nursing", facility="Oak"
    )
    before = [need["state"] for need in hospital["plan"]["needs"]]
    needs = (await good(await at(coordination).get(f"/v1/needs?patient_id={patient['id']}&limit=200")))["items"]
    assert sorted(each["state"] for each in needs) == sorted(before), "what the hospital asked for goes on"
    assert all(not clock["pauses"] for each in needs for clock in each["clocks"])
    await discharge(coordination, there, ended=DISCHARGED + days(10))
    found = await figures(coordination, days(60))
    for key in ("readmissions-pcr", "readmissions-hwr"):
        assert (found[key]["denominator"], found[key]["numerator"]) == (1, 0), key
    tcm = await good(await at(coordination, DISCHARGED + days(11)).get(f"/v1/stays/{there['id']}/tcm"))
    assert not [note for note in tcm["notes"] if "readmitted" in note]
    assert need_of(await good(await at(coordination).get(f"/v1/stays/{there['id']}")), "contact-interactive")


async def test_fhir_writes_a_facility_as_not_acute_with_its_kind_and_reads_it_back(coordination: Api) -> None:
    patient = await a_patient(coordination)
    await discharge(coordination, await a_stay(coordination, patient))
    there = DISCHARGED + timedelta(hours=2)
    stay = await a_stay(coordination, patient, started=there, stay_class="rehabilitation")
    client = at(coordination, there, role=Role.INTEGRATION)
    written = await good(await client.get(f"/fhir/R4/Encounter/{stay['id']}"))
    kind = {"system": "urn:careweave:facility-class", "code": "rehabilitation"}
    assert (written["class"]["code"], written["type"]) == ("NONAC", [{"coding": [kind]}])
    search = f"/fhir/R4/Encounter?patient=Patient/{patient['id']}&class=NONAC"
    assert [one["resource"]["id"] for one in (await good(await client.get(search)))["entry"]] == [stay["id"]]
    told = {name: value for name, value in written.items() if name not in ("id", "meta", "identifier")}
    headers = {"Content-Type": "application/fhir+json"}
    answer = await client.post("/fhir/R4/Encounter", json=told, headers=headers)
    assert answer.status_code == 201, answer.text
    made = answer.headers["Location"].partition("/Encounter/")[2].partition("/")[0]
    again = await good(await at(coordination).get(f"/v1/stays/{made}"))
    assert again["stay_class"] == "rehabilitation"
