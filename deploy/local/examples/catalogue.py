"""The list of what makes examples, and the file that both services' documents are filled from."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.local.demo_http import Desk
from deploy.local.examples import (
    absences,
    alerts,
    check_ins,
    consents,
    directory,
    enrollments,
    escalations,
    followed,
    hand_overs,
    measures,
    needs,
    operations,
    outlines,
    panels,
    patients,
    plans,
    protocol_versions,
    readings,
    referrals,
    resources,
    stays,
    time_entries,
    webhooks,
    worklist,
)
from deploy.local.examples.complete import Usual, complete
from deploy.local.examples.example import KEYS, Example, Maker, Room, enter
from deploy.local.files import write_whole
from deploy.local.trouble import Trouble
from shared.vocabulary import Role

FILE = "examples.json"
PART = f"-{KEYS}-"
"""Part of the key of each request that is made for an example: what the clinics did is complete before the first."""
MAKERS: Mapping[str, tuple[Maker, ...]] = {
    "coordination": (
        patients.make,
        stays.make,
        needs.make,
        referrals.make,
        directory.make,
        panels.make,
        followed.make,
        worklist.make,
        absences.make,
        hand_overs.make,
        consents.make,
        measures.outcomes,
        resources.coordination,
        operations.coordination,
    ),
    "monitoring": (
        enrollments.make,
        time_entries.make,
        measures.make,
        outlines.make,
        readings.make,
        check_ins.make,
        alerts.make,
        escalations.make,
        plans.make,
        protocol_versions.make,
        webhooks.make,
        resources.monitoring,
        operations.monitoring,
    ),
}
# Parameter name: the list whose first row an operation without an example of its own is about.
_USUAL: Mapping[str, Mapping[str, str]] = {
    "coordination": {
        "patient_id": "/v1/patients?identifier=https://example.org/mrn|EX-10482",
        "stay_id": "/v1/stays",
        "contact_id": "/v1/contacts",
        "score_id": "/v1/risk-scores",
        "specialist_id": "/v1/specialists?specialty=cardiology",
    },
    "monitoring": {
        "patient_id": "/v1/patients?system=https://example.org/mrn&value=EX-10482",
        "enrollment_id": "/v1/enrollments?state=active",
    },
}


_WORKED_WITH = (
    "The records that the examples in /docs are about are not as the demo data left them: somebody has worked with them"
    " before the load had ended. All else is there and the examples stay without their ids; `make reset` begins anew."
)


async def keep(desk: Desk, folder: Path) -> None:
    """Make the records, and write what names them where the services find it; once, for examples are used up.

    Raises:
        Trouble: a service refuses a record; what examples are to be about is not as it was left.
    """
    if (folder / FILE).exists():
        return
    try:
        room = await enter(desk)
        await escalations.take(room)
        found = await asyncio.gather(*(_of_service(room, service) for service in MAKERS))
    except LookupError as error:
        raise Trouble(_WORKED_WITH) from error
    write_whole(folder / FILE, json.dumps(dict(zip(MAKERS, found, strict=True)), indent=2))


async def _of_service(room: Room, service: str) -> dict[str, Any]:
    own: dict[str, Example] = {}
    for examples in await asyncio.gather(*(maker(room) for maker in MAKERS[service])):
        own |= examples
    usual = Usual(room, service, await _firsts(room, service))
    document = await room.get(service, "/openapi.json")
    operations_ = [operation for path in document["paths"].values() for operation in path.values()]
    schemas = document["components"]["schemas"]
    return {each["operationId"]: complete(each, own.get(each["operationId"]), usual, schemas) for each in operations_}


async def _firsts(room: Room, service: str) -> dict[str, str]:
    found = {}
    for name, path in _USUAL[service].items():
        page = await room.desk.get(service, path, role=Role.SUPERVISOR)
        found[name] = str(page["items"][0]["id"])
    if service == "monitoring":
        (protocol, *_) = await room.get(service, "/v1/protocols")
        found |= {"key": protocol["key"], "version": protocol["version"]}
    return found
