"""Settings of a service: environment variables, read once at the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from shared.kit.problems import Problem


class Misconfigured(Problem):
    """The service refuses to start; the sentence says which variable to set."""

    code = "misconfigured"
    title = "The service cannot start with these settings"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a service needs to know about the world around it. Addresses carry no trailing slash."""

    service: str
    production: bool
    database_url: str
    issuer_url: str
    audience: str
    peer_url: str
    client_id: str
    client_secret: str
    pool: int
    pooler: bool
    max_body: int
    metrics_token: str | None
    examples_file: str | None = None
    public_url: str | None = None

    @property
    def simulated_time(self) -> bool:
        """Whether requests may set their own now: in development only."""
        return not self.production


_DEVELOPMENT_SECRET = "development-only"  # noqa: S105 - refused in production


def from_environment(service: str, peer: str, environ: Mapping[str, str] | None = None) -> Settings:
    """Read ``<SERVICE>_DATABASE_URL``, ``<PEER>_URL``, ``ISSUER_URL`` and the rest.

    Raises:
        Misconfigured: a needed variable is missing, or a development default would reach production.
    """
    env = os.environ if environ is None else environ
    name = service.upper()
    production = _is_production(env.get("ENV", "development"))
    settings = Settings(
        service=service,
        production=production,
        database_url=_asyncpg(_needed(env, f"{name}_DATABASE_URL")),
        issuer_url=env.get("ISSUER_URL", "http://127.0.0.1:8003").rstrip("/"),
        audience=env.get("AUDIENCE", "careweave"),
        peer_url=env.get(f"{peer.upper()}_URL", _peer_default(peer)).rstrip("/"),
        client_id=env.get("SERVICE_CLIENT_ID", service),
        client_secret=env.get("SERVICE_CLIENT_SECRET", _DEVELOPMENT_SECRET),
        pool=int(env.get("DATABASE_POOL", "10")),
        pooler=env.get("DATABASE_POOLER", "") == "transaction",
        max_body=int(env.get("MAX_BODY_BYTES", str(16 * 1024 * 1024))),
        metrics_token=env.get("METRICS_TOKEN"),
        examples_file=None if production else env.get("EXAMPLES_FILE"),
        public_url=env.get(f"{name}_PUBLIC_URL", "").rstrip("/") or None,
    )
    _refuse_development_in_production(settings, env)
    return settings


def _is_production(said: str) -> bool:
    # "Production" or "prod" must never start as development, where any request may set the time.
    mode = said.strip().lower()
    if mode not in ("development", "production"):
        raise Misconfigured("Set ENV to production or development.")
    return mode == "production"


def _needed(env: Mapping[str, str], name: str) -> str:
    value = env.get(name)
    if not value:
        raise Misconfigured(f"Set {name} to the address of the service's PostgreSQL database, or use make run.")
    return value


def _asyncpg(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in ("postgresql", "postgres"):
        raise Misconfigured("The database address must start with postgresql://.")
    return f"postgresql+asyncpg://{rest}"


def _peer_default(peer: str) -> str:
    return {"coordination": "http://127.0.0.1:8001", "monitoring": "http://127.0.0.1:8002"}[peer]


def _refuse_development_in_production(settings: Settings, env: Mapping[str, str]) -> None:
    if not settings.production:
        return
    if settings.client_secret == _DEVELOPMENT_SECRET:
        raise Misconfigured("ENV=production needs a SERVICE_CLIENT_SECRET of its own.")
    for name in ("ISSUER_URL", "AUDIENCE"):
        if not env.get(name):
            raise Misconfigured(f"ENV=production needs {name}.")
    if not settings.issuer_url.startswith("https://"):
        raise Misconfigured("ENV=production needs an https ISSUER_URL.")
    if settings.public_url is not None and not settings.public_url.startswith("https://"):
        raise Misconfigured(f"ENV=production needs an https {settings.service.upper()}_PUBLIC_URL.")
