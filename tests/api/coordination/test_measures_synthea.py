"""Measures over the hospital stays of Synthea's patients, beside a plain walk over the files themselves."""

import gzip
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import orjson

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_coordination import new_york
from tests.support.makers_fhir import a_bundle, entry, statuses
from tests.support.measured import measure

NOW = new_york("2026-11-20 09:00")
YEARS = range(2007, 2013)
# What was long before or after those years is in none of their figures.
AROUND = range(YEARS.start - 1, YEARS.stop + 1)
ZONE = "America/New_York"
Stay = tuple[date, date]


def hospital(path: Path) -> list[dict[str, Any]]:
    """The person and the inpatient encounters of a file around those years; nothing when there is none."""
    found = [one for one in orjson.loads(gzip.decompress(path.read_bytes()))["entry"] if _wanted(one["resource"])]
    return found if len(found) > 1 else []


def _wanted(resource: dict[str, Any]) -> bool:
    kind: str = resource["resourceType"]
    if kind != "Encounter":
        return kind == "Patient"
    return resource["class"]["code"] == "IMP" and int(resource["period"]["start"][:4]) in AROUND


def bundle(entries: list[dict[str, Any]]) -> dict[str, Any]:
    bare = ("participant", "serviceProvider", "location")
    kept = ({name: value for name, value in one["resource"].items() if name not in bare} for one in entries)
    return a_bundle("batch", *(entry(one, f"urn:uuid:{one['id']}") for one in kept))


async def stored(client: httpx.AsyncClient, entries: list[dict[str, Any]], zone: str) -> list[Stay]:
    """Import a file; first and last local day of each encounter that was taken, in order."""
    answers = statuses(await client.post("/fhir/R4", json=bundle(entries)))
    assert set(answers) <= {"201", "409"}
    taken = [one["resource"] for one, status in zip(entries, answers, strict=True) if status == "201"]
    periods = [one["period"] for one in taken if one["resourceType"] == "Encounter"]
    return sorted((_day(each["start"], zone), _day(each["end"], zone)) for each in periods)


def _day(instant: str, zone: str) -> date:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(zone)).date()


def back_within_30_days(stays: list[Stay]) -> Iterator[tuple[int, bool]]:
    """By year of discharge whether any later stay began 1 to 30 days after."""
    for number, (_, left) in enumerate(stays):
        later = [(again - left).days for again, _ in stays[number + 1 :]]
        yield left.year, any(1 <= days <= 30 for days in later)


async def test_observed_readmissions_are_those_a_plain_walk_finds(coordination: Api, real_data: Path) -> None:
    client = coordination.as_(Role.INTEGRATION, now=NOW, subject="importer")
    files = sorted((real_data / "synthea_r4_2019").glob("[A-Z]*.json.gz"))
    hospitals = [found for found in map(hospital, files) if found]
    assert len(hospitals) > 15
    expected = [one for sent in hospitals for one in back_within_30_days(await stored(client, sent, ZONE))]
    assert len(expected) > 80
    assert sum(back for _, back in expected) > 20
    for year in YEARS:
        judged = [back for when, back in expected if when == year]
        pcr, hwr = [
            (await measure(coordination, key, period=str(year), now=NOW))["measure"]
            for key in ("readmissions-pcr", "readmissions-hwr")
        ]
        assert (pcr["numerator"], pcr["denominator"], pcr["excluded"]) == (sum(judged), len(judged), {})
        assert hwr["denominator"] + sum(hwr["excluded"].values()) == len(judged)
        assert set(hwr["excluded"]) <= {"too-young"}
        assert sum(judged) - sum(hwr["excluded"].values()) <= hwr["numerator"] <= sum(judged)
