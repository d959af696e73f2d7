"""``uvicorn services.coordination.app:create --factory``: the coordination service."""

from fastapi import APIRouter, FastAPI

from services.coordination.domain.policy import POLICY
from services.coordination.jobs.rounds import WORK
from services.coordination.settings import load
from shared.kit.log import set_up
from shared.kit.settings import Settings
from shared.web.app import Parts, Service, create_app

ROUTERS: tuple[APIRouter, ...] = ()

SERVICE = Service(
    title="Careweave coordination",
    summary="What must happen for this person, who does it, by when, did it happen, what did it cost?",
    policy=POLICY,
    routers=ROUTERS,
    work=WORK,
)


def create(settings: Settings | None = None, parts: Parts | None = None) -> FastAPI:
    """The application; without arguments as the environment says."""
    if settings is None:
        settings = load()
        set_up("coordination")
    return create_app(SERVICE, settings, parts)
