"""Every role at every route gets exactly what the written table says (S1, S8)."""

from uuid import uuid4

import pytest

from shared.kit.actor import Actor
from shared.kit.policy import decide, may, scope_covers
from shared.vocabulary import Role
from tests.support.apps import Api, Pair
from tests.support.routes import Found, routes_of

SERVICES = ("coordination", "monitoring")


def behind_the_door(api: Api, service: str) -> list[Found]:
    return [route for route in routes_of(service, api.app) if route.behind_the_door and route.method != "HEAD"]


def concrete(path: str) -> str:
    parts = [str(uuid4()) if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("service", SERVICES)
async def test_each_cell_of_route_and_role_equals_the_table(service: str, role: Role, pair: Pair) -> None:
    api: Api = getattr(pair, service)
    table = api.app.state.door.policy
    headers = {"Careweave-Organization": str(api.organization)}
    client = api.as_(role)
    wrong = []
    for route in behind_the_door(api, service):
        answer = await client.request(route.method, concrete(route.path), headers=headers)
        denied = (answer.status_code == 403 and "not-allowed" in answer.text) or "forbidden" in answer.text.lower()
        if denied == (role in table[route.action].roles):
            wrong.append((route.action, answer.status_code, answer.text[:200]))
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
async def test_no_route_answers_the_anonymous(service: str, pair: Pair) -> None:
    api: Api = getattr(pair, service)
    client = api.anonymous()
    for route in behind_the_door(api, service):
        answer = await client.request(route.method, concrete(route.path))
        assert answer.status_code == 401, route


@pytest.mark.parametrize("service", SERVICES)
async def test_a_role_without_the_scope_is_refused_everywhere(service: str, pair: Pair) -> None:
    api: Api = getattr(pair, service)
    client = api.as_(Role.SUPERVISOR, scope="user/Medication.r launch openid")
    for route in behind_the_door(api, service):
        answer = await client.request(route.method, concrete(route.path))
        assert answer.status_code == 403, route


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        ("user/*.cruds", True),
        ("system/Observation.cruds", True),
        ("user/Observation.r", True),
        ("user/Observation.c", False),
        ("user/Patient.cruds", False),
        ("user/Observation.rs?category=vital-signs", False),
        ("patient/Observation.rs", False),
        ("user/Observation.sr", False),
        ("user/*.", False),
        ("Observation.r", False),
    ],
)
def test_a_scope_grants_what_its_grammar_says(scope: str, covered: bool) -> None:
    assert scope_covers(scope, "Observation", "r") is covered


def test_narrowing_a_token_never_grants_more() -> None:
    table = {"readings.read": may("Observation", "r", Role.CASE_MANAGER, Role.SUPERVISOR)}
    wide = Actor("s", uuid4(), frozenset({Role.CASE_MANAGER}), frozenset({"user/*.rs", "user/Patient.r"}), "c")
    for kept in (frozenset[str](), frozenset({"user/Patient.r"}), frozenset({"user/*.rs"})):
        narrow = Actor(wide.subject, wide.organization_id, wide.roles, kept, "c")
        assert decide(table, narrow, "readings.read").allowed <= decide(table, wide, "readings.read").allowed


@pytest.mark.parametrize(
    ("service", "through_fhir", "natively"),
    [
        ("coordination", "fhir.patient.create", ("patients.register",)),
        ("coordination", "fhir.encounter.create", ("stays.admit", "stays.discharge", "stays.cancel")),
        ("monitoring", "fhir.patient.create", ("patients.register",)),
        ("monitoring", "fhir.observation.create", ("readings.record", "readings.record-batch")),
    ],
)
def test_fhir_lets_nobody_do_what_the_native_door_refuses(
    service: str, through_fhir: str, natively: tuple[str, ...], whole_pair: Pair
) -> None:
    table = getattr(whole_pair, service).app.state.door.policy
    for action in natively:
        assert table[through_fhir].roles <= table[action].roles
