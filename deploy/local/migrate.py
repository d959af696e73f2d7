"""``make migrate``: bring both databases to the newest version, the embedded ones or those the environment names."""

import sys

from deploy.local import pair, postgres
from deploy.local.addresses import FOLDER
from deploy.local.trouble import Trouble


def main() -> int:
    """Start the embedded server for it where it is needed and does not run. Returns 1 after trouble."""
    folder = FOLDER / "pg"
    was_up = folder.exists() and postgres.is_up(folder)
    server = None
    try:
        server = postgres.start(folder) if pair.needs_embedded() else None
        found = pair.find_databases(server)
        pair.migrate(found)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    finally:
        if server is not None and not was_up:
            server.stop()
    sys.stdout.write(f"At the newest version: {', '.join(database.service for database in found)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
