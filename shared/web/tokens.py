"""Access tokens: keys found by OIDC discovery, cached, rotated; every classic attack refused (S6)."""

import asyncio
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard
from uuid import UUID

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.kit.actor import Actor
from shared.kit.log import log
from shared.kit.problems import TokenExpired, Unauthenticated, Unavailable
from shared.vocabulary import Role

ALGORITHMS = ("RS256", "RS384", "ES256", "PS256")
_TYPES = ("at+jwt", "application/at+jwt")
_KEY_HEADERS = frozenset({"jwk", "jku", "x5u", "x5c", "crit"})
# F29: an unknown key id asks the issuer at most once in this time.
_REFETCH_SECONDS = 30
_LEEWAY_SECONDS = 30
_REMEMBERED = 10_000
# S12: nothing about a token is remembered longer than this.
_REMEMBER_SECONDS = 60
_SERVICE = frozenset({Role.SERVICE})
_SUBJECT = re.compile(r"^[\x21-\x7e]{1,200}$")


class Keys:
    """The issuer's public keys. Cached keys go on serving while the issuer is away."""

    def __init__(self, issuer: str, client: httpx.AsyncClient) -> None:
        self.issuer = issuer
        self._client = client
        self._keys: KeySet | None = None
        self._asked_at = -float("inf")
        self._lock = asyncio.Lock()

    async def key_set(self, kid: str) -> KeySet:
        """Keys that hold ``kid``, asking the issuer where they do not yet.

        Raises:
            Unauthenticated: the issuer does not know this key.
            Unavailable: no keys are known and the issuer does not answer.
        """
        if (known := self._having(kid)) is not None:
            return known
        async with self._lock:
            if self._having(kid) is None and time.monotonic() - self._asked_at >= _REFETCH_SECONDS:
                await self._fetch()
        if (known := self._having(kid)) is not None:
            return known
        if self._keys is None:
            raise Unavailable("The token issuer cannot be reached, so no token can be checked. Try again shortly.")
        raise Unauthenticated("The token is signed with a key its issuer does not publish. Get a new token.")

    def _having(self, kid: str) -> KeySet | None:
        if self._keys is not None and any(key.kid == kid for key in self._keys.keys):
            return self._keys
        return None

    async def _fetch(self) -> None:
        self._asked_at = time.monotonic()
        try:
            found = await self._client.get(f"{self.issuer}/.well-known/openid-configuration")
            found.raise_for_status()
            described = found.json()
            if described["issuer"] != self.issuer:
                log().error("issuer.mismatch")
                return
            keys = await self._client.get(described["jwks_uri"])
            keys.raise_for_status()
            self._keys = KeySet.import_key_set(keys.json())
        except (httpx.HTTPError, ValueError, KeyError, TypeError, JoseError) as error:
            log().warning("issuer.unreachable", error=type(error).__name__)


@dataclass(slots=True)
class _Checked:
    """A token that held when it was checked, and is not checked again until then."""

    until: float
    claims: Mapping[str, Any]
    actor: Actor | None = None


class Tokens:
    """Turns a bearer token into an actor, or refuses it with the reason."""

    def __init__(self, keys: Keys, audience: str) -> None:
        self._keys = keys
        self._audience = audience
        self._checked: OrderedDict[bytes, _Checked] = OrderedDict()

    async def actor(self, headers: Mapping[str, str]) -> Actor:
        """The actor of a request.

        Raises:
            Unauthenticated: no token, or one that does not hold; :class:`TokenExpired` when only its time is over.
        """
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("Send an access token: Authorization: Bearer <token>.")
        checked = await self._known(token)
        if checked.actor is not None:
            return checked.actor
        actor = to_actor(checked.claims, headers)
        if actor.roles != _SERVICE:
            # A service speaks for whom its headers name, request by request; everybody else is who the token says.
            checked.actor = actor
        return actor

    async def _known(self, token: str) -> _Checked:
        digest = hashlib.sha256(token.encode()).digest()
        now = time.time()
        if (kept := self._checked.get(digest)) is not None and kept.until > now:
            return kept
        claims = await self._verify(token, now)
        checked = _Checked(min(now + _REMEMBER_SECONDS, float(claims["exp"])), claims)
        self._checked[digest] = checked
        if len(self._checked) > _REMEMBERED:
            self._checked.popitem(last=False)
        return checked

    async def _verify(self, token: str, now: float) -> Mapping[str, Any]:
        try:
            header = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError, UnicodeError) as error:
            raise Unauthenticated("The token is not a signed JWT.") from error
        kid = _checked_header(header)
        keys = await self._keys.key_set(kid)
        try:
            claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError) as error:
            raise Unauthenticated("The token's signature does not hold. Get a new token.") from error
        self._check_claims(claims, now)
        return claims

    def _check_claims(self, claims: Mapping[str, Any], now: float) -> None:
        if claims.get("iss") != self._keys.issuer or not isinstance(claims.get("iss"), str):
            raise Unauthenticated("The token comes from another issuer.")
        audiences = claims.get("aud")
        if self._audience not in (audiences if isinstance(audiences, list) else [audiences]):
            raise Unauthenticated("The token is for another audience.")
        expires, not_before = claims.get("exp"), claims.get("nbf", 0)
        if not (_is_time(expires) and _is_time(not_before) and _is_time(claims.get("iat", 0))):
            raise Unauthenticated("The token does not say until when it holds (exp).")
        if expires <= now - _LEEWAY_SECONDS:
            raise TokenExpired("The token's time is over. Get a new one.")
        if not_before > now + _LEEWAY_SECONDS:
            raise Unauthenticated("The token does not hold yet (nbf). Check the clocks.")


def _is_time(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _checked_header(header: Mapping[str, Any]) -> str:
    if str(header.get("typ", "")).lower() not in _TYPES:
        raise Unauthenticated("This is not an access token (typ must be at+jwt).")
    if header.get("alg") not in ALGORITHMS:
        raise Unauthenticated(f"The token must be signed with one of {', '.join(ALGORITHMS)}.")
    if _KEY_HEADERS & header.keys():
        raise Unauthenticated("A token may not bring its own key.")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise Unauthenticated("The token does not name its key (kid).")
    return kid


def to_actor(claims: Mapping[str, Any], headers: Mapping[str, str]) -> Actor:
    """What the claims say; the other service names organization and originating person in headers."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not _SUBJECT.match(subject):
        raise Unauthenticated("The token does not say who it is for (sub).")
    roles = _roles(claims.get("roles"))
    service = roles == _SERVICE
    named = headers.get("careweave-organization") if service else claims.get("organization")
    person = headers.get("careweave-on-behalf-of") if service else None
    if person is not None and not _SUBJECT.match(person):
        raise Unauthenticated("Careweave-On-Behalf-Of does not hold a subject.")
    return Actor(
        subject=subject,
        organization_id=_organization(named),
        roles=roles,
        scopes=frozenset(str(claims.get("scope", "")).split()),
        client_id=str(claims.get("client_id", subject))[:200],
        on_behalf_of=person,
    )


def _roles(claimed: object) -> frozenset[Role]:
    if not isinstance(claimed, list) or not claimed:
        raise Unauthenticated("The token carries no role.")
    try:
        roles = frozenset(Role(role) for role in claimed)
    except ValueError as error:
        raise Unauthenticated("The token carries a role that is not known here.") from error
    if Role.SERVICE in roles and len(roles) > 1:
        raise Unauthenticated("The role service stands alone.")
    return roles


def _organization(named: object) -> UUID:
    try:
        return UUID(str(named))
    except ValueError as error:
        raise Unauthenticated("The token does not name an organization.") from error
