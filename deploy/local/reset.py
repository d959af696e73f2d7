"""``make reset``: wipe what `make run` keeps, except while it runs."""

import shutil
import sys

from deploy.local import checks, postgres
from deploy.local.addresses import FOLDER
from deploy.local.trouble import Trouble


def main() -> int:
    """Stop a left-over server and remove its data, the keys and the logs. Returns 1 when it may not."""
    if not FOLDER.exists():
        sys.stdout.write("There is nothing to wipe.\n")
        return 0
    try:
        checks.take_folder(FOLDER)
        checks.end_leftovers(FOLDER)
        server = postgres.running(FOLDER / "pg")
    except Trouble as trouble:
        sys.stderr.write(f"Nothing was wiped. {trouble}\n")
        return 1
    if server is not None:
        server.stop()
    postgres.wipe(FOLDER / "pg")
    shutil.rmtree(FOLDER)
    sys.stdout.write("Wiped. `make run` starts anew, with fresh demo data.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
