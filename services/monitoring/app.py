"""``uvicorn services.monitoring.app:create --factory``: the monitoring service."""

from fastapi import APIRouter, FastAPI

from services.monitoring.api import (
    alerts,
    blackouts,
    bp_averages,
    care_teams,
    cgm_reports,
    check_ins,
    consents,
    covers,
    devices,
    eligibility,
    enrollments,
    escalations,
    evidence,
    expectations,
    forms,
    measures,
    migrations,
    notices,
    outlines,
    panel,
    patients,
    plan_change_acts,
    plan_changes,
    plans,
    practices,
    prescribers,
    protocol_path,
    protocol_versions,
    protocols,
    reading_issues,
    readings,
    standing_orders,
    stays,
    targets,
    time_entries,
    webhooks,
)
from services.monitoring.api.fhir import endpoint
from services.monitoring.domain.policy import POLICY
from services.monitoring.jobs.rounds import WORK
from services.monitoring.settings import load
from shared.kit.log import set_up
from shared.kit.settings import Settings
from shared.web import job_failures
from shared.web.app import Parts, Service, create_app

ROUTERS: tuple[APIRouter, ...] = (
    patients.router,
    outlines.router,
    stays.router,
    care_teams.router,
    covers.router,
    protocols.router,
    protocol_versions.router,
    eligibility.router,
    enrollments.router,
    targets.router,
    migrations.router,
    consents.router,
    forms.router,
    check_ins.router,
    devices.router,
    expectations.router,
    readings.router,
    bp_averages.router,
    cgm_reports.router,
    reading_issues.router,
    alerts.router,
    plans.router,
    prescribers.router,
    protocol_path.router,
    standing_orders.router,
    plan_changes.router,
    plan_change_acts.router,
    notices.router,
    panel.router,
    measures.router,
    practices.router,
    time_entries.router,
    evidence.router,
    blackouts.router,
    escalations.router,
    webhooks.router,
    blackouts.public,
    job_failures.router,
    endpoint.public,
    endpoint.router,
)

SERVICE = Service(
    title="Careweave monitoring",
    summary="How is this person doing against the protocol of each condition, and who must be told?",
    policy=POLICY,
    routers=ROUTERS,
    work=WORK,
)


def create(settings: Settings | None = None, parts: Parts | None = None) -> FastAPI:
    """The application; without arguments as the environment says."""
    if settings is None:
        settings = load()
        set_up("monitoring")
    return create_app(SERVICE, settings, parts)
