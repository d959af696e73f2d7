"""Peak flow is waited for in the yellow and red zone, and after an exacerbation (clinical §1.4, §1.11)."""

from typing import Any

import pytest

from tests.support.absent import missing
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, a_patient_with, closed, local

LOW, MODERATE = {"SILENCE-PEF": "low"}, {"SILENCE-PEF": "moderate"}


async def with_asthma(api: Api) -> Patient:
    """Green on 5 September; nothing is expected of them."""
    best = {"metric": "pef_best", "value": 420, "unit": "L/min", "set_at": local("2026-09-01 08:00").isoformat()}
    patient = await a_patient_with(api, "asthma", "2026-09-01 09:00", baselines=[best])
    await patient.sends("pef", 400, "L/min", "2026-09-05 07:00")
    assert await missing(patient, "2026-09-09 07:00") == {}, "green: nothing is expected"
    return patient


async def reports(patient: Patient, at: str, *symptoms: str) -> None:
    """What the patient tells, without a peak flow; nothing: there are none any more."""
    item = patient.item("symptoms", len(symptoms), "{count}", at, context={"symptoms": list(symptoms)})
    answer = await patient.client(now=at).post("/v1/readings", json=item)
    assert answer.status_code == 201, answer.text


async def ends(patient: Patient, at: str, disposition: str = "resolved", **more: Any) -> None:
    """Every alert but that of the silence is ended by a nurse."""
    for alert in await patient.alerts(at):
        if alert["state"] == "open" and not alert["rule"].startswith("SILENCE"):
            body = closed(at, disposition, informed="Dr. Example", **more)
            await patient.act(f"/v1/alerts/{alert['id']}/resolve", body, version=alert["version"], now=at)


async def test_peak_flow_is_waited_for_in_the_yellow_zone_and_after_it(monitoring: Api) -> None:
    """§1.11: 24 h in yellow low, 48 h moderate, until green for 7 days."""
    best = {"metric": "pef_best", "value": 420, "unit": "L/min", "set_at": local("2026-09-01 08:00").isoformat()}
    patient = await a_patient_with(monitoring, "asthma", "2026-09-01 09:00", baselines=[best])
    await patient.sends("pef", 400, "L/min", "2026-09-05 07:00")
    assert await missing(patient, "2026-09-09 07:00") == {}, "green: nothing is expected"
    await patient.sends("pef", 335, "L/min", "2026-09-10 07:00")
    assert await missing(patient, "2026-09-11 06:59") == {}
    assert await missing(patient, "2026-09-11 07:00") == {"SILENCE-PEF": "low"}
    assert await missing(patient, "2026-09-12 07:00") == {"SILENCE-PEF": "moderate"}
    await patient.sends("pef", 340, "L/min", "2026-09-12 08:00")
    assert await missing(patient, "2026-09-12 08:01") == {}
    assert await missing(patient, "2026-09-13 08:00") == {"SILENCE-PEF": "low"}, "green for a day only"
    assert await missing(patient, "2026-09-17 08:00") != {}


@pytest.mark.parametrize(
    "symptoms", [("wheeze",), ("hard-to-talk",), ("steroid-course",)], ids=["yellow", "red", "exacerbation"]
)
async def test_symptoms_ask_for_peak_flow_too(monitoring: Api, symptoms: tuple[str, ...]) -> None:
    """The wait begins when it was told, not with the last peak flow of weeks before."""
    patient = await with_asthma(monitoring)
    await reports(patient, "2026-09-10 07:00", *symptoms)
    assert await missing(patient, "2026-09-11 06:59") == {}
    assert (await missing(patient, "2026-09-11 07:00"))["SILENCE-PEF"] in {"low", "high"}
    await patient.sends("pef", 400, "L/min", "2026-09-11 08:00")
    assert await missing(patient, "2026-09-11 08:01") == {}


async def test_yellow_symptoms_step_by_step(monitoring: Api) -> None:
    patient = await with_asthma(monitoring)
    await reports(patient, "2026-09-10 07:00", "wheeze")
    assert await missing(patient, "2026-09-11 07:00") == LOW
    assert await missing(patient, "2026-09-12 06:59") == LOW
    assert await missing(patient, "2026-09-12 07:00") == MODERATE
    await patient.sends("pef", 400, "L/min", "2026-09-12 08:00")
    await reports(patient, "2026-09-12 08:05")
    assert await missing(patient, "2026-09-13 08:00") == LOW, "free of symptoms for a day only"
    assert await missing(patient, "2026-09-20 09:00") == {}, "green for seven days"


async def test_red_by_peak_flow_is_waited_for(monitoring: Api) -> None:
    patient = await with_asthma(monitoring)
    await patient.sends("pef", 200, "L/min", "2026-09-10 07:00")
    assert await missing(patient, "2026-09-11 06:59") == {}
    assert await missing(patient, "2026-09-11 07:00") == {"SILENCE-PEF": "high"}, "a critical one stands unresolved"


async def test_an_alert_that_was_ended_is_not_green(monitoring: Api) -> None:
    """Only a peak flow says that they are well again: who sends nothing is waited for."""
    patient = await with_asthma(monitoring)
    await patient.sends("pef", 335, "L/min", "2026-09-10 07:00")
    await ends(patient, "2026-09-10 09:00")
    assert await missing(patient, "2026-09-11 07:00") == LOW
    assert await missing(patient, "2026-09-19 09:00") == MODERATE
    await patient.sends("pef", 400, "L/min", "2026-09-19 10:00")
    assert await missing(patient, "2026-09-22 10:00") == {}, "seven days after it was ended, and green"


async def test_a_false_reading_asks_for_nothing(monitoring: Api) -> None:
    patient = await with_asthma(monitoring)
    await patient.sends("pef", 335, "L/min", "2026-09-10 07:00")
    await ends(patient, "2026-09-10 09:00", "false-reading")
    assert await missing(patient, "2026-09-12 09:00") == {}
