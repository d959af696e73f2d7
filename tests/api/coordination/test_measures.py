"""Measures of outcomes over HTTP: figures, the lists behind them, and what was known when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.coordination.domain.outcomes import CATALOGUE
from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    DISCHARGED,
    a_discharge,
    a_patient,
    at,
    days,
    good,
    need_of,
    new_york,
    tag,
)
from tests.support.makers_directory import a_need, a_specialist, refer
from tests.support.measured import LATER, a_call, in_hospital, is_met, judged, measure
from tests.support.teams import boss


async def figure(api: Api, key: str, **query: Any) -> tuple[int, int]:
    found = (await measure(api, key, **query))["measure"]
    return found["numerator"], found["denominator"]


async def test_contact_counts_by_when_it_was_made_and_is_seen_once_it_is_recorded(coordination: Api) -> None:
    found = await a_discharge(coordination)
    await a_discharge(coordination)
    # Wednesday is the second business day after the Friday before Labor Day.
    made, written = new_york("2026-09-09 23:50"), new_york("2026-09-11 09:00")
    await a_call(coordination, found["patient_id"], made, written)
    assert await figure(coordination, "contact-2-business-days") == (1, 2)
    before = new_york("2026-09-11 08:59").isoformat()
    assert await figure(coordination, "contact-2-business-days", as_of=before) == (0, 2)
    still = await measure(coordination, "contact-2-business-days", as_of=DISCHARGED.isoformat())
    assert still["measure"]["excluded"] == {"window-still-open": 2}
    assert still["measure"]["rate"] is None


async def test_a_stay_counts_as_it_was_known_at_the_instant_asked_for(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    corrected, undone, again, in_error = (new_york(f"2026-10-{day} 09:00") for day in ("05", "10", "15", "20"))

    async def act(what: str, when: datetime, **body: Any) -> None:
        client = at(coordination, when)
        known = await good(await client.get(f"/v1/stays/{stay['id']}"))
        await good(await client.post(f"/v1/stays/{stay['id']}/{what}", json=body, headers=tag(known)))

    async def said(when: datetime) -> tuple[int, int, dict[str, int]]:
        found = (await measure(coordination, "contact-2-business-days", as_of=when.isoformat()))["measure"]
        return found["numerator"], found["denominator"], found["excluded"]

    await act("correct", corrected, reason="To a facility", disposition="skilled-nursing")
    await act("discharge/cancel", undone, reason="Was of somebody else")
    gone = {"ended_at": DISCHARGED.isoformat(), "disposition": "home", "plan": "never"}
    await act("discharge", again, **gone)
    await act("enter-in-error", in_error, reason="Was of somebody else")
    tick = timedelta(microseconds=1)
    for kept in (False, True):
        if kept:
            await judged(coordination)
        assert await said(corrected - tick) == (0, 1, {})
        assert await said(corrected) == (0, 0, {"not-discharged-home": 1})
        assert await said(undone) == (0, 0, {}), "the patient is in hospital, as far as is known"
        assert await said(again - tick) == (0, 0, {})
        assert await said(again) == (0, 1, {})
        assert await said(in_error) == (0, 0, {})


async def test_a_return_that_was_entered_in_error_later_was_one_until_then(coordination: Api) -> None:
    first = await a_discharge(coordination)
    second = await in_hospital(coordination, {"id": first["patient_id"]}, "2026-09-10 10:00", "2026-09-12 10:00")
    later = new_york("2026-12-01 09:00")
    client = at(coordination, later)
    known = await good(await client.get(f"/v1/stays/{second['id']}"))
    body = {"reason": "Was of somebody else"}
    await good(await client.post(f"/v1/stays/{second['id']}/enter-in-error", json=body, headers=tag(known)))
    before = (later - timedelta(microseconds=1)).isoformat()
    assert await figure(coordination, "readmissions-pcr", as_of=before) == (1, 2)
    assert await figure(coordination, "readmissions-pcr", as_of=later.isoformat()) == (0, 1)


async def test_another_organization_sees_none_of_it(coordination: Api) -> None:
    await a_discharge(coordination)
    assert await figure(coordination, "visit-7-days") == (0, 1), "there is something to see"
    stranger = coordination.as_(Role.AUDITOR, now=LATER, organization=uuid4())
    for each in CATALOGUE:
        found = await good(await stranger.get(f"/v1/measures/{each.key}", params={"period": "2026"}))
        assert (found["items"], found["measure"]["denominator"], found["measure"]["excluded"]) == ([], 0, {})


async def test_visit_reconciliation_and_engagement(coordination: Api) -> None:
    found = await a_discharge(coordination)
    await is_met(coordination, found, "visit-face-to-face", "visit", new_york("2026-09-12 10:00"))
    await is_met(coordination, found, "med-reconciliation", "reconciliation", new_york("2026-09-12 16:00"))
    assert await figure(coordination, "visit-7-days") == (0, 1)
    assert await figure(coordination, "visit-14-days") == (1, 1)
    assert await figure(coordination, "reconciliation-by-visit") == (1, 1)
    assert await figure(coordination, "trc-reconciliation") == (1, 1)
    assert await figure(coordination, "trc-engagement") == (1, 1)
    assert await figure(coordination, "trc-discharge-information") == (0, 1)
    as_of = new_york("2026-09-11 12:00").isoformat()
    assert (await measure(coordination, "visit-14-days", as_of=as_of))["measure"]["excluded"] == {
        "window-still-open": 1
    }


async def test_readmissions_by_both_definitions_and_what_they_leave_out(coordination: Api) -> None:
    patient = await a_patient(coordination)
    await in_hospital(coordination, patient, "2026-03-01 10:00", "2026-03-04 15:00")
    await in_hospital(coordination, patient, "2026-03-05 10:00", "2026-03-08 15:00")
    await in_hospital(coordination, patient, "2026-04-07 23:30", "2026-04-09 15:00")
    assert await figure(coordination, "readmissions-pcr") == (1, 2)
    assert await figure(coordination, "readmissions-hwr") == (2, 3)
    assert (await measure(coordination, "readmissions-pcr"))["measure"]["excluded"] == {"continued-in-another-stay": 1}
    left_out = await measure(coordination, "readmissions-pcr", excluded="true")
    assert [each["excluded"] for each in left_out["items"]] == ["continued-in-another-stay"]
    assert await figure(coordination, "readmissions-pcr", period="2026-04") == (0, 1)
    assert await figure(coordination, "readmissions-pcr", payer="Medicare") == (1, 2)
    chief, nobody = coordination.as_(Role.SUPERVISOR, now=LATER), {"period": "2026", "payer": "Somebody else"}
    refused = await chief.get("/v1/measures/readmissions-pcr", params=nobody)
    assert problem(refused) == (422, "measures.payer-unknown")
    assert refused.json()["known"] == ["Medicare"]


async def test_needs_on_time_and_what_they_cost(coordination: Api) -> None:
    found = await a_discharge(coordination)
    await is_met(coordination, found, "visit-face-to-face", "visit", new_york("2026-09-10 10:00"))
    on_time = await measure(coordination, "needs-on-time", met="true", limit=100)
    assert [each["about"] for each in on_time["items"]] == [need_of(found, "visit-face-to-face")["id"]]
    cost = (await measure(coordination, "cost-per-met-need"))["measure"]
    assert cost["numerator"] == 0
    assert cost["denominator"] >= 1
    assert cost["amounts"] == []
    assert await figure(coordination, "needs-on-time", pathway="heart-failure") != (0, 0)
    assert await figure(coordination, "needs-on-time", pathway="stroke") == (0, 0)


async def test_what_met_needs_cost_is_told_by_currency_with_mean_and_median(coordination: Api) -> None:
    for amount in ("12.50", "20.00", "100.25", None):
        found = await a_discharge(coordination)
        need = await good(await at(coordination).get(f"/v1/needs/{need_of(found, 'visit-face-to-face')['id']}"))
        body = {"evidence": {"kind": "visit"}, "done_at": (DISCHARGED + days(2)).isoformat()}
        body |= {} if amount is None else {"cost": {"amount": amount}}
        client = at(coordination, DISCHARGED + days(2))
        await good(await client.post(f"/v1/needs/{need['id']}/meet", json=body, headers=tag(need)))
    cost = await measure(coordination, "cost-per-met-need", pathway="heart-failure", limit=200)
    (of_visits,) = cost["measure"]["amounts"]
    assert of_visits == {"group": "USD", "known": 3, "total": "132.75", "mean": "44.25", "median": "20.00"}
    visits = [each for each in cost["items"] if each["amount"] is not None]
    assert sorted(each["amount"] for each in visits) == ["100.25", "12.50", "20.00"]
    assert (cost["measure"]["numerator"], len(cost["items"])) == (3, cost["measure"]["denominator"])
    assert [each["value"] for each in cost["items"] if not each["met"]] == ["cost not known"]
    before = (DISCHARGED + days(1)).isoformat()
    assert await figure(coordination, "cost-per-met-need", as_of=before) == (0, 0)
    assert await figure(coordination, "cost-per-met-need", period="2026-08") == (0, 0)


async def pages(api: Api, key: str, **query: Any) -> Sequence[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: dict[str, Any] = {}
    while True:
        answer = await measure(api, key, **query, **cursor)
        found += answer["items"]
        if answer["next_cursor"] is None:
            return found
        cursor = {"cursor": answer["next_cursor"]}


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["call", "visit", "back", "died", "nothing"]), min_size=1, max_size=4),
    st.integers(1, 3),
    st.sampled_from([{}, {"pathway": "heart-failure"}, {"payer": "Medicare"}, {"team": "transitions"}]),
)
async def test_every_figure_is_the_length_of_its_list(
    coordination: Api, drawn: list[str], limit: int, scope: dict[str, str]
) -> None:
    await boss(coordination).post("/v1/teams", json={"key": "transitions", "name": "Transitions", "members": []})
    if "payer" in scope:
        await a_patient(coordination)
    for what in drawn:
        found = await a_discharge(coordination, **({"disposition": "expired"} if what == "died" else {}))
        if what == "call":
            await a_call(coordination, found["patient_id"], DISCHARGED + days(1))
        elif what == "visit":
            await is_met(coordination, found, "visit-face-to-face", "visit", DISCHARGED + days(3))
        elif what == "back":
            await in_hospital(coordination, {"id": found["patient_id"]}, "2026-09-10 10:00", "2026-09-12 10:00")
    client, query = coordination.as_(Role.AUDITOR, now=LATER), {"period": "2026", **scope}
    listed = {each["key"]: each for each in (await client.get("/v1/measures", params=query)).json()}
    assert set(listed) == {each.key for each in CATALOGUE}
    for key, said in listed.items():
        assert said["label"] == "operational, not certified HEDIS"
        met = await pages(coordination, key, met="true", limit=limit, **scope)
        others = await pages(coordination, key, met="false", limit=50, **scope)
        excluded = await pages(coordination, key, excluded="true", limit=50, **scope)
        assert (len(met), len(met) + len(others), len(excluded)) == (
            said["numerator"], said["denominator"], sum(said["excluded"].values()),
        )  # fmt: skip
        assert (said["rate"] is None) is (said["denominator"] == 0)


async def test_figures_of_nobody_and_of_the_future_are_refused_with_what_is_known(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    need, chief = need_of(stay, "contact-interactive"), coordination.as_(Role.SUPERVISOR, now=LATER)
    other = await a_need(coordination, team="west", now=DISCHARGED)
    assert (await refer(coordination, other, await a_specialist(coordination), now=DISCHARGED)).status_code == 201
    for each in (need["id"], other):  # the referral stays with the team that the need had
        tagged = tag(await good(await at(coordination).get(f"/v1/needs/{each}")))
        await good(await at(coordination).post(f"/v1/needs/{each}/assign", json={"team": "east"}, headers=tagged))
    for path in ("/v1/measures", "/v1/measures/contact-2-business-days"):

        async def refused(path: str = path, **query: str) -> Any:
            answer = await chief.get(path, params={"period": "2026", **query})
            assert answer.status_code == 422, answer.text
            return answer.json()

        team, payer = await refused(team="nope"), await refused(payer="nope")
        assert (team["code"], team["known"]) == ("measures.team-unknown", ["east", "west"])
        assert payer["code"] == "measures.payer-unknown"
        assert (await refused(pathway="nope"))["code"] == "code.unknown"
        assert (await refused(as_of="2999-01-01T00:00:00Z"))["code"] == "as-of.future"
        for known in team["known"]:
            assert (await chief.get(path, params={"period": "2026", "team": known})).status_code == 200
