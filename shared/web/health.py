"""Whether the process lives, whether it can serve, and what it measured."""

from hmac import compare_digest

from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.db.session import sees_over_walls
from shared.kit.problems import NotFound, Unavailable
from shared.web.door import Door
from shared.web.middleware import Meters


class NotReady(Unavailable):
    code = "not-ready"
    title = "The service cannot serve yet"


class AboveTheWalls(Unavailable):
    """The database role would see through row-level security (S32)."""

    code = "database.role"
    title = "The database role is too powerful"


public = APIRouter(tags=["health"])


@public.get("/livez", operation_id="health.live")
async def live() -> dict[str, str]:
    """The process runs."""
    return {"status": "live"}


@public.get("/readyz", operation_id="health.ready")
async def ready(request: Request) -> dict[str, str]:
    """The database answers, is migrated, and walls organizations off for this service's role."""
    await check_ready(request.app)
    return {"status": "ready"}


async def check_ready(app: FastAPI) -> None:
    """Raise what is in the way.

    Raises:
        NotReady: stopping, database away or not migrated.
        AboveTheWalls: the role is a superuser or bypasses row-level security.
    """
    if app.state.stopping:
        raise NotReady("The service is stopping.")
    door: Door = app.state.door
    try:
        above = await sees_over_walls(door.sessions)
    except Unavailable as error:
        raise NotReady("The database does not answer or is not migrated. Run make migrate.") from error
    if above:
        raise AboveTheWalls("Connect as a role that is no superuser and has no BYPASSRLS, such as make run creates.")


@public.get("/metrics", operation_id="health.metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Prometheus text; in production only with METRICS_TOKEN."""
    token: str | None = request.app.state.metrics_token
    if token is None and request.app.state.production:
        raise NotFound("page")
    if token is not None and not compare_digest(
        request.headers.get("authorization", "").encode(), f"Bearer {token}".encode()
    ):
        raise NotFound("page")
    meters: Meters = request.app.state.meters
    return Response(generate_latest(meters.registry), media_type=CONTENT_TYPE_LATEST)
