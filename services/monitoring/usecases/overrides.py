"""Who takes responsibility for following a patient whom a protocol's defaults do not fit."""

from datetime import datetime

from services.monitoring.store.patients import PatientRow
from services.monitoring.usecases import prescribers
from shared.contracts.monitoring.enrollments import Override
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.zones import local_day


async def check(tx: Session, override: Override | None, patient: PatientRow, *, actor: Actor, now: datetime) -> None:
    """Whether the prescriber may be named on the patient's day; None names nobody.

    Raises:
        NamedThemselves, NotAPrescriber.
    """
    if override is not None:
        on = local_day(now, patient.time_zone)
        await prescribers.stand_behind(tx, override.prescriber, authors=[actor.person], on=on)
