"""A directory to measure against: specialists in fifty towns with slots, and patients whose needs they may meet."""

import hashlib
from uuid import UUID

import asyncpg
import httpx

from services.coordination.domain.specialties import SPECIALTIES
from shared.vocabulary import NeedKind, Specialty
from tests.support import postgres
from tests.support.running import Running

KINDS = (
    NeedKind.CARDIOLOGY, NeedKind.ENDOCRINOLOGY, NeedKind.NUTRITION_EDUCATION, NeedKind.PODIATRY, NeedKind.RETINAL_EXAM,
    NeedKind.PULMONOLOGY, NeedKind.DSMES, NeedKind.SOCIAL_NEEDS, NeedKind.ADHERENCE, NeedKind.CARDIAC_REHAB,
)  # fmt: skip
TOWNS, PAYERS, SLOTS = 50, 20, 20
_WORDS = ", ".join(f"'{specialty}'" for specialty in Specialty)

# Each accepts five of twenty payers, each at a price of its own; half of them see patients by video as well.
_SPECIALISTS = f"""
INSERT INTO specialists (id, organization_id, name, organization_name, specialty, languages, interpreter, modalities,
  min_age, coverages, prices, sites, networks, payer_keys, network_keys, tongues, south, north, west, east, capacity,
  capacity_as_of, sent_before, closed_before, version, created_at, updated_at)
SELECT md5('s' || n)::uuid, $1, 'Dr. ' || n, 'Practice ' || n / 4, (ARRAY[{_WORDS}])[n % {len(Specialty)} + 1],
  ARRAY['en'], n % 5 = 0, CASE WHEN n % 2 = 0 THEN ARRAY['in-person'] ELSE ARRAY['in-person', 'video'] END, 18,
  (SELECT jsonb_agg(jsonb_build_object('payer', 'Payer ' || p, 'plans', '[]'::jsonb)) FROM unnest(t.payers) p),
  (SELECT jsonb_agg(jsonb_build_object('service', 'visit', 'amount', (10 + 5 * (hashint8(n * 31 + p) & 31))::text,
    'currency', 'USD', 'payer', 'Payer ' || p, 'plan', NULL)) FROM unnest(t.payers) p),
  jsonb_build_array(jsonb_build_object('id', md5('site' || n)::uuid, 'name', 'Site', 'address', '1 Street',
    'latitude', round(t.lat::numeric, 4)::text, 'longitude', round(t.long::numeric, 4)::text,
    'time_zone', 'America/New_York')),
  '{{}}', (SELECT array_agg('payer ' || p ORDER BY p) FROM unnest(t.payers) p), '{{}}', ARRAY['en'],
  t.lat, t.lat, t.long, t.long, 3, now(), 20, 12 + n % 9, 1, now(), now()
FROM generate_series($2::int, $3::int) n,
  LATERAL (SELECT ARRAY(SELECT (n * 7 + k * 3) % {PAYERS} FROM generate_series(0, 4) k) AS payers,
    30 + (n / 21 % {TOWNS}) % 10 * 1.5 + (hashint8(n) & 255) / 1000.0 AS lat,
    -75 - (n / 21 % {TOWNS}) / 10 * 5 + (hashint8(n + 1) & 255) / 1000.0 AS long) t
"""
_SLOTS = f"""
INSERT INTO slots (id, organization_id, specialist_id, starts_at, ends_at, modality, site_id, place, version,
  created_at, updated_at)
SELECT gen_random_uuid(), $1, md5('s' || n)::uuid, at, at + interval '30 minutes',
  CASE WHEN n % 2 = 1 AND k % 3 = 0 THEN 'video' ELSE 'in-person' END, md5('site' || n)::uuid, 1, 1, now(), now()
FROM generate_series($2::int, $3::int) n, generate_series(1, {SLOTS}) k,
  LATERAL (SELECT date_trunc('hour', now()) + interval '1 day' * (1 + (hashint8(n) & 7))
    + interval '30 hours' * k AS at)
"""
_PEOPLE = """
INSERT INTO patients SELECT (jsonb_populate_record(p, jsonb_build_object('id', md5('p' || n)::uuid,
  'coverage', jsonb_build_array(jsonb_build_object('payer', 'Payer ' || n % {payers}, 'plan', NULL))))).*
FROM patients p, generate_series(1, $2::int) n WHERE p.id = $1
"""
_PLACES = """
INSERT INTO care_preferences (patient_id, organization_id, version, said, updated_at)
SELECT md5('p' || n)::uuid, $1, 1, jsonb_build_object('latitude', (30 + n % {towns} % 10 * 1.5 + 0.1)::text,
  'longitude', (-75 - n % {towns} / 10 * 5 + 0.1)::text), now() FROM generate_series(1, $2::int) n
"""
_NEEDS = """
INSERT INTO needs SELECT (jsonb_populate_record(d, jsonb_build_object('id', md5('n' || n)::uuid,
  'patient_id', md5('p' || n)::uuid, 'kind', ($2::text[])[n % 10 + 1],
  'priority', (ARRAY['routine', 'routine', 'urgent', 'asap'])[n % 4 + 1]))).*
FROM needs d, generate_series(1, $3::int) n WHERE d.id = $1
"""


def need(number: int) -> str:
    """The id of a need, from 1."""
    return str(UUID(hashlib.md5(f"n{number}".encode(), usedforsecurity=False).hexdigest()))


async def owner(server: postgres.Server, pair: Running) -> asyncpg.Connection:
    """A connection of the tables' owner."""
    name = pair.databases["coordination"].rsplit("/", 1)[1].split("?")[0]
    return await asyncpg.connect(server.url(name).replace("+asyncpg", ""))


async def fill(connection: asyncpg.Connection, organization: UUID, first: int, last: int) -> None:
    """Specialists of these numbers, with their slots."""
    await connection.execute(_SPECIALISTS, organization, first, last)
    await connection.execute(_SLOTS, organization, first, last)
    for table in ("specialists", "slots"):
        await connection.execute(f"VACUUM ANALYZE {table}")


async def ask(connection: asyncpg.Connection, nurse: httpx.AsyncClient, organization: UUID, count: int) -> None:
    """Patients with a need each: one made over HTTP, then multiplied, with their payers, homes and kinds."""
    person = {
        "identifiers": [{"system": "https://example.org/mrn", "value": "B-1"}], "family": "Bench", "given": "One",
        "birth_date": "1960-01-01", "sex": "female", "time_zone": "America/New_York",
    }  # fmt: skip
    patient = (await nurse.post("/v1/patients", json=person)).raise_for_status().json()["id"]
    body = {"patient_id": patient, "kind": KINDS[0], "reason": "Benchmark"}
    first = (await nurse.post("/v1/needs", json=body)).raise_for_status().json()["id"]
    await connection.execute(_PEOPLE.format(payers=PAYERS), UUID(patient), count)
    await connection.execute(_PLACES.format(towns=TOWNS), organization, count)
    await connection.execute(_NEEDS, UUID(first), [str(kind) for kind in KINDS], count)
    assert all(SPECIALTIES[kind] for kind in KINDS)
    for table in ("patients", "needs", "care_preferences"):
        await connection.execute(f"VACUUM ANALYZE {table}")
