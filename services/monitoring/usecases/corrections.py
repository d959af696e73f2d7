"""The value that is to stand in place of a wrong one, judged like any that comes in."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.metrics import Refused
from services.monitoring.store.readings import Stored
from services.monitoring.usecases import judging, pressures, reading_words, soft_flags
from services.monitoring.usecases.judging import Sent, SetAside
from services.monitoring.usecases.rosters import Person
from shared.contracts.monitoring.readings import CorrectReading, RecordReading
from shared.db.base import Session
from shared.vocabulary import Metric


async def judged(
    tx: Session, before: Stored, body: CorrectReading, people: Mapping[UUID, Person], *, now: datetime
) -> Sent | SetAside:
    """The right value, or why it may not stand; of a blood pressure also by its other half. The patient is locked."""
    item = _item(before, body)
    verdict = judging.judged(item, now)
    if isinstance(verdict, Refused):
        return judging.refused(0, item, before.patient_id, verdict)
    sent = judging.accepted(0, item, before.patient_id, judging.reading(item, verdict, now), verdict)
    fits, aside = await pressures.sort_out(tx, [sent])
    if not fits:
        return aside[0]
    return (await soft_flags.flag(tx, fits, people))[0]


def _item(before: Stored, body: CorrectReading) -> RecordReading:
    context = reading_words.not_verified(before) if body.context is None else body.context
    return RecordReading.model_construct(
        patient_id=before.patient_id,
        patient_identifier=None,
        metric=Metric(before.metric),
        value=body.value,
        unit=body.unit,
        comparator=body.comparator,
        observed_at=before.observed_at,
        source=before.source,
        external_id=None,
        code=before.code,
        context=context,
    )
