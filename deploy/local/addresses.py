"""Where the running pair is: the environment says it, or else the file that `make run` leaves for other commands."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.trouble import Trouble

FOLDER = Path(os.environ.get("CAREWEAVE_FOLDER", ".careweave"))
FILE = "addresses.json"
PORTS: Mapping[str, int] = {"coordination": 8001, "monitoring": 8002, "issuer": 8003}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Base addresses without a trailing slash."""

    coordination: str
    monitoring: str
    issuer: str

    def save(self, folder: Path = FOLDER) -> None:
        """Leave them for `make token`, `make import`, `make story` and `make seed`."""
        (folder / FILE).write_text(json.dumps(asdict(self)) + "\n")


def port(name: str) -> int:
    """The port a local process listens on: ``COORDINATION_PORT``, ``MONITORING_PORT``, ``ISSUER_PORT``.

    Raises:
        Trouble: what is set is not a port.
    """
    said = os.environ.get(f"{name.upper()}_PORT", str(PORTS[name]))
    if not (said.isascii() and said.isdigit() and 0 < int(said) < 65_536):
        raise Trouble(f"{name.upper()}_PORT={said} is not a port. Give a number from 1 to 65535.")
    return int(said)


def wanted() -> Addresses:
    """What `make run` is asked for: variables such as ``COORDINATION_URL`` first, then the ports."""
    found = {name: os.environ.get(f"{name.upper()}_URL", f"http://127.0.0.1:{port(name)}") for name in PORTS}
    return Addresses(**{name: url.rstrip("/") for name, url in found.items()})


def running(folder: Path = FOLDER) -> Addresses:
    """Where the last `make run` put the pair, unless the environment says otherwise."""
    asked = wanted()
    if not (folder / FILE).exists():
        return asked
    kept = json.loads((folder / FILE).read_text())
    said = {name for name in PORTS if f"{name.upper()}_URL" in os.environ or f"{name.upper()}_PORT" in os.environ}
    return Addresses(**{name: getattr(asked, name) if name in said else kept[name] for name in PORTS})
