"""``python -m services.coordination.worker``: carries messages and runs the clock's jobs."""

from services.coordination.jobs.rounds import WORK
from services.coordination.settings import load
from shared.web.worker import main

if __name__ == "__main__":
    main(load(), WORK)
