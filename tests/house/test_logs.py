"""No person in logs, metrics or message explanations, whatever goes well or wrong (L11, S26)."""

from typing import Any

import pytest

from shared.vocabulary import Role
from tests.support import makers_coordination, makers_monitoring
from tests.support.apps import Pair
from tests.support.defects import breaks_on

FAMILY = "Quisenberry-Log-Canary"
NUMBER = "MRN-LOG-CANARY-77"


async def test_a_day_with_a_patient_leaves_no_trace_of_them_in_the_log(
    pair: Pair, capfd: pytest.CaptureFixture[str]
) -> None:
    api = pair.coordination
    identifiers = [{"system": "https://example.org/mrn", "value": NUMBER}]
    person: dict[str, Any] = {"family": FAMILY, "given": "Ada-Canary", "identifiers": identifiers}
    patient = await makers_coordination.a_patient(api, **person)
    nurse = makers_coordination.at(api)
    await nurse.get("/v1/patients", params={"family": FAMILY})
    await nurse.post("/v1/patients", json=makers_coordination.a_person(**person))
    await nurse.post("/v1/patients", json={"family": FAMILY, "given": 7})
    await nurse.post("/v1/patients", content=f'{{"family": "{FAMILY}'.encode())
    await nurse.get(f"/v1/nothing/{FAMILY}")
    await nurse.get("/v1/patients", headers={"X-Request-Id": f"{FAMILY}\n{{}}"})
    stay = await makers_coordination.a_stay(api, patient)
    await makers_coordination.discharge(api, stay, enroll={"protocol": "heart-failure", "reason": "Discharged"})
    now = {"now": makers_coordination.DISCHARGED.isoformat()}
    await api.as_(Role.SUPERVISOR, now=makers_coordination.DISCHARGED).post("/v1/ops/run-jobs", json=now)
    known = {"version": 1, **makers_monitoring.identity(), **person}
    followed = await makers_monitoring.enrolls(pair.monitoring, "diabetes", "2026-09-01 00:00", patient=known)
    assert followed.status_code in (201, 409)
    said = capfd.readouterr()
    metrics = (await api.anonymous().get("/metrics")).text
    assert "patients.register" in said.out
    for words in (said.out, said.err, metrics):
        for trace in (FAMILY, "Canary", NUMBER):
            assert trace not in words


async def test_a_defect_logs_its_place_and_not_its_values(capfd: pytest.CaptureFixture[str]) -> None:
    """A driver's error quotes the row it choked on: the log must not."""
    async with breaks_on(FAMILY) as client:
        answer = await client.get("/")
    said = capfd.readouterr()
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert "ValueError" in said.out
    assert FAMILY not in said.out + said.err + answer.text
