"""Measures over HTTP: figures, the lists behind them, and what was known when."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.monitoring.domain.quality_measures import CATALOGUE
from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import a_patient_with, identity, local

NOW = "2026-12-01 09:00"


async def measure(api: Api, key: str, now: str = NOW, **query: Any) -> dict[str, Any]:
    client = api.as_(Role.SUPERVISOR, now=local(now))
    answer = await client.get(f"/v1/measures/{key}", params={"period": "2026", **query})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def figure(api: Api, key: str, now: str = NOW, **query: Any) -> tuple[int, int]:
    found = (await measure(api, key, now, **query))["measure"]
    return found["numerator"], found["denominator"]


async def a_diabetic(api: Api, born: str = "1968-05-20", **more: Any) -> Any:
    return await a_patient_with(api, "diabetes", "2026-09-01 00:00", patient={"version": 1, **identity(born)}, **more)


async def test_the_last_value_of_the_year_decides_and_a_missing_one_is_poor(monitoring: Api) -> None:
    good, bound, poor = [await a_diabetic(monitoring) for _ in range(3)]
    await a_diabetic(monitoring)
    await a_diabetic(monitoring, born="1945-01-01")
    await good.sends("hba1c", 9.5, "%", "2026-09-10 08:00")
    await good.sends("cgm_gmi", 7.9, "%", "2026-10-10 08:00")
    await bound.sends("hba1c", 8.0, "%", "2026-09-10 08:00")
    await poor.sends("hba1c", 9.1, "%", "2026-09-10 08:00")
    assert await figure(monitoring, "gsd-good") == (1, 4)
    assert await figure(monitoring, "gsd-poor") == (2, 4)
    # Before the second value came, nobody was below 8.
    assert await figure(monitoring, "gsd-good", as_of=local("2026-10-01 00:00").isoformat()) == (0, 4)
    assert await figure(monitoring, "gsd-poor", period="2025") == (0, 0)


async def test_the_lowest_pressures_of_the_last_day_decide(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "hypertension", "2026-09-01 00:00")

    async def pressure(systolic: int, diastolic: int, at: str, **context: str) -> None:
        await patient.sends("bp_systolic", systolic, "mm[Hg]", at, context=context)
        await patient.sends("bp_diastolic", diastolic, "mm[Hg]", at, context=context)

    assert await figure(monitoring, "cbp") == (0, 1)
    await pressure(120, 70, "2026-09-10 08:00")
    await pressure(145, 85, "2026-09-11 08:00")
    assert await figure(monitoring, "cbp") == (0, 1)
    await pressure(138, 95, "2026-09-11 20:00")
    assert await figure(monitoring, "cbp") == (1, 1)
    assert (await measure(monitoring, "cbp"))["items"][0]["value"] == "138/85 mm[Hg]"
    await pressure(150, 95, "2026-09-12 08:00", setting="ed")
    assert await figure(monitoring, "cbp") == (1, 1)


async def test_alerts_are_judged_by_their_deadline(monitoring: Api) -> None:
    early, late, never = [await a_diabetic(monitoring) for _ in range(3)]
    for each in (early, late, never):
        await each.measures(52, "2026-09-14 09:00")
        await each.measures(120, "2026-09-14 09:10")
    for each, at in ((early, "2026-09-14 10:00"), (late, "2026-09-14 10:01")):
        alert = (await each.alerts(at))[0]
        await each.act(f"/v1/alerts/{alert['id']}/acknowledge", {}, version=alert["version"], now=at)
    assert await figure(monitoring, "alerts-in-time") == (1, 3)
    # At ten nothing but what was seen is decided.
    assert await figure(monitoring, "alerts-in-time", as_of=local("2026-09-14 10:00").isoformat()) == (1, 1)


async def test_days_to_the_first_reading_and_sixteen_device_days(monitoring: Api) -> None:
    quick, slow = [await a_diabetic(monitoring) for _ in range(2)]
    for each in (quick, slow):
        await each.has_device("2026-09-01 08:00", shared=True)
    await quick.measures(120, "2026-09-03 23:00")
    await slow.measures(120, "2026-09-04 01:00")
    assert await figure(monitoring, "first-reading", period="2026-09") == (1, 2)
    for day in range(10, 25):
        await quick.measures(120, f"2026-09-{day} 07:00")
    assert await figure(monitoring, "device-days-16", period="2026-09") == (1, 2)
    values = {
        each["patient_id"]: each["value"]
        for each in (await measure(monitoring, "device-days-16", period="2026-09"))["items"]
    }
    assert values == {quick.id: "16 d", slow.id: "1 d"}


async def test_a_figure_of_nobody_is_refused(monitoring: Api) -> None:
    await a_diabetic(monitoring, case_manager="ana", tier="stable")
    client = monitoring.as_(Role.SUPERVISOR)
    for path in ("/v1/measures", "/v1/measures/first-reading"):
        answer = await client.get(path, params={"period": "2026", "case_manager": "aan"})
        assert problem(answer) == (422, "measures.case-manager-unknown")
        assert answer.json()["known"] == ["ana"]


async def test_a_figure_is_asked_for_by_case_manager_protocol_and_tier(monitoring: Api) -> None:
    await a_diabetic(monitoring, case_manager="ana", tier="stable")
    await a_diabetic(monitoring, case_manager="ben", tier="high")
    await a_patient_with(monitoring, "heart-failure", "2026-09-04 15:20", case_manager="ana")
    assert await figure(monitoring, "first-reading") == (0, 3)
    assert await figure(monitoring, "first-reading", case_manager="ana") == (0, 2)
    assert await figure(monitoring, "first-reading", protocol="diabetes", tier="high") == (0, 1)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["7.0", "8.0", "9.0", "10.0", "52", "none"]), min_size=1, max_size=4), st.integers(1, 3)
)
async def test_every_figure_is_the_length_of_its_list(monitoring: Api, drawn: list[str], limit: int) -> None:
    for value in drawn:
        patient = await a_diabetic(monitoring)
        if value == "52":
            await patient.measures(52, "2026-09-14 09:00")
        elif value != "none":
            await patient.sends("hba1c", float(value), "%", "2026-09-10 08:00")
    client = monitoring.as_(Role.AUDITOR, now=local(NOW))
    listed = {each["key"]: each for each in (await client.get("/v1/measures", params={"period": "2026"})).json()}
    assert set(listed) == {each.key for each in CATALOGUE}
    for key, said in listed.items():
        assert said["label"] == "operational, not certified HEDIS"
        for met, name in ((None, "denominator"), (True, "numerator")):
            seen: list[str] = []
            cursor: str | None = None
            while True:
                query: dict[str, Any] = {"limit": limit, "cursor": cursor, "met": met}
                page = await measure(
                    monitoring, key, **{name: each for name, each in query.items() if each is not None}
                )
                seen += [member["about"] for member in page["items"]]
                cursor = page["next_cursor"]
                if cursor is None:
                    break
            assert len(seen) == len(set(seen)) == said[name] == page["measure"][name]


async def test_figures_of_no_protocol_and_of_the_future_are_refused(monitoring: Api) -> None:
    client = monitoring.as_(Role.SUPERVISOR, now=local(NOW))
    unknown = await client.get("/v1/measures", params={"period": "2026", "protocol": "nope"})
    assert problem(unknown) == (422, "code.unknown")
    assert "heart-failure" in unknown.json()["errors"][0]["reason"]
    ahead = {"period": "2026", "as_of": "2999-01-01T00:00:00Z"}
    assert problem(await client.get("/v1/measures", params=ahead)) == (422, "as-of.future")
