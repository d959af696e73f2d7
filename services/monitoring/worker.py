"""``python -m services.monitoring.worker``: carries messages and runs the clock's jobs."""

from services.monitoring.jobs.rounds import WORK
from services.monitoring.settings import load
from shared.web.worker import main

if __name__ == "__main__":
    main(load(), WORK)
