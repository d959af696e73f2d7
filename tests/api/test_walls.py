"""Another organization's id answers exactly as one that never was, at every address that takes an id (S2, L12)."""

from typing import Any
from uuid import uuid4

import pytest

from shared.vocabulary import Role
from tests.support import makers_coordination, makers_directory, makers_monitoring
from tests.support.apps import Api, Pair
from tests.support.routes import Found, routes_of

Ids = dict[str, str]
# Ids for which nothing is made here: that theirs is hidden is shown where these things are tested.
_ASKED_BY_ROUTES = (
    "device_id",
    "dry_run_id",
    "member_id",
    "notice_id",
    "patient_order_id",
    "plan_change_id",
    "plan_id",
    "prescriber_id",
    "standing_order_id",
    "webhook_id",
)


async def coordinations(api: Api) -> Ids:
    """One of each thing that coordination keeps, by the name its id has in addresses."""
    discharged = await makers_coordination.a_discharge(api)
    specialist = await makers_directory.a_specialist(api)
    referral = await makers_directory.a_referral(api, specialist)
    nurse = makers_coordination.at(api)
    patient = discharged["patient_id"]
    called = {
        "patient_id": patient,
        "channel": "phone",
        "outcome": "voicemail",
        "started_at": makers_coordination.DISCHARGED.isoformat(),
    }
    written = {"type": "other", "title": "Note", "content_type": "text/plain", "content": "SGVsbG8="}
    document = await nurse.post(f"/v1/referrals/{referral['id']}/documents", json=written)
    boss = api.as_(Role.SUPERVISOR, now=makers_coordination.DISCHARGED)
    team = {"key": "east", "name": "East", "members": ["supervisor-1"]}
    work = (await nurse.get("/v1/worklist")).json()["items"][0]
    leaver = {"owner": "leaver"}
    await boss.post(f"/v1/worklist/{work['id']}/assign", json=leaver, headers=makers_coordination.tag(work))
    handed = {"from_owner": "leaver", "to_owner": "supervisor-1", "note": "Left"}
    away = {"covered_by": "ben", "starts_at": "2026-09-07T00:00:00Z", "ends_at": "2026-09-08T00:00:00Z"}
    view = {"name": "Ours", "team": "east", "filters": {}}
    member = {"patient_id": patient, "role": "primary-care", "practitioner": "Dr. A", "starts_on": "2026-09-04"}
    return {
        "patient_id": patient,
        "stay_id": discharged["id"],
        "need_id": discharged["plan"]["needs"][0]["id"],
        "contact_id": (await nurse.post("/v1/contacts", json=called)).raise_for_status().json()["id"],
        "member_id": (await nurse.post("/v1/care-teams", json=member)).raise_for_status().json()["id"],
        "specialist_id": specialist["id"],
        "site_id": specialist["sites"][0]["id"],
        "referral_id": referral["id"],
        "entry_id": await _waiting(api, specialist),
        "assignment_id": (await nurse.post("/v1/assignments", json={})).raise_for_status().json()["id"],
        "link_id": (await nurse.post(f"/v1/referrals/{referral['id']}/letters", json={"sender": "Nora"})).json()[
            "reply_link"
        ]["id"],
        "document_id": document.raise_for_status().json()["id"],
        "score_id": discharged["risk"]["scores"][0]["id"],
        "enrollment_id": str(uuid4()),
        "work_id": work["id"],
        "absence_id": (await boss.post("/v1/absences", json=away)).raise_for_status().json()["id"],
        "hand_over_id": (await boss.post("/v1/hand-overs", json=handed)).raise_for_status().json()["id"],
        "team_id": (await boss.post("/v1/teams", json=team)).raise_for_status().json()["id"],
        "view_id": (await boss.post("/v1/worklist-views", json=view)).raise_for_status().json()["id"],
        "resource_id": patient,
        "message_id": str(uuid4()),
    }


async def _waiting(api: Api, specialist: dict[str, Any]) -> str:
    need = await makers_directory.a_need(api)
    nurse = makers_directory.a_coordinator(api)
    answer = await nurse.post(f"/v1/needs/{need}/waitlist", json={"specialist_id": specialist["id"]})
    return str(answer.raise_for_status().json()["id"])


async def monitorings(api: Api) -> Ids:
    """One of each thing that monitoring keeps."""
    patient = await makers_monitoring.with_diabetes(api)
    low = patient.item("glucose_smbg", 52, "mg/dL", "2026-09-13 02:40")
    wrong = patient.item("glucose_smbg", 5.6, "mg/dL", "2026-09-22 07:00")
    device = api.as_(Role.INTEGRATION, now=makers_monitoring.local("2026-09-22 08:00"))
    taken = (await device.post("/v1/readings/batch", json=[low, wrong])).raise_for_status().json()
    nurse = patient.client(now="2026-09-22 08:00")
    spent = {
        "patient_id": patient.id,
        "programme": "rpm",
        "credential": "rn",
        "started_at": makers_monitoring.local("2026-09-13 09:00").isoformat(),
        "minutes": 6,
        "activity": "call",
    }
    conversation = {"enrollment_ids": [patient.enrollment["id"]], "reason": "Called"}
    return {
        "patient_id": patient.id,
        "check_in_id": (await nurse.post("/v1/check-ins", json=conversation)).raise_for_status().json()["id"],
        "form": "common",
        "form_version": "1.0.0",
        "coordination_id": str(uuid4()),
        "stay_id": str(uuid4()),
        "enrollment_id": patient.enrollment["id"],
        "target_id": str(uuid4()),
        "entry_id": (await nurse.post("/v1/time-entries", json=spent)).raise_for_status().json()["id"],
        "reading_id": taken["items"][0]["reading_id"],
        "issue_id": (await nurse.get("/v1/reading-issues")).json()["items"][0]["id"],
        "alert_id": (await nurse.get("/v1/alerts")).json()["items"][0]["id"],
        "resource_id": patient.id,
        "message_id": str(uuid4()),
        "key": "diabetes",
        "version": "1.0.0",
        **{name: str(uuid4()) for name in _ASKED_BY_ROUTES},
    }


MAKE = {"coordination": coordinations, "monitoring": monitorings}
# Keys of catalogues, the same for everybody; that a measure's list is walled in is shown where measures are tested.
SHARED_WITH_ALL = {"protocols.get", "forms.get", "protocol-versions.list", "protocol-versions.get", "measures.get"}


def with_ids(path: str, ids: Ids) -> str:
    return "/".join(ids[part[1:-1]] if part.startswith("{") else part for part in path.split("/"))


def said(answer: Any) -> tuple[int, Any]:
    body = answer.json() if answer.content else None
    if isinstance(body, dict):
        body.pop("request_id", None)
    return answer.status_code, body


def with_an_id(api: Api, service: str) -> list[Found]:
    return [
        route
        for route in routes_of(service, api.app)
        if route.behind_the_door and "{" in route.path and route.action not in SHARED_WITH_ALL
    ]


@pytest.mark.parametrize("service", MAKE)
async def test_a_strangers_id_reads_as_one_that_never_was(service: str, pair: Pair) -> None:
    api: Api = getattr(pair, service)
    ids = await MAKE[service](api)
    nobody = {name: str(uuid4()) for name in ids} | {"reading_id": "0" * len(ids.get("reading_id", ""))}
    table = api.app.state.door.policy
    elsewhere = uuid4()
    for route in with_an_id(api, service):
        for role in sorted(table[route.action].roles - {Role.SERVICE}):
            client = api.as_(role, organization=elsewhere)
            headers = {"If-Match": '"1"'}
            theirs = await client.request(route.method, with_ids(route.path, ids), json={}, headers=headers)
            none = await client.request(route.method, with_ids(route.path, nobody), json={}, headers=headers)
            assert said(theirs) == said(none), (route, role)
            assert theirs.status_code >= 400, (route, role)
            if route.method == "GET" and theirs.status_code != 422:
                assert theirs.status_code == 404, (route, role, theirs.text)


@pytest.mark.parametrize("service", MAKE)
async def test_lists_show_nothing_of_another_organization(service: str, pair: Pair) -> None:
    api: Api = getattr(pair, service)
    await MAKE[service](api)
    client = api.as_(Role.SUPERVISOR, organization=uuid4())
    lists = [
        route.path
        for route in routes_of(service, api.app)
        if route.method == "GET" and route.path.startswith("/v1/") and "{" not in route.path
    ]
    seen = {}
    for path in lists:
        answer = await client.get(path)
        if answer.status_code == 200 and isinstance(answer.json(), dict) and "items" in answer.json():
            seen[path] = answer.json()["items"]
    assert len(seen) >= 3
    assert {
        path: items for path, items in seen.items() if items and "pathways" not in path and "protocols" not in path
    } == {}
