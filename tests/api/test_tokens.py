"""The classic attacks on bearer tokens, each refused (S6); rotation and an issuer that is away (F29)."""

import base64
import json
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from deploy.local import issuer, keys
from deploy.local.signing import claims_for, sign
from shared.kit.problems import Problem, TokenExpired, Unauthenticated, Unavailable
from shared.vocabulary import Role
from shared.web.tokens import Keys, Tokens
from tests.support.apps import ISSUER_URL, epoch

ORGANIZATION = "00000000-0000-4000-8000-000000000001"
OTHER = "00000000-0000-4000-8000-000000000002"


class Network(httpx.AsyncBaseTransport):
    """Carries to the issuer, counts, and can be cut."""

    def __init__(self) -> None:
        self.inner = httpx.ASGITransport(issuer.create_app())
        self.asked: list[str] = []
        self.cut = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.cut:
            raise httpx.ConnectError("cut")
        return await self.inner.handle_async_request(request)


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    monkeypatch.setattr(keys, "FOLDER", tmp_path)
    return Network()


@pytest.fixture
def tokens(network: Network) -> Tokens:
    return Tokens(Keys(ISSUER_URL, httpx.AsyncClient(transport=network)), "careweave")


def claims(**changes: object) -> dict[str, object]:
    found = claims_for([Role.COORDINATOR], None, "nurse-1", seconds=600) | {"organization": ORGANIZATION} | changes
    return {name: value for name, value in found.items() if value is not None}


def forged(header: dict[str, object], **changes: object) -> str:
    """A token our own key signed, under another header."""
    keyring = keys.load()
    base = {"alg": "ES256", "typ": "at+jwt", "kid": keyring.current}
    return jwt.encode(base | header, claims(**changes), keyring.signing_key())


async def refused(tokens: Tokens, token: str) -> Problem:
    with pytest.raises(Problem) as refusal:
        await tokens.actor({"authorization": f"Bearer {token}"})
    return refusal.value


async def test_a_good_token_says_who_asks(tokens: Tokens) -> None:
    actor = await tokens.actor({"authorization": f"Bearer {sign(claims(), keys.load())}"})
    assert (actor.subject, str(actor.organization_id)) == ("nurse-1", ORGANIZATION)
    assert actor.roles == {Role.COORDINATOR}


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-service"},
        {"aud": ["x", "y"]},
        {"aud": None},
        {"iss": "http://elsewhere"},
        {"iss": [ISSUER_URL]},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"nbf": 9_999_999_999},
        {"roles": None},
        {"roles": ["owner"]},
        {"roles": ["service", "supervisor"]},
        {"roles": "supervisor"},
        {"organization": None},
        {"organization": "*"},
        {"sub": None},
        {"sub": "two words\nand a line"},
    ],
    ids=str,
)
async def test_claims_that_do_not_hold_are_refused(tokens: Tokens, changes: dict[str, object]) -> None:
    assert isinstance(await refused(tokens, sign(claims(**changes), keys.load())), Unauthenticated)


async def test_expired_is_said_apart(tokens: Tokens) -> None:
    assert isinstance(await refused(tokens, sign(claims(exp=epoch(-120)), keys.load())), TokenExpired)


@pytest.mark.parametrize("typ", ["JWT", "id_token", None, "secevent+jwt"])
async def test_only_access_tokens_are_taken(tokens: Tokens, typ: str | None) -> None:
    assert "access token" in (await refused(tokens, forged({"typ": typ} if typ else {"typ": ""}))).detail


@pytest.mark.parametrize("header", [{"jku": "http://evil/keys"}, {"jwk": {"kty": "EC"}}, {"x5u": "http://evil"}])
async def test_a_token_may_not_bring_its_own_key(tokens: Tokens, header: dict[str, object]) -> None:
    own = ECKey.generate_key("P-256")
    part = {"alg": "ES256", "typ": "at+jwt", "kid": keys.load().current} | header
    signed = jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": "x"}, claims(), own).split(".")
    signed[0] = base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
    assert "own key" in (await refused(tokens, ".".join(signed))).detail


async def test_alg_none_and_the_public_key_as_secret_are_refused(tokens: Tokens) -> None:
    keyring = keys.load()
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "at+jwt", "kid": keyring.current}).encode())
    body = base64.urlsafe_b64encode(json.dumps(claims()).encode())
    assert isinstance(
        await refused(tokens, f"{none.decode().rstrip('=')}.{body.decode().rstrip('=')}."), Unauthenticated
    )
    secret = OctKey.import_key(json.dumps(keyring.public()["keys"][0]))
    hs = jwt.encode({"alg": "HS256", "typ": "at+jwt", "kid": keyring.current}, claims(), secret)
    assert isinstance(await refused(tokens, hs), Unauthenticated)


async def test_another_familys_key_under_our_kid_is_refused(tokens: Tokens) -> None:
    stranger = RSAKey.generate_key(2048)
    token = jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": keys.load().current}, claims(), stranger)
    assert isinstance(await refused(tokens, token), Unauthenticated)


async def test_a_changed_body_is_refused(tokens: Tokens) -> None:
    head, _, signature = sign(claims(), keys.load()).split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims(roles=["supervisor"])).encode()).decode().rstrip("=")
    assert isinstance(await refused(tokens, f"{head}.{body}.{signature}"), Unauthenticated)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "a.b", "é.é.é", "." * 50])
async def test_what_is_no_token_is_refused(tokens: Tokens, token: str) -> None:
    assert isinstance(await refused(tokens, token), Unauthenticated)


async def test_an_unknown_kid_asks_the_issuer_once(tokens: Tokens, network: Network) -> None:
    await tokens.actor({"authorization": f"Bearer {sign(claims(), keys.load())}"})
    asked = len(network.asked)
    for number in range(5):
        assert isinstance(await refused(tokens, forged({"kid": f"unknown-{number}"})), Unauthenticated)
    assert len(network.asked) == asked


async def test_a_rotated_key_is_taken_and_a_strangers_is_not(
    tokens: Tokens, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The issuer signs with a new key: one question finds it, tokens in use hold on, a key of nobody opens nothing."""
    before = keys.load()
    in_use = sign(claims(sub="nurse-1"), before)
    await tokens.actor({"authorization": f"Bearer {in_use}"})
    asked = len(network.asked)
    keys.save(before.rotated(), keys.FOLDER)  # type: ignore[attr-defined]
    fresh = sign(claims(sub="nurse-2"), keys.load())
    assert keys.load().current != before.current
    assert "does not publish" in (await refused(tokens, fresh)).detail
    assert len(network.asked) == asked

    monkeypatch.setattr("shared.web.tokens._REFETCH_SECONDS", 0)
    actor = await tokens.actor({"authorization": f"Bearer {fresh}"})
    assert (actor.subject, str(actor.organization_id)) == ("nurse-2", ORGANIZATION)
    assert len(network.asked) == asked + 2
    assert "does not publish" in (await refused(tokens, forged({"kid": "nobodys"}))).detail
    assert len(network.asked) == asked + 4
    # Not the token that was remembered: one that is looked at for the first time, under the key of before.
    held = await tokens.actor({"authorization": f"Bearer {sign(claims(sub='nurse-3'), before)}"})
    assert held.subject == "nurse-3"
    twice = keys.load().rotated()
    keys.save(twice, keys.FOLDER)  # type: ignore[attr-defined]
    await tokens.actor({"authorization": f"Bearer {sign(claims(sub='nurse-4'), twice)}"})
    gone = await refused(tokens, sign(claims(sub="nurse-5"), before))
    assert isinstance(gone, Unauthenticated)


async def test_known_keys_serve_while_the_issuer_is_away(tokens: Tokens, network: Network) -> None:
    await tokens.actor({"authorization": f"Bearer {sign(claims(), keys.load())}"})
    network.cut = True
    actor = await tokens.actor({"authorization": f"Bearer {sign(claims(sub='nurse-2'), keys.load())}"})
    assert actor.subject == "nurse-2"


async def test_without_any_key_the_answer_is_later_not_no(tokens: Tokens, network: Network) -> None:
    network.cut = True
    assert isinstance(await refused(tokens, sign(claims(), keys.load())), Unavailable)


async def test_the_other_service_names_organization_and_person(tokens: Tokens) -> None:
    token = sign(claims(roles=["service"], organization=None), keys.load())
    headers = {"authorization": f"Bearer {token}", "careweave-organization": ORGANIZATION}
    actor = await tokens.actor(headers | {"careweave-on-behalf-of": "nurse-7"})
    assert (actor.person, str(actor.organization_id)) == ("nurse-7", ORGANIZATION)


async def test_a_person_cannot_name_another_organization_or_person(tokens: Tokens) -> None:
    other = "00000000-0000-4000-8000-000000000002"
    headers = {"careweave-organization": other, "careweave-on-behalf-of": "nurse-7"}
    actor = await tokens.actor({"authorization": f"Bearer {sign(claims(), keys.load())}"} | headers)
    assert (actor.person, str(actor.organization_id)) == ("nurse-1", ORGANIZATION)


async def test_a_remembered_service_token_speaks_for_whom_each_request_names(tokens: Tokens) -> None:
    """S11: what is remembered of a token is never the person or the organization of another request."""
    token = sign(claims_for([Role.SERVICE], None, "coordination", seconds=600), keys.load())
    seen = set()
    for organization, person in ((ORGANIZATION, "nurse-1"), (ORGANIZATION, "nurse-2"), (OTHER, "nurse-1")):
        headers = {"authorization": f"Bearer {token}", "careweave-organization": organization}
        actor = await tokens.actor(headers | {"careweave-on-behalf-of": person})
        seen.add((str(actor.organization_id), actor.on_behalf_of))
    assert seen == {(ORGANIZATION, "nurse-1"), (ORGANIZATION, "nurse-2"), (OTHER, "nurse-1")}


async def test_a_remembered_person_is_who_the_token_says_whatever_the_headers(tokens: Tokens) -> None:
    headers = {"authorization": f"Bearer {sign(claims(), keys.load())}"}
    first = await tokens.actor(headers)
    again = await tokens.actor(headers | {"careweave-organization": OTHER, "careweave-on-behalf-of": "nurse-7"})
    assert again == first
    assert (str(again.organization_id), again.on_behalf_of) == (ORGANIZATION, None)
