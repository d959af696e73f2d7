"""Discharges that did not stand: one cancelled, one a transfer."""

from datetime import datetime

from deploy.local.stories.aftermath import Aftermath
from deploy.local.stories.discharge import home, icd
from deploy.local.stories.engine import Came, Row
from deploy.local.stories.words import at
from shared.vocabulary import NeedKind as N
from shared.vocabulary import Role


def cancelled(way: Aftermath) -> tuple[Row, ...]:
    """Cancelled on the same day, discharged again two days later."""

    async def undone(now: datetime) -> str:
        return await way.undone(now, "The fever is back")

    return (
        home(way, "home, I50.23", "heart-failure, transition", "I50.23", lvef_percent="30", nyha="II"),
        Row(
            at("09-04 16:00"),
            "the visit is booked",
            "arranged for Fri 2026-09-11 10:00",
            way.arranged(N.VISIT, "09-11 10:00"),
        ),
        Row(
            at("09-04 17:00"),
            "the discharge is cancelled",
            "in-progress; 20 withdrawn; kept: visit-face-to-face",
            undone,
        ),
        Row(at("09-04 17:05"), "nobody is called at home", "withdrawn, discharge-cancelled", way.ended(N.CONTACT)),
        Row(
            at("09-06 10:00"),
            "discharged two days later",
            "finished; pathways heart-failure, transition",
            way.discharged(diagnoses=icd("I50.23"), facts={"lvef_percent": "30", "nyha": "II"}),
        ),
        Row(
            at("09-06 10:05"),
            "the booked visit is joined, with the clock of the new discharge",
            "visit by Sun 2026-09-13 end of day",
            way.due(N.VISIT, "visit"),
        ),
    )


def transfer(way: Aftermath) -> tuple[Row, ...]:
    """Corrected to a transfer the next morning, seen first."""
    body = {"disposition": "short-term-hospital", "reason": "Taken to the heart centre"}
    return (
        home(way, "home, I50.23", "heart-failure, transition", "I50.23", lvef_percent="30", nyha="II"),
        Row(at("09-05 09:00"), "rehabilitation is on somebody's desk", "jo", _taken(way)),
        Row(at("09-05 10:00"), "what the correction would do", "1 kept, 20 withdraws", way.would(body)),
        Row(at("09-05 10:05"), "it is applied", "1 kept, 20 withdraws", way.corrected(body)),
        Row(at("09-05 10:06"), "the call is withdrawn", "withdrawn, transferred", way.ended(N.CONTACT)),
        Row(
            at("09-05 10:06"),
            "what somebody has begun is kept",
            "identified: clinical open",
            way.standing(N.CARDIAC_REHAB),
        ),
    )


def _taken(way: Aftermath) -> Came:
    async def came(now: datetime) -> str:
        need = await way.patient.need(N.CARDIAC_REHAB, now)
        path = f"/v1/needs/{need['id']}/assign"
        read = await way.ask("POST", path, now, by=Role.COORDINATOR, body={"owner": "jo"}, version=need["version"])
        return str(read["owner"])

    return came
