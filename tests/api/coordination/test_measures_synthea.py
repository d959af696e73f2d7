"""Measures over the hospital stays of Synthea's patients, beside a plain walk over the files themselves."""

import gzip
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_coordination import new_york
from tests.support.makers_fhir import a_bundle, entry, statuses
from tests.support.measured import measure

NOW = new_york("2026-11-20 09:00")
YEARS = range(2007, 2013)
ZONE = "America/New_York"
SEVERAL = 4
Stay = tuple[date, date]


def hospital(path: Path) -> list[dict[str, Any]]:
    """The person and the inpatient encounters of a file; nothing when there are only a few."""
    found = [one for one in json.loads(gzip.decompress(path.read_bytes()))["entry"] if _wanted(one["resource"])]
    return found if len(found) > SEVERAL else []


def _wanted(resource: dict[str, Any]) -> bool:
    kind: str = resource["resourceType"]
    return bool(kind == "Patient" or (kind == "Encounter" and resource["class"]["code"] == "IMP"))


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
    assert len(hospitals) > 20
    expected = [one for sent in hospitals for one in back_within_30_days(await stored(client, sent, ZONE))]
    assert len(expected) > 300
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
