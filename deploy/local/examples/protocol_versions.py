"""A version of one's own for every act, and two enrollments that may be moved to one."""

from typing import Any

from deploy.local.examples import standing_orders
from deploy.local.examples.enrollments import agreed, only_here
from deploy.local.examples.example import Example, Room
from shared.vocabulary import Role

_PATH = "/v1/protocols/hypertension/versions"


async def make(room: Room) -> dict[str, Example]:
    """Drafts, one that was tried out, published ones."""
    # Before a version is published, so that they are pinned to the catalogue's.
    looked, moved = await _followed(room, 1), await _followed(room, 2)
    found = {"protocol-versions.get": _of(await _draft(room, "get"))}
    revised = await _draft(room, "revise")
    found["protocol-versions.revise"] = _of(revised, body={"content": revised["content"]})
    named = {"prescriber": (await standing_orders.prescriber(room))["person"]}
    # By its author; the prescriber named is somebody else.
    drafted = await _draft(room, "validate")
    found["protocol-versions.validate"] = _of(drafted, body=named, role=Role.SUPERVISOR)
    found["protocol-versions.dry-run"] = _of(await _valid(room, "dry-run"))
    tried = await _valid(room, "tried")
    report = await _dry_run(room, tried, "tried")
    for what in ("dry-runs", "dry-run-report", "dry-run-alerts"):
        found[f"protocol-versions.{what}"] = _of(tried, dry_run_id=report["id"])
    ready = await _valid(room, "publish")
    await _dry_run(room, ready, "publish")
    # Somebody else than its author, who is the supervisor.
    found["protocol-versions.publish"] = _of(ready, role=Role.PRESCRIBER)
    found["protocol-versions.retire"] = _of(await _published(room, "retire"))
    return found | await _moves(room, looked, moved)


async def _moves(room: Room, looked: Any, moved: Any) -> dict[str, Example]:
    own = (await _published(room, "target"))["name"]
    body = {"to_version": own, "reason": "Our clinic's own bounds"}
    # Nobody is followed under this one: the examples above are moved one by one.
    many = (await _published(room, "many", "/v1/protocols/ckd/versions"))["name"]
    of_many = {"key": "ckd", "version": many, "from_version": "1.0.0"}
    return {
        "enrollments.migration": Example({"enrollment_id": looked["id"], "to_version": own}),
        "enrollments.migrate": Example({"enrollment_id": moved["id"]}, moved["version"], body),
        "protocol-versions.migration": Example(of_many),
        "protocol-versions.migrate": Example(of_many, body={"from_version": "1.0.0", "reason": "Agreed for all"}),
    }


async def _followed(room: Room, number: int) -> Any:
    body = {
        "patient": only_here(room.hosts[-number], f"DEMO-07{number}"),
        "protocol": "hypertension",
        "tier": "stable",
        "consents": [agreed(room)],
        "reason": "High at home (demo)",
    }
    return await room.post("monitoring", "/v1/enrollments", body, key=f"version-{number}", days_ago=2)


def _of(version: dict[str, Any], *, body: Any = None, role: Role | None = None, **more: str) -> Example:
    values = {"key": version["key"], "version": version["name"], **more}
    return Example(values, version["version"], body, role)


async def _draft(room: Room, key: str, path: str = _PATH) -> Any:
    body = {"based_on": "1.0.0", "reason": "Our clinic calls earlier (demo)"}
    return await room.post("monitoring", path, body, key=f"version-{key}")


async def _act(room: Room, version: Any, act: str, key: str, body: Any, role: Role = Role.SUPERVISOR) -> Any:
    path = f"/v1/protocols/{version['key']}/versions/{version['name']}/{act}"
    key = f"version-{key}-{act}"
    return await room.post("monitoring", path, body, key=key, version=version["version"], role=role)


async def _valid(room: Room, key: str, path: str = _PATH) -> Any:
    return await _act(room, await _draft(room, key, path), "validate", key, {})


async def _dry_run(room: Room, version: Any, key: str) -> Any:
    return await _act(room, version, "dry-run", key, {"starts_at": room.at(-30), "ends_at": room.at(-2)})


async def _published(room: Room, key: str, path: str = _PATH) -> Any:
    version = await _valid(room, key, path)
    await _dry_run(room, version, key)
    return await _act(room, version, "publish", key, {"reason": "Agreed (demo)"}, Role.PRESCRIBER)
