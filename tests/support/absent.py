"""What should have come and did not, as the clock finds it."""

from services.monitoring.jobs import silence
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, local


async def sweep(api: Api, now: str) -> int:
    """The clock's job as of a local time."""
    return await silence.run_once(api.sessions, [api.organization], local(now))


async def missing(patient: Patient, now: str) -> dict[str, str]:
    """What stands missing of the streams, by rule, after a sweep as of then."""
    await sweep(patient.api, now)
    return {rule: each for rule, each in (await patient.standing(now)).items() if rule.startswith("SILENCE")}
