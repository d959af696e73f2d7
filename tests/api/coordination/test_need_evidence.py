"""Evidence meets the need it is for and no other, and work counts only from when its need could begin."""

from datetime import datetime

import httpx
import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    ADMITTED,
    DISCHARGED,
    Json,
    a_discharge,
    a_patient,
    at,
    clock_of,
    days,
    good,
    need_of,
    new_york,
    tag,
)

SEEN = new_york("2026-09-10 10:00")
EXAMS = ("retinal-exam", "foot-exam")


async def tell(api: Api, patient_id: str, evidence: str, when: datetime = SEEN, **more: object) -> httpx.Response:
    """Evidence as a record system sends it."""
    told = {"patient_id": patient_id, "evidence": evidence, "occurred_at": when.isoformat(), "source": {"kind": "ehr"}}
    return await at(api, max(when, SEEN), Role.INTEGRATION).post("/v1/need-evidence", json={**told, **more})


async def open_needs(api: Api, patient_id: str) -> set[str]:
    """The kinds of a patient's open needs."""
    page = await good(await at(api, SEEN).get(f"/v1/needs?patient_id={patient_id}&open=true&limit=200"))
    return {need["kind"] for need in page["items"]}


async def meet(api: Api, need: Json, evidence: str, done_at: datetime, now: datetime = SEEN) -> httpx.Response:
    """A need said to be met."""
    fresh = await good(await at(api, now).get(f"/v1/needs/{need['id']}"))
    body = {"evidence": {"kind": evidence}, "done_at": done_at.isoformat()}
    return await at(api, now).post(f"/v1/needs/{need['id']}/meet", json=body, headers=tag(fresh))


async def test_a_visit_meets_the_visit_after_the_discharge_and_names_what_else_it_may_be_for(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    before, cardiology = await open_needs(coordination, stay["patient_id"]), need_of(stay, "cardiology-referral")
    done = await good(await tell(coordination, stay["patient_id"], "visit"))
    assert done["met"] == [need_of(stay, "visit-face-to-face")["id"]]
    assert before - await open_needs(coordination, stay["patient_id"]) == {"visit-face-to-face"}
    assert f"cardiology-referral ({cardiology['id']})" in done["explanation"]


async def test_a_document_that_does_not_say_which_need_it_is_for_meets_none(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    body = {"patient_id": stay["patient_id"], "reason": "Asked for"}
    eyes, _ = [await good(await at(coordination).post("/v1/needs", json={**body, "kind": kind})) for kind in EXAMS]
    before = await open_needs(coordination, stay["patient_id"])
    assert before.issuperset(EXAMS)
    done = await good(await tell(coordination, stay["patient_id"], "document"))
    assert (done["met"], done["clocks"]) == ([], [])
    assert done["explanation"].startswith("document does not say which need it is for, so nothing is met.")
    assert f"retinal-exam ({eyes['id']})" in done["explanation"]
    assert await open_needs(coordination, stay["patient_id"]) == before


@pytest.mark.parametrize("by", ["need_id", "need"])
async def test_evidence_that_names_its_need_meets_that_one_alone(coordination: Api, by: str) -> None:
    stay = await a_discharge(coordination)
    need, before = need_of(stay, "cardiology-referral"), await open_needs(coordination, stay["patient_id"])
    name = {"need_id": need["id"]} if by == "need_id" else {"need": "cardiology-referral"}
    done = await good(await tell(coordination, stay["patient_id"], "visit", **name))
    assert done["met"] == [need["id"]]
    assert before - await open_needs(coordination, stay["patient_id"]) == {"cardiology-referral"}
    again = await good(await tell(coordination, stay["patient_id"], "visit", **name))
    assert (again["met"], again["explanation"]) == ([], "no open need of this patient is met by this")


async def test_evidence_that_does_not_fit_the_need_it_names_says_so(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    done = await good(await tell(coordination, stay["patient_id"], "document", need="cardiology-referral"))
    assert (done["met"], done["explanation"]) == (
        [],
        "cardiology-referral: document does not show that cardiology-referral is met",
    )
    both = {"need": "cardiology-referral", "need_id": need_of(stay, "cardiology-referral")["id"]}
    assert problem(await tell(coordination, stay["patient_id"], "visit", **both)) == (422, "body.invalid")
    other = await a_patient(coordination)
    named = await tell(coordination, other["id"], "visit", need_id=both["need_id"])
    assert named.status_code == 404


async def test_work_from_before_its_need_could_begin_is_refused_and_changes_nothing(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    visit = need_of(stay, "visit-face-to-face")
    for when, code in (
        (new_york("1900-01-01 10:00"), "need.done-before-birth"),
        (new_york("2001-01-01 10:00"), "need.done-before-start"),
        (DISCHARGED - days(1), "need.done-before-start"),
    ):
        assert problem(await meet(coordination, visit, "visit", when)) == (422, code)
    fresh = await good(await at(coordination, SEEN).get(f"/v1/needs/{visit['id']}"))
    assert (fresh["state"], fresh["version"]) == ("identified", visit["version"])
    assert (await meet(coordination, visit, "visit", DISCHARGED + days(1))).status_code == 200


async def test_medicines_reconciled_in_hospital_count_and_before_the_admission_do_not(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    need = need_of(stay, "med-reconciliation")
    early = ADMITTED - days(1)
    assert problem(await meet(coordination, need, "reconciliation", early)) == (422, "need.done-before-start")
    told = await good(await tell(coordination, stay["patient_id"], "reconciliation", early))
    assert told["met"] == []
    met = await good(await meet(coordination, need, "reconciliation", DISCHARGED - days(1)))
    assert {clock["state"] for clock in met["clocks"]} == {"met"}
    other = await a_discharge(coordination)
    told = await good(await tell(coordination, other["patient_id"], "reconciliation", DISCHARGED - days(1)))
    assert told["met"] == [need_of(other, "med-reconciliation")["id"]]


async def test_what_was_done_in_the_morning_counts_for_a_need_opened_in_the_afternoon(coordination: Api) -> None:
    patient = await a_patient(coordination)
    body = {"patient_id": patient["id"], "kind": "retinal-exam", "reason": "Asked for"}
    need = await good(await at(coordination).post("/v1/needs", json=body))
    day_before = await meet(coordination, need, "visit", new_york("2026-09-03 23:59"))
    assert problem(day_before) == (422, "need.done-before-start")
    assert "already-done-elsewhere" in day_before.json()["detail"]
    met = await good(await meet(coordination, need, "visit", new_york("2026-09-04 09:00")))
    assert clock_of(met, "clinical")["state"] == "met"


async def test_evidence_from_before_the_birth_is_refused(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    early = await tell(coordination, stay["patient_id"], "visit", new_york("1900-01-01 10:00"))
    assert problem(early) == (422, "need.done-before-birth")
