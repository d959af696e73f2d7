"""Readmission scores under FHIR, with their inputs; the list of a patient's transitions."""

from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_coordination import DISCHARGED, a_discharge, a_patient, a_stay, at, discharge, good
from tests.support.makers_fhir import refusal
from tests.support.risk_inputs import DIAGNOSES, KNOWN, earlier

R4 = "/fhir/R4/RiskAssessment"
OURS = "urn:careweave:extension:"


def components(resource: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {}
    for one in resource["extension"]:
        if one["url"] == f"{OURS}score-component":
            parts = {part["url"]: part.get("valueInteger", part.get("valueString")) for part in one["extension"]}
            found[str(parts.pop("key"))] = parts
    return found


async def test_a_score_is_read_with_its_inputs_and_found(coordination: Api) -> None:
    patient = await a_patient(coordination)
    await earlier(coordination, patient, "inpatient", "2025-11-03 10:00", "2025-11-06 15:00")
    stay = await discharge(coordination, await a_stay(coordination, patient), diagnoses=DIAGNOSES, facts=KNOWN)
    ehr = coordination.as_(Role.INTEGRATION, now=DISCHARGED)
    native = {one["algorithm"]: one for one in stay["risk"]["scores"]}
    query = f"patient={patient['id']}&encounter=Encounter/{stay['id']}&method=hospital-2016"
    (hit,) = (await good(await ehr.get(f"{R4}?{query}")))["entry"]
    found, same = hit["resource"], native["hospital-2016"]
    assert (found["id"], found["status"]) == (same["id"], "final")
    total = {part["url"]: part["valueInteger"] for part in found["extension"][0]["extension"]}
    assert total == {"total": same["total"], "least": same["least"], "most": same["most"]}
    assert {key: one["points"] for key, one in components(found).items()} == {
        one["key"]: one["points"] for one in same["points"]
    }
    assert {key: one["known"] for key, one in components(found).items()} == {
        one["key"]: one["known"] for one in same["points"]
    }
    risk = found["prediction"][0]["qualitativeRisk"]
    assert (risk["coding"][0]["code"], risk["text"]) == ("moderate", "intermediate")
    assert found["subject"]["reference"] == f"Patient/{patient['id']}"
    assert await good(await ehr.get(f"{R4}/{found['id']}")) == found
    assert len((await good(await ehr.get(f"{R4}?patient={patient['id']}")))["entry"]) >= 4
    assert "entry" not in await good(
        await ehr.get(f"{R4}?patient={patient['id']}&date=lt2026-09-01&method=lace-2010,x")
    )
    assert refusal(await ehr.post(R4, json=found)) == (405, ["method.unknown"])


async def test_what_is_missing_is_named_and_never_zero(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    ehr = coordination.as_(Role.INTEGRATION, now=DISCHARGED)
    (score,) = [one for one in stay["risk"]["scores"] if one["algorithm"] == "hospital-2016"]
    assert score["missing"]
    found = await good(await ehr.get(f"{R4}/{score['id']}"))
    assert found["status"] == "preliminary"
    assert "total" not in {part["url"] for part in found["extension"][0]["extension"]}
    unknown = {key for key, one in components(found).items() if "points" not in one}
    assert unknown == {one["key"] for one in score["points"] if one["points"] is None} != set()
    assert [note["text"] for note in found["note"]][: len(score["missing"])] == [
        f"Not known: {name}." for name in score["missing"]
    ]


async def test_every_transition_of_a_patient_is_listed_with_what_is_missing(coordination: Api) -> None:
    patient = await a_patient(coordination)
    await earlier(coordination, patient, "inpatient", "2026-03-03 10:00", "2026-03-06 15:00")
    stay = await discharge(coordination, await a_stay(coordination, patient))
    running = await a_stay(coordination, patient)
    found = await good(await at(coordination).get(f"/v1/patients/{patient['id']}/tcm"))
    assert [one["stay_id"] for one in found["items"]][-1] == stay["id"]
    assert running["id"] not in [one["stay_id"] for one in found["items"]]
    assert len(found["items"]) == 2
    assert found["items"][-1] == await good(await at(coordination).get(f"/v1/stays/{stay['id']}/tcm"))
    assert found["items"][-1]["missing"]
    first = await good(await at(coordination).get(f"/v1/patients/{patient['id']}/tcm?limit=1"))
    rest = await good(
        await at(coordination).get(f"/v1/patients/{patient['id']}/tcm?limit=1&cursor={first['next_cursor']}")
    )
    assert [*first["items"], *rest["items"]] == found["items"]
