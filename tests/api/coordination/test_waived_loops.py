"""A waived loop is over and not closed: the measure says so, and so does its list (CMS50, §4)."""

from datetime import timedelta

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_directory import FRIDAY, a_coordinator, a_referral, taken, through


async def test_a_waived_loop_stays_in_the_denominator_with_a_value_of_its_own(coordination: Api) -> None:
    client = a_coordinator(coordination)
    clinician = coordination.as_(Role.CASE_MANAGER, now=FRIDAY)
    steps = ("accept", "attend", {"act": "report", "summary": "No ischaemia"})
    closed = await through(client, await a_referral(coordination), *steps)
    closed = await through(clinician, closed, "review")
    await through(client, closed, {"act": "inform", "channel": "phone"}, "close")
    waived = await through(client, await a_referral(coordination), *steps)
    await through(clinician, waived, {"act": "waive", "reason": "report-unobtainable"})
    open_ = await through(client, await a_referral(coordination), "accept")

    boss = coordination.as_(Role.SUPERVISOR, now=FRIDAY + timedelta(days=1))
    found = taken(await boss.get("/v1/measures/referral-loop-closed", params={"period": "2026"}))
    assert (found["measure"]["denominator"], found["measure"]["numerator"]) == (3, 1)
    assert {(each["about"], each["met"], each["value"]) for each in found["items"]} == {
        (closed["id"], True, "closed"),
        (waived["id"], False, "waived"),
        (open_["id"], False, "accepted"),
    }
