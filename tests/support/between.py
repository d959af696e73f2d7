"""What may happen between two acts on a change of medicines, and how it is put right again."""

from typing import Any
from uuid import uuid4

from shared.vocabulary import Role
from tests.support.makers_monitoring import as_coordination, closed, enrolls, later, local
from tests.support.makers_plans import Practice, signs, signs_for


async def acts(practice: Practice, now: str, path: str, body: dict[str, Any], role: Role = Role.CASE_MANAGER) -> None:
    """An act on a thing of the practice as it is now."""
    client = practice.as_(role, now)
    thing = path.rsplit("/", 1)[0].removesuffix("/consents")
    version = (await client.get(thing)).json()["version"]
    answer = await client.post(path, json=body, headers={"If-Match": f'"{version}"'})
    assert answer.status_code == 200, answer.text


async def a_low(practice: Practice, now: str) -> None:
    """A low value."""
    await practice.patient.measures(66, now)


async def a_low_that_comes_late(practice: Practice, now: str) -> None:
    """A low of the day before that arrives now."""
    await practice.patient.sends("glucose_smbg", 66, "mg/dL", later(now, -33 * 60), received=now)


async def a_critical_alert(practice: Practice, now: str) -> None:
    """A very low value that nobody rechecked within half an hour."""
    await practice.patient.measures(52, later(now, -30))
    await practice.time_passes(now)


async def a_revocation(practice: Practice, now: str) -> None:
    """The standing order is revoked."""
    path = f"/v1/standing-orders/{practice.order['id']}/revoke"
    await acts(practice, now, path, {"reason": "Review"}, Role.PRESCRIBER)


async def a_newer_version(practice: Practice, now: str) -> None:
    """A newer version of the order is signed, which supersedes it."""
    await signs(practice.api, title="Second version")


async def the_patients_order_ends(practice: Practice, now: str) -> None:
    """The order no longer holds for the patient."""
    path = f"/v1/standing-orders/{practice.order['id']}/patients"
    client = practice.as_(Role.PRESCRIBER, now)
    (order,) = (await client.get(path)).json()["items"]
    answer = await client.post(f"{path}/{order['id']}/end", headers={"If-Match": f'"{order["version"]}"'})
    assert answer.status_code == 200, answer.text


async def consent_is_withdrawn(practice: Practice, now: str) -> None:
    """The patient withdraws consent."""
    body = {"purpose": "monitoring", "revoked_by": "patient", "mode": "verbal", "reason": "Wants no monitoring"}
    await acts(practice, now, f"/v1/enrollments/{practice.patient.enrollment['id']}/consents/revoke", body)


async def a_pause(practice: Practice, now: str) -> None:
    """The enrollment is paused."""
    await acts(practice, now, f"/v1/enrollments/{practice.patient.enrollment['id']}/pause", {"reason": "Travelling"})


async def an_end(practice: Practice, now: str) -> None:
    """The enrollment ends."""
    body = {"code": "goals-met", "reason": "Goals met"}
    await acts(practice, now, f"/v1/enrollments/{practice.patient.enrollment['id']}/end", body)


async def the_switch_is_turned_off(practice: Practice, now: str) -> None:
    """Adjustments under standing orders are turned off."""
    client = practice.as_(Role.CLINIC_ADMIN, now)
    assert (await client.post("/v1/protocol-path/disable", json={"reason": "Policy"})).status_code == 200


async def death(practice: Practice, now: str) -> None:
    """The record learns that the patient has died."""
    client = practice.as_(Role.CASE_MANAGER, now)
    known = (await client.get(f"/v1/patients/{practice.patient.id}")).json()
    said = {name: known[name] for name in ("identifiers", "family", "given", "birth_date", "sex", "time_zone")}
    body = {"version": 9, **said, "deceased_at": local(now).isoformat()}
    answer = await as_coordination(practice.api, local(now)).put(f"/v1/patients/{uuid4()}", json=body)
    assert (answer.status_code, answer.json()["id"]) == (200, practice.patient.id), answer.text


async def put_right(practice: Practice, now: str) -> None:
    """Followed, agreed, switched on, under a signed order, and no alert waits."""
    nurse, path = practice.as_(Role.CASE_MANAGER, now), f"/v1/enrollments/{practice.patient.enrollment['id']}"
    state = (await nurse.get(path)).json()["state"]
    if state == "paused":
        await acts(practice, now, f"{path}/resume", {"reason": "Home again"})
    if state == "ended":
        again = await enrolls(practice.api, "diabetes", now, patient_id=practice.patient.id)
        assert again.status_code == 201, again.text
        practice.patient.enrollment = again.json()
    switch = (await nurse.get("/v1/protocol-path")).json()
    for role, act in () if switch["on"] else ((Role.CLINIC_ADMIN, "enable"), (Role.PRESCRIBER, "sign")):
        answer = await practice.as_(role, now).post(f"/v1/protocol-path/{act}", json={"reason": "Policy"})
        assert answer.status_code == 200, answer.text
    if (await nurse.get(f"/v1/standing-orders/{practice.order['id']}")).json()["state"] != "signed":
        practice.order = await signs(practice.api)
    signed = await signs_for(practice.api, practice.order, practice.patient.id)
    assert signed.status_code in (201, 409), signed.text
    for alert in await practice.patient.alerts(now):
        if alert["state"] in ("open", "acknowledged", "snoozed"):
            closing = closed(now, informed="Dr. Example")
            await acts(practice, now, f"/v1/alerts/{alert['id']}/resolve", closing)
