"""Pauses are rows, resume by themselves, and together with hospital stays say when nothing is expected."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from services.monitoring.domain.absences import Interval
from services.monitoring.usecases import absences
from shared.db.session import transaction
from tests.support.apps import Api, problem
from tests.support.clock_jobs import run_jobs
from tests.support.makers_monitoring import Patient, as_coordination, enrolls, identity, local, path_of, with_diabetes


async def test_a_planned_pause_ends_by_itself_once_and_not_before(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    body = {"kind": "travel", "reason": "Visits her sister", "until": local("2026-09-20 08:00").isoformat()}
    await patient.act(f"{path_of(patient)}/pause", body, version=1, now="2026-09-05 10:00")
    assert (await run_jobs(monitoring, "2026-09-20 07:59"))["resumes"] == 0
    assert (await run_jobs(monitoring, "2026-09-22 09:00"))["resumes"] == 1
    assert (await run_jobs(monitoring, "2026-09-22 09:00"))["resumes"] == 0
    summary = (await patient.client(now="2026-09-22 10:00").get(f"{path_of(patient)}/summary")).json()
    assert (summary["enrollment"]["state"], summary["enrollment"]["paused_until"]) == ("active", None)
    assert summary["history"][-1]["by"] == "clock"
    # The clock came two days late; the pause was as long as it was meant to be.
    (away,) = summary["absences"]
    assert away == {"kind": "pause", "start": "2026-09-05T14:00:00Z", "end": "2026-09-20T12:00:00Z"}


async def test_a_pause_needs_an_end_in_the_future(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    client = patient.client(now="2026-09-05 10:00")
    body = {"reason": "Travelling", "until": local("2026-09-05 10:00").isoformat()}
    answer = await client.post(f"{path_of(patient)}/pause", json=body, headers={"If-Match": '"1"'})
    assert problem(answer) == (422, "enrollment.pause-refused")


async def test_ending_a_paused_enrollment_ends_the_pause(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    await patient.act(f"{path_of(patient)}/pause", {"reason": "Tired of it"}, version=1, now="2026-09-05 10:00")
    body = {"code": "patient-wish", "reason": "Does not want to go on"}
    ended = await patient.act(f"{path_of(patient)}/end", body, version=2, now="2026-09-07 10:00")
    assert (ended["state"], ended["end_reason"]) == ("ended", "patient-wish")
    summary = (await patient.client(now="2026-09-08 10:00").get(f"{path_of(patient)}/summary")).json()
    assert [each["end"] for each in summary["absences"]] == ["2026-09-07T14:00:00Z"]


async def test_pauses_and_stays_together_are_intervals_without_overlap(monitoring: Api) -> None:
    person = identity()
    patient_id = str(uuid4())
    enrolled = (await enrolls(monitoring, "diabetes", "2026-09-01 08:00", patient={"version": 1, **person})).json()
    patient = Patient(monitoring, enrolled["patient_id"], enrolled)
    body = {"kind": "travel", "reason": "Travel", "until": local("2026-09-06 12:00").isoformat()}
    await patient.act(f"{path_of(patient)}/pause", body, version=1, now="2026-09-04 10:00")
    stay = {
        "patient": {"version": 1, "coordination_id": patient_id, **person},
        "started_at": local("2026-09-06 09:00").isoformat(),
        "ended_at": local("2026-09-08 15:00").isoformat(),
        "state": "finished",
    }
    service = as_coordination(monitoring, local("2026-09-08 16:00"))
    assert (await service.put(f"/v1/stays/{uuid4()}", json=stay)).status_code == 200
    cancelled = {**stay, "state": "cancelled", "started_at": local("2026-09-10 09:00").isoformat(), "ended_at": None}
    assert (await service.put(f"/v1/stays/{uuid4()}", json=cancelled)).status_code == 200
    enrollment_id = UUID(patient.enrollment["id"])
    async with transaction(monitoring.sessions, monitoring.organization, read_only=True) as tx:
        found = await absences.intervals(tx, [enrollment_id, uuid4()], since=local("2026-09-01 00:00"))
        later = await absences.intervals(tx, [enrollment_id], since=local("2026-09-08 15:00"))
    assert found == {enrollment_id: (Interval(local("2026-09-04 10:00"), local("2026-09-08 15:00")),)}
    assert later == {}


async def test_followed_again_it_is_a_new_enrollment_that_names_the_one_before(monitoring: Api) -> None:
    person: dict[str, Any] = {"version": 1, **identity()}
    at = "2026-09-01 08:00"
    known = [
        {"metric": "dry_weight", "value": value, "unit": "kg", "set_at": (local(at) - timedelta(days=days)).isoformat()}
        for value, days in ((80.0, 30), (81.5, 2))
    ]
    first = (await enrolls(monitoring, "heart-failure", at, patient=person, baselines=known)).json()
    patient = Patient(monitoring, first["patient_id"], first)
    ended = {"code": "goals-met", "reason": "Stable"}
    await patient.act(f"{path_of(patient)}/end", ended, version=1, now="2026-09-10 08:00")
    october = "2026-10-01 08:00"
    absent = await enrolls(monitoring, "heart-failure", october, patient=person, carry_baselines=["pef_best"])
    assert problem(absent) == (422, "baseline.refused")
    again = await enrolls(monitoring, "heart-failure", october, patient=person, carry_baselines=["dry_weight"])
    second = again.json()
    assert (second["state"], second["previous_id"]) == ("active", first["id"])
    assert [each["value"] for each in second["baselines"]] == ["81.5"]
    assert second["id"] != first["id"]


async def test_who_may_be_enrolled_under_what_changes_nothing(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    client = patient.client(now="2026-09-05 10:00")
    asked = {"patient_id": patient.id, "circumstance": ["dialysis", "frail"]}
    found = (await client.get("/v1/eligibility", params=asked)).json()
    said = {each["protocol"]: each for each in found["protocols"]}
    assert not said["heart-failure"]["eligible"]
    assert [(each["fact"], each["effect"]) for each in said["heart-failure"]["stops"]] == [
        ("dialysis", "needs-prescriber")
    ]
    assert said["diabetes"]["followed_as"] == patient.enrollment["id"]
    assert [each["fact"] for each in said["diabetes"]["adjusts"]] == ["frail"]
    with_one = (await client.get("/v1/eligibility", params={**asked, "prescriber": "true"})).json()
    eligible = {each["protocol"]: each["eligible"] for each in with_one["protocols"]}
    assert (eligible["heart-failure"], eligible["diabetes"]) == (True, False)
    assert len((await client.get("/v1/enrollments", params={"patient_id": patient.id})).json()["items"]) == 1
    unasked = (await client.get("/v1/eligibility", params={"patient_id": patient.id})).json()
    assert {each["protocol"]: each["eligible"] for each in unasked["protocols"]}["heart-failure"]
    assert problem(await client.get("/v1/eligibility", params={"patient_id": str(uuid4())})) == (404, "not-found")


async def in_hospital(api: Api, person: dict[str, Any], stay_id: UUID, now: str, **more: Any) -> None:
    """Coordination tells of a stay that began on the 2nd."""
    stay = {
        "patient": {"version": 1, **person},
        "started_at": local("2026-09-02 09:00").isoformat(),
        "state": "in-progress",
        **more,
    }
    assert (await as_coordination(api, local(now)).put(f"/v1/stays/{stay_id}", json=stay)).status_code == 200


async def test_who_is_followed_from_a_day_in_hospital_on_is_known_to_be_there(monitoring: Api) -> None:
    person = {"coordination_id": str(uuid4()), **identity()}
    await in_hospital(monitoring, person, uuid4(), "2026-09-02 10:00")
    enrolled = (await enrolls(monitoring, "diabetes", "2026-09-03 08:00", patient={"version": 1, **person})).json()
    assert enrolled["inpatient_since"] == "2026-09-02T13:00:00Z"


async def test_a_stay_that_ended_before_the_activation_silences_nothing(monitoring: Api) -> None:
    person, stay_id = {"coordination_id": str(uuid4()), **identity()}, uuid4()
    await in_hospital(monitoring, person, stay_id, "2026-09-02 10:00")
    told: dict[str, Any] = {"patient": {"version": 1, **person}, "start": "referred"}
    referred = (await enrolls(monitoring, "diabetes", "2026-09-03 08:00", **told)).json()
    ended = {"state": "finished", "ended_at": local("2026-09-05 12:00").isoformat()}
    await in_hospital(monitoring, person, stay_id, "2026-09-05 13:00", **ended)
    patient = Patient(monitoring, referred["patient_id"], referred)
    active = await patient.act(f"{path_of(patient)}/activate", {"reason": "Home"}, version=1, now="2026-09-06 09:00")
    assert (active["state"], active["inpatient_since"]) == ("active", None)


async def test_a_stay_told_with_the_request_lasts_until_a_stay_ends(monitoring: Api) -> None:
    person = {"coordination_id": str(uuid4()), **identity()}
    since = local("2026-09-02 09:00").isoformat()
    told: dict[str, Any] = {"patient": {"version": 1, **person}, "start": "referred", "inpatient_since": since}
    referred = (await enrolls(monitoring, "diabetes", "2026-09-03 08:00", **told)).json()
    patient = Patient(monitoring, referred["patient_id"], referred)
    active = await patient.act(f"{path_of(patient)}/activate", {"reason": "Asked"}, version=1, now="2026-09-04 09:00")
    assert active["inpatient_since"] == "2026-09-02T13:00:00Z"
    ended = {"state": "finished", "ended_at": local("2026-09-05 12:00").isoformat()}
    await in_hospital(monitoring, person, uuid4(), "2026-09-05 13:00", **ended)
    found = await patient.client(now="2026-09-05 14:00").get(path_of(patient))
    assert found.json()["inpatient_since"] is None
