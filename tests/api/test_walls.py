"""Another organization's id answers exactly as one that never was, at every address that takes an id (S2, L12)."""

import json
import re
from collections.abc import Awaitable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.local.examples.complete import of_schema
from shared.vocabulary import Role
from tests.support import makers_coordination, makers_directory, makers_monitoring, makers_plans
from tests.support.apps import Api, Pair
from tests.support.escalated import tick
from tests.support.published import document
from tests.support.registering import registered
from tests.support.revising import PERIOD, Desk
from tests.support.routes import Found, routes_of

Ids = dict[str, str]


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
    away = {
        "person": "nurse-1",
        "covered_by": "supervisor-1",
        "starts_at": "2026-09-07T00:00:00Z",
        "ends_at": "2026-09-08T00:00:00Z",
    }
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
    await patient.sends("ketone_blood", 3.4, "mmol/L", "2026-09-12 03:00")
    await tick(api, "2026-09-12 03:15")
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
        "escalation_id": (await nurse.get("/v1/escalations")).json()["items"][0]["id"],
        "resource_id": patient.id,
        "message_id": str(uuid4()),
        "member_id": str(uuid4()),
        "device_id": (await patient.has_device("2026-09-02 08:00", "bluetooth"))["id"],
        "webhook_id": (await registered(api))["id"],
        **await _treated(api),
        **await _versions(api),
    }


async def _treated(api: Api) -> Ids:
    practice = await makers_plans.on_glargine(api, signed=False)
    doctor = await makers_plans.entitles(api, "prescriber-3")
    signed = await makers_plans.signs_for(api, practice.order, practice.patient.id)
    proposed = (await practice.proposes("2026-09-04 10:00")).raise_for_status().json()
    return {
        "plan_id": practice.plan["id"],
        "prescriber_id": doctor["id"],
        "standing_order_id": practice.order["id"],
        "patient_order_id": signed.raise_for_status().json()["id"],
        "plan_change_id": proposed["id"],
        "notice_id": str(uuid4()),
    }


async def _versions(api: Api) -> Ids:
    desk = Desk(api)
    ready = await desk.revised()
    await desk.does(ready, "dry-run", **PERIOD)
    runs = (await desk.client.get(f"{desk.path}/{ready['name']}/dry-runs")).raise_for_status().json()["items"]
    return {"key": "diabetes", "version": ready["name"], "dry_run_id": runs[0]["id"]}


async def of_fhir(api: Api, service: str, ids: Ids) -> Ids:
    """One resource of each type that is offered by id, by its type; of their patient where a search needs one."""
    found = {}
    client = api.as_(Role.SUPERVISOR, now=NOW)
    for kind in {route.path.split("/")[3] for route in with_an_id(api, service) if route.path.startswith("/fhir")}:
        answer = await client.get(f"/fhir/R4/{kind}")
        if answer.status_code != 200:
            answer = await client.get(f"/fhir/R4/{kind}", params={"patient": ids["patient_id"]})
        held = [each["resource"]["id"] for each in answer.json().get("entry", []) if "resource" in each]
        if held:
            found[kind] = held[0]
    return found


NOW = makers_monitoring.local("2026-09-22 08:00")
UUID_IN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What contracts show no whole example of.
WRITTEN: dict[str, Any] = {
    "duplicates.tell-apart": {"other": str(uuid4()), "reason": "Twins"},
    "patients.change-practice": {"site_id": None},
    "protocol-versions.revise": {"content": {}},
    "enrollments.migrate": {"to_version": "1.0.0", "reason": "Agreed"},
    "protocol-versions.migrate": {"from_version": "1.0.0", "reason": "Agreed"},
}
ASKED = {
    "patients.merge-preview": {"into": str(uuid4())},
    "enrollments.migration": {"to_version": "1.0.0"},
    "protocol-versions.migration": {"from_version": "1.0.0"},
    "plans.difference": {"earlier": "1", "later": "1"},
    "evidence.get": {"month": "2026-09"},
}
# Their examples refer to another resource, which is looked for before the one in the address.
NOT_LOOKED_UP: dict[str, set[str]] = {
    "coordination": {"fhir.schedule.update", "fhir.slot.update", "fhir.servicerequest.update"},
    "monitoring": set(),
}
# What is not made here: that theirs is hidden is shown where these are tested.
NOT_MADE: dict[str, set[str]] = {
    "coordination": {
        "patients.merge-preview",
        "fhir.organization.read",
        "fhir.practitioner.read",
        "fhir.practitionerrole.read",
        "fhir.schedule.read",
        "fhir.slot.read",
        "fhir.condition.read",
        "fhir.appointment.read",
    },
    "monitoring": {"notices.get", "fhir.questionnaireresponse.read"},
}
MAKE = {"coordination": coordinations, "monitoring": monitorings}
# Keys of catalogues, the same for everybody; that a measure's list is walled in is shown where measures are tested.
SHARED_WITH_ALL = {
    "protocols.get",
    "forms.get",
    "protocol-versions.list",
    "protocol-versions.get",
    "protocol-versions.draft",
    "measures.get",
    "fhir.questionnaire.read",
}


def with_ids(path: str, ids: Ids) -> str:
    parts = path.split("/")
    if path.startswith("/fhir"):
        return "/".join([*parts[:4], ids.get(parts[3], ids["resource_id"])])
    return "/".join(ids[part[1:-1]] if part.startswith("{") else part for part in parts)


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


def bodies(service: str) -> dict[str, Any]:
    """By operation, a body that holds: a refusal is then about the id and not about the shape."""
    published = document(service)
    found: dict[str, Any] = {}
    for operations in published["paths"].values():
        for operation in operations.values():
            for body in operation.get("requestBody", {}).get("content", {}).values():
                example = (
                    body["example"]
                    if "example" in body
                    else of_schema(body["schema"], published["components"]["schemas"])
                )
                found.setdefault(operation["operationId"], example)
    return found | WRITTEN


def sent(client: httpx.AsyncClient, route: Found, body: Any, ids: Ids) -> Awaitable[httpx.Response]:
    if route.path.startswith("/fhir") and isinstance(body, dict):
        body = {**body, "id": with_ids(route.path, ids).split("/")[-1]}
    medium = "application/fhir+json" if route.path.startswith("/fhir") else "application/json"
    headers = {"If-Match": '"1"'} | ({} if body is None else {"Content-Type": medium})
    content = None if body is None else json.dumps(body)
    return client.request(
        route.method, with_ids(route.path, ids), headers=headers, params=ASKED.get(route.action), content=content
    )


@pytest.mark.parametrize("service", MAKE)
async def test_a_strangers_id_reads_as_one_that_never_was(service: str, pair: Pair) -> None:
    api: Api = getattr(pair, service)
    ids = await MAKE[service](api)
    ids |= await of_fhir(api, service, ids)
    nobody = {name: UUID_IN.sub(lambda _: str(uuid4()), each) for name, each in ids.items()}
    nobody |= {"reading_id": "0" * len(ids.get("reading_id", "")), "version": f"own-9-{uuid4().hex[:8]}"}
    table, examples = api.app.state.door.policy, bodies(service)
    elsewhere = uuid4()
    other, unreal = {}, {}
    for route in with_an_id(api, service):
        body = examples.get(route.action)
        roles = sorted(table[route.action].roles - {Role.SERVICE})
        # The wall is the organization's, whoever asks; what roles read differs, so each of them is shown nothing.
        for role in roles if route.method == "GET" else roles[-1:]:
            client = api.as_(role, organization=elsewhere, now=NOW)
            theirs, none = [await sent(client, route, body, each) for each in (ids, nobody)]
            assert said(theirs) == said(none), (route, role)
            if theirs.status_code != 404:
                other[route.action] = (theirs.status_code, theirs.json().get("code"), theirs.text[:300])
        if route.method == "GET" and roles:
            own = await sent(api.as_(roles[-1], now=NOW), route, None, ids)
            if own.status_code == 404:
                unreal[route.action] = (roles[-1], own.status_code, own.text[:300])
    assert set(other) == NOT_LOOKED_UP[service], other
    assert set(unreal) == NOT_MADE[service], unreal


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
