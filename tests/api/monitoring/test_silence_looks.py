"""The look at thousands of rows in one statement moves on nobody whom a look at each of them would judge."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.monitoring.jobs import silence as job
from services.monitoring.store import expectation_looks as looks
from services.monitoring.store import wire
from services.monitoring.usecases import missing, silence
from services.monitoring.usecases.silence import _seen
from shared.db.base import Session
from shared.db.session import transaction
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, a_patient_with, with_heart_failure

NOW = datetime(2026, 9, 20, 12, 30, tzinfo=UTC)
HOURS = st.integers(min_value=0, max_value=24 * 40)
READINGS = st.lists(
    st.tuples(st.sampled_from(["glucose_smbg", "glucose_cgm", "body_weight", "bp_systolic"]), HOURS, HOURS),
    max_size=5,
    unique_by=lambda each: (each[0], each[1]),
)
ROWS = st.fixed_dictionaries(
    {
        "since": HOURS,
        "urgent": st.booleans(),
        "order": st.sampled_from([(None, None), (12, 24), (48, 72), (400, 500)]),
        "alert": st.sampled_from([None, None, None, UUID(int=7)]),
    }
)
_PUT = (
    "INSERT INTO readings (organization_id, patient_id, metric, observed_at, source, value, unit, canonical,"
    " offset_minutes, received_at, status, flags, version)"
    " VALUES ($1, $2, $3, $4, 'cloud-a/1', 100, 'mg/dL', 100, 0, $5, 'final', '{}', 1) ON CONFLICT DO NOTHING"
)
_AS = (
    "UPDATE expectations SET since = $2, due_at = $3, urgent = $4, low_hours = $5, moderate_hours = $6, alert_id = $7,"
    " suspected_at = NULL WHERE patient_id = $1 AND NOT examination"
)
_STAND = "SELECT key, due_at, suspected_at FROM expectations WHERE patient_id = $1 AND NOT examination"
_LAST = "SELECT enrollment_id, key FROM expectations WHERE patient_id = $1 AND NOT examination"


async def _scene(tx: Session, patient: Patient, row: dict[str, object], readings: list[tuple[str, int, int]]) -> None:
    await wire.fetch(tx, "DELETE FROM readings WHERE patient_id = $1", UUID(patient.id))
    for metric, ago, late in readings:
        at = NOW - timedelta(hours=ago)
        await wire.fetch(
            tx, _PUT, patient.api.organization, UUID(patient.id), metric, at, min(NOW, at + timedelta(hours=late))
        )
    since, order = NOW - timedelta(hours=int(str(row["since"]))), row["order"]
    assert isinstance(order, tuple)
    await wire.fetch(tx, _AS, UUID(patient.id), since, NOW, row["urgent"], *order, row["alert"])


@pytest.mark.parametrize("condition", ["diabetes", "heart-failure"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=ROWS, readings=READINGS)
async def test_what_one_statement_moves_on_a_look_at_each_would_move_on_as_far_or_further(
    monitoring: Api, condition: str, row: dict[str, object], readings: list[tuple[str, int, int]]
) -> None:
    patient = await _planned(monitoring, condition)
    async with transaction(monitoring.sessions, monitoring.organization) as tx:
        await _scene(tx, patient, row, readings)
        keys = [looks.Key(each[0], each[1]) for each in await wire.fetch(tx, _LAST, UUID(patient.id))]
        window = looks.Window(NOW, missing.BACK)
        exact = {each.key: _seen(each, NOW) for each in await looks.in_doubt(tx, keys, window)}
        assert await silence.look(tx, now=NOW, limit=1_000) == len(keys) > 0
        for key, due_at, suspected_at in await wire.fetch(tx, _STAND, UUID(patient.id)):
            judged = exact[key]
            assert (suspected_at is not None) == (judged is None), key
            if judged is not None:
                assert NOW < due_at <= judged[0], key
        assert await silence.look(tx, now=NOW, limit=1_000) == 0, "whoever was looked at is not due"


_KNOWN: dict[tuple[UUID, str], Patient] = {}


async def _planned(api: Api, condition: str) -> Patient:
    """The patient of this test's organization, with what is expected of them planned."""
    if (api.organization, condition) not in _KNOWN:
        since = "2026-08-01 08:00"
        insulin = {"circumstances": ["insulin-treated"]}
        made = (
            with_heart_failure(api, since)
            if condition != "diabetes"
            else a_patient_with(api, condition, since, **insulin)
        )
        _KNOWN[api.organization, condition] = await made
        await job.run_once(api.sessions, [api.organization], datetime(2026, 8, 1, 12, 1, tzinfo=UTC))
    return _KNOWN[api.organization, condition]
