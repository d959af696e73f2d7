"""The burden of a version counts the weeks in which patients were pinned to it."""

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, a_patient_with, closed, enrolls, local
from tests.support.moving import moved
from tests.support.revising import published

SINCE = "2026-09-01 00:00"


async def test_weeks_from_before_a_move_stay_with_the_version_of_then(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", SINCE)
    (low,) = (await patient.measures(50, "2026-09-05 07:00"))["alerts"]
    await patient.measures(110, "2026-09-05 07:10")
    now = "2026-09-05 09:00"
    version = (await patient.client(now=now).get(f"/v1/alerts/{low['id']}")).json()["version"]
    await patient.act(f"/v1/alerts/{low['id']}/resolve", closed(now), version=version, now=now)
    own = await published(monitoring, high=("280", "15.6"))
    await moved(patient, own["name"], now="2026-09-22 00:00")
    await patient.measures(50, "2026-09-24 07:00")
    await patient.measures(110, "2026-09-24 07:10")

    never = Patient(monitoring, patient.id, (await enrolls(monitoring, "diabetes", SINCE, start="referred")).json())
    for to, now in (("1.0.0", "2026-09-22 00:00"), (own["name"], "2026-09-25 00:00")):
        await moved(never, to, now=now)

    client = monitoring.as_(Role.SUPERVISOR, now=local("2026-09-29 00:00"))
    period = {"start": local("2026-09-01 00:00").isoformat(), "end": local("2026-09-29 00:00").isoformat()}
    found = (await client.get("/v1/alerts/burden", params=period)).raise_for_status().json()
    lows = {each["protocol_version"]: each["per_patient_week"] for each in found["rules"] if each["rule"] == "HYPO"}
    assert lows == {"1.0.0": "0.3333", own["name"]: "1.0000"}, "three weeks and one"
    assert found["patient_weeks"] == "4.00", "nobody's who was never activated"
