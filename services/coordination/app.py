"""``uvicorn services.coordination.app:create --factory``: the coordination service."""

from fastapi import APIRouter, FastAPI

from services.coordination.api import (
    absences,
    assignments,
    calendars,
    care_teams,
    contacts,
    directory_imports,
    documents,
    duplicates,
    enrollments,
    hand_overs,
    letters,
    matching,
    measures,
    need_evidence,
    need_sources,
    needs,
    overviews,
    pathways,
    patients,
    practices,
    preferences,
    referrals,
    replies,
    risk_scores,
    sharing,
    slots,
    specialists,
    stays,
    tcm,
    teams,
    timelines,
    waitlists,
    work_stream,
    work_views,
    worklist,
)
from services.coordination.api.fhir import endpoint
from services.coordination.domain.policy import POLICY
from services.coordination.jobs.rounds import WORK
from services.coordination.settings import load
from services.coordination.usecases import sharing as sharing_gate
from services.coordination.usecases import work_changes
from shared.kit.log import set_up
from shared.kit.settings import Settings
from shared.web import job_failures
from shared.web.app import Parts, Service, create_app

ROUTERS: tuple[APIRouter, ...] = (
    duplicates.router,
    patients.router,
    overviews.router,
    timelines.router,
    sharing.router,
    stays.router,
    tcm.router,
    risk_scores.router,
    pathways.router,
    needs.router,
    need_evidence.router,
    need_sources.router,
    contacts.router,
    calendars.router,
    practices.router,
    specialists.router,
    directory_imports.router,
    slots.router,
    matching.router,
    preferences.router,
    waitlists.router,
    assignments.router,
    referrals.router,
    documents.router,
    letters.router,
    replies.router,
    care_teams.router,
    enrollments.router,
    work_stream.router,
    worklist.router,
    work_views.router,
    teams.router,
    absences.router,
    hand_overs.router,
    measures.router,
    job_failures.router,
    endpoint.public,
    endpoint.router,
)

SERVICE = Service(
    title="Careweave coordination",
    summary="What must happen for this person, who does it, by when, did it happen, what did it cost?",
    policy=POLICY,
    routers=ROUTERS,
    work=WORK,
    changes=work_changes.since,
    guard=sharing_gate.guard,
)


def create(settings: Settings | None = None, parts: Parts | None = None) -> FastAPI:
    """The application; without arguments as the environment says."""
    if settings is None:
        settings = load()
        set_up("coordination")
    return create_app(SERVICE, settings, parts)
