"""``make openapi``: write both services' OpenAPI documents, for clients and for the snapshot test."""

import json
import sys
from pathlib import Path

from services.coordination.app import create as coordination
from services.monitoring.app import create as monitoring
from shared.kit.settings import Settings, from_environment

FOLDER = Path("docs/openapi")
APPS = {"coordination": (coordination, "monitoring"), "monitoring": (monitoring, "coordination")}


def document(service: str) -> str:
    """The document as it is written: two spaces, keys in the order the app gives them, a newline at the end."""
    create, peer = APPS[service]
    settings: Settings = from_environment(service, peer, {f"{service.upper()}_DATABASE_URL": "postgresql://none/none"})
    return json.dumps(create(settings).openapi(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write ``docs/openapi/coordination.json`` and ``docs/openapi/monitoring.json``."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for service in APPS:
        file = FOLDER / f"{service}.json"
        file.write_text(document(service))
        sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()
