"""The home average of blood pressure: pairs, the first day, provisional, what is not from home."""

from typing import Any
from uuid import uuid4

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, a_patient_with, local

NOW = "2026-09-14 08:00"


async def measured(patient: Patient, systolic: int, diastolic: int | None, at: str, **context: Any) -> None:
    pair = (("bp_systolic", systolic), ("bp_diastolic", diastolic))
    items = [patient.item(metric, value, "mm[Hg]", at, context=context) for metric, value in pair if value is not None]
    await patient.batch(items, now=at)


async def average(patient: Patient, **params: Any) -> dict[str, Any]:
    answer = await patient.client(now=NOW).get("/v1/bp-averages", params={"patient_id": patient.id, **params})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def short(found: dict[str, Any]) -> tuple[Any, ...]:
    names = ("systolic", "diastolic", "readings", "days", "left_out", "provisional")
    return tuple(found[name] for name in names)


async def test_a_week_of_pairs_without_its_first_day(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "hypertension", "2026-09-01 00:00")
    assert (await average(patient))["why"] == [
        "There is no pair of systolic and diastolic pressure from home in this period."
    ]
    await measured(patient, 170, 100, "2026-09-08 07:00")
    for day in ("09", "10", "11"):
        for hour in ("07:00", "07:01", "19:00", "19:01"):
            await measured(patient, 128 if hour < "12" else 131, 79, f"2026-09-{day} {hour}")
    await measured(patient, 200, 120, "2026-09-10 10:00", setting="office")
    await measured(patient, 220, None, "2026-09-10 11:00")
    found = await average(patient)
    assert short(found) == ("129.5", "79.0", 12, 3, "2026-09-08", False)
    assert (found["at_goal"], found["mornings"], found["why"]) == (True, 6, [])
    assert (found["code"], found["systolic_code"], found["diastolic_code"]) == ("96607-7", "96608-5", "96609-3")
    kept = await average(patient, first_day=True)
    assert short(kept) == ("132.6", "80.6", 13, 4, None, False)
    assert kept["at_goal"] is False
    fewer = await average(patient, to=local("2026-09-11 19:01").isoformat())
    assert (fewer["readings"], fewer["provisional"], fewer["why"]) == (
        11,
        True,
        ["There are 11 readings; an average rests on 12."],
    )


async def test_of_three_days_none_is_left_out_and_of_two_nothing_follows(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "hypertension", "2026-09-01 00:00")
    for day in ("10", "11"):
        for minute in range(6):
            await measured(patient, 130, 79, f"2026-09-{day} 07:{minute:02}")
    two = await average(patient)
    assert short(two) == ("130.0", "79.0", 12, 2, None, True)
    assert (two["at_goal"], two["why"]) == (False, ["They are of 2 days; an average rests on 3."])
    await measured(patient, 129, 79, "2026-09-12 07:00")
    assert short(await average(patient))[2:] == (13, 3, None, False)


async def test_another_organizations_patient_is_not_found(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "hypertension", "2026-09-01 00:00")
    stranger = monitoring.as_(Role.CASE_MANAGER, organization=uuid4(), now=local(NOW))
    answer = await stranger.get("/v1/bp-averages", params={"patient_id": patient.id})
    assert problem(answer) == (404, "not-found")


async def test_an_alert_asks_for_days_with_data_and_not_for_high_days(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "hypertension", "2026-09-01 00:00")
    for day, systolic in (("08", 126), ("09", 126), ("10", 126), ("11", 155), ("12", 155)):
        for hour in ("07:00", "19:00"):
            await measured(patient, systolic, 70, f"2026-09-{day} {hour}")
    assert await patient.standing("2026-09-12 20:00") == {"BP-AVG": "low"}


async def test_a_calm_day_that_comes_late_is_the_third_with_data(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "hypertension", "2026-09-01 00:00")
    for day in ("09", "10"):
        await measured(patient, 150, 70, f"2026-09-{day} 07:00")
    assert await patient.standing("2026-09-10 07:30") == {}
    late = await patient.batch([patient.item("bp_systolic", 128, "mm[Hg]", "2026-09-08 07:00")], now="2026-09-10 08:00")
    assert [alert["rule"] for alert in late["alerts"]] == ["BP-AVG"]
