"""Patients with continuous sensors in the database of a running monitoring service, put there by SQL."""

from datetime import UTC, datetime
from hashlib import md5
from uuid import UUID

import asyncpg

from tests.support import postgres
from tests.support.running import Running

POINTS = 14 * 288
FIRST = datetime(2026, 3, 1, tzinfo=UTC)

_PATIENTS = """
INSERT INTO patients (id, organization_id, source_version, family, given, birth_date, sex, time_zone, version,
  created_at, updated_at)
SELECT md5('cgm' || n)::uuid, $1, 1, 'Bench', 'Number ' || n, '1960-01-01', 'female', 'America/New_York', 1, now(),
  now()
FROM generate_series($2::int, $3::int) n
"""

# In the order of arrival: every five minutes one reading of each patient, received some seconds later.
_READINGS = """
INSERT INTO readings (organization_id, patient_id, metric, observed_at, source, value, unit, canonical, offset_minutes,
  received_at, status, flags, version)
SELECT $1, md5('cgm' || n)::uuid, 'glucose_cgm', t.at + n % 300 * interval '1 second', 'sensor-' || n, u.value,
  $6, CASE $6 WHEN 'mg/dL' THEN u.value ELSE u.value * 18.0156 END, -300,
  t.at + (n % 300 + 2 + random() * 20) * interval '1 second', 'final', '{}', 1
FROM generate_series(0, $4::int - 1) k,
  LATERAL (SELECT $5::timestamptz + k * interval '5 minutes' AS at) t,
  generate_series($2::int, $3::int) n,
  LATERAL (SELECT (140 + 60 * sin((k + n) / 40.0) + random() * 10 - 5)::int AS mg_dl) v,
  LATERAL (SELECT CASE $6 WHEN 'mg/dL' THEN v.mg_dl ELSE round(v.mg_dl / 18.0156, 1) END AS value) u
ORDER BY k, n
"""


def patient(number: int) -> UUID:
    """The id of a patient."""
    return UUID(bytes=md5(f"cgm{number}".encode(), usedforsecurity=False).digest())


async def owner(server: postgres.Server, pair: Running) -> asyncpg.Connection:
    """A connection of the owner to the running service's database."""
    name = pair.databases["monitoring"].rsplit("/", 1)[1].split("?")[0]
    return await asyncpg.connect(server.url(name).replace("+asyncpg", ""))


async def fill(
    connection: asyncpg.Connection, organization: UUID, first: int, last: int, *, points: int, unit: str = "mg/dL"
) -> None:
    """Patients ``first`` to ``last``, with a reading every five minutes from ``FIRST`` on, in mg/dL or mmol/L."""
    await connection.execute(_PATIENTS, organization, first, last)
    await connection.execute(_READINGS, organization, first, last, points, FIRST, unit)
    await connection.execute("VACUUM ANALYZE readings")
