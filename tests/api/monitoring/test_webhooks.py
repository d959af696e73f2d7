"""Webhooks: an administrator registers them, and what happens is told in the transaction in which it happens."""

import zlib
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.monitoring.jobs import escalation
from shared.db import kernel
from shared.db import webhooks as store
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import local, with_diabetes
from tests.support.registering import BODY, NOW, registered


async def outgoing(api: Api) -> list[dict[str, Any]]:
    """The events on their way, in order."""
    async with transaction(api.sessions, api.organization) as tx:
        table = kernel.outbox
        rows = await tx.execute(select(table.c.body).where(table.c.kind == kernel.WEBHOOK).order_by(table.c.seq))
        return [row.body for row in rows]


async def test_an_administrator_registers_one_and_sees_its_secret_once(monitoring: Api) -> None:
    made = await registered(monitoring)
    assert made["secret"].startswith("whsec_")
    boss = monitoring.as_(Role.CLINIC_ADMIN, now=local(NOW))
    seen = (await boss.get(f"/v1/webhooks/{made['id']}")).json()
    assert "secret" not in seen
    assert (seen["url"], seen["events"], seen["pending"], seen["parked"]) == (BODY["url"], BODY["events"], 0, 0)
    path, tag = f"/v1/webhooks/{made['id']}", {"If-Match": '"1"'}
    fresh = (await boss.post(f"{path}/rotate-secret", headers=tag)).json()
    assert (fresh["version"], fresh["secret"] != made["secret"]) == (2, True)
    assert problem(await boss.post(f"{path}/end", headers=tag)) == (412, "version.stale")
    ended = (await boss.post(f"{path}/end", headers={"If-Match": '"2"'})).json()
    assert ended["ended_at"] is not None
    assert problem(await boss.post(f"{path}/rotate-secret", headers={"If-Match": '"3"'})) == (409, "webhook.ended")
    for role in (Role.CASE_MANAGER, Role.SUPERVISOR, Role.INTEGRATION):
        refusal = await monitoring.as_(role, now=local(NOW)).post("/v1/webhooks", json=BODY)
        assert refusal.status_code == 403, role


async def test_the_secret_is_kept_for_no_repeat_and_forgotten_at_the_end(monitoring: Api) -> None:
    boss = monitoring.as_(Role.CLINIC_ADMIN, now=local(NOW))
    key = {"Idempotency-Key": "a-webhook"}
    made, again = [await boss.post("/v1/webhooks", json=BODY, headers=key) for _ in range(2)]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == {name: value for name, value in made.json().items() if name != "secret"}
    path, tag = f"/v1/webhooks/{made.json()['id']}", {"If-Match": '"1"', "Idempotency-Key": "rotated"}
    fresh, repeated = [await boss.post(f"{path}/rotate-secret", headers=tag) for _ in range(2)]
    assert fresh.json()["secret"].startswith("whsec_")
    assert "secret" not in repeated.json()
    (await boss.post(f"{path}/end", headers={"If-Match": '"2"'})).raise_for_status()
    async with transaction(monitoring.sessions, monitoring.organization) as tx:
        answers = (await tx.scalars(select(kernel.inbox.c.answer))).all()
        assert len(answers) == 2
        assert all(b"whsec_" not in zlib.decompress(each) for each in answers)
        assert (await tx.scalars(select(store.webhooks.c.secret))).all() == [""]


async def test_what_it_may_not_be(monitoring: Api) -> None:
    boss = monitoring.as_(Role.CLINIC_ADMIN, now=local(NOW))
    for url in (
        "https://10.0.0.1/",
        "https://169.254.169.254/x",
        "http://hooks.example.org/",
        "https://a:b@example.org/",
    ):
        refusal = await boss.post("/v1/webhooks", json={**BODY, "url": url})
        assert problem(refusal) == (422, "webhook.destination"), url
    for events in ([], ["alert.everything"]):
        assert (await boss.post("/v1/webhooks", json={**BODY, "events": events})).status_code == 422
    assert (await boss.get("/v1/webhooks")).json()["items"] == []


async def test_a_critical_alert_is_told_once_with_ids_only(monitoring: Api) -> None:
    made = await registered(monitoring)
    patient = await with_diabetes(monitoring)
    await patient.measures(66, "2026-09-10 11:00")
    assert await outgoing(monitoring) == [], "moderate pages nobody"
    raised = (await patient.sends("glucose_smbg", 600, "mg/dL", NOW, comparator=">"))["alerts"]
    (alert,) = [each for each in raised if each["severity"] == "critical"]
    event, *rest = [each for each in await outgoing(monitoring) if each["type"] == "alert.critical"]
    assert rest == []
    assert event["data"] == {
        "alert_id": alert["id"],
        "patient_id": patient.id,
        "enrollment_id": patient.enrollment["id"],
        "organization_id": str(monitoring.organization),
        "severity": "critical",
    }
    await patient.sends("glucose_smbg", 600, "mg/dL", "2026-09-10 12:05", comparator=">")
    told = [each for each in await outgoing(monitoring) if each["type"] == "alert.critical"]
    assert told == [event], "more evidence of what was told is not told again"
    boss = monitoring.as_(Role.CLINIC_ADMIN, now=local("2026-09-10 12:10"))
    seen = (await boss.get(f"/v1/webhooks/{made['id']}")).json()
    listed = (await boss.get(f"/v1/webhooks/{made['id']}/deliveries")).json()["items"]
    assert seen["pending"] == len(listed) == len(await outgoing(monitoring))
    assert [each["event_id"] for each in listed if each["type"] == "alert.critical"] == [event["id"]]


async def test_an_event_older_than_a_day_pages_nobody(monitoring: Api) -> None:
    await registered(monitoring)
    patient = await with_diabetes(monitoring)
    late = await patient.sends(
        "glucose_smbg", 600, "mg/dL", "2026-09-08 12:00", comparator=">", received="2026-09-10 12:00"
    )
    assert late["alerts"][0]["retrospective"]
    assert await outgoing(monitoring) == []
    await patient.sends("glucose_smbg", 600, "mg/dL", "2026-09-10 12:30", comparator=">", received="2026-09-10 12:30")
    assert [event["type"] for event in await outgoing(monitoring)] == ["alert.critical"]


async def test_each_tier_is_told_once_however_often_the_clock_looks(monitoring: Api) -> None:
    await registered(monitoring, events=["escalation.tier-reached"])
    patient = await with_diabetes(monitoring)
    alert = (await patient.measures(50, "2026-09-10 12:00"))["alerts"][0]
    for at in ("2026-09-10 12:59", "2026-09-10 13:01", "2026-09-10 13:02", "2026-09-10 16:01", "2026-09-10 16:02"):
        await escalation.run_once(monitoring.sessions, [monitoring.organization], local(at))
    told = [each["data"] for each in await outgoing(monitoring)]
    mine = [each["tier"] for each in told if each["alert_id"] == alert["id"]]
    client = monitoring.as_(Role.SUPERVISOR, now=local("2026-09-10 16:03"))
    rows = (await client.get("/v1/escalations")).json()["items"]
    assert mine == [row["tier"] for row in rows[::-1] if row["alert_id"] == alert["id"]]
    assert len(mine) == 2
    ids = {"alert_id", "patient_id", "enrollment_id", "organization_id", "escalation_id"}
    for each in told:
        assert each.keys() == ids | {"severity", "tier"}
        assert {name for name in ids if str(UUID(each[name])) == each[name]} == ids, "ids, and nothing about a person"


async def test_they_are_no_drift_between_the_services(monitoring: Api) -> None:
    await registered(monitoring)
    patient = await with_diabetes(monitoring)
    await patient.sends("glucose_smbg", 600, "mg/dL", NOW, comparator=">")
    kept = await outgoing(monitoring)
    drift = (await monitoring.as_(Role.SUPERVISOR, now=local(NOW)).get("/v1/ops/drift")).json()
    assert (len(kept), drift["undelivered"]) == (1, 1), "only the need is for the other service"
