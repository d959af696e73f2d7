"""FHIR files of a folder, as batch Bundles for a service that takes some resource types."""

import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from deploy.local.trouble import Trouble

MAX_ENTRIES = 5_000
MAX_BYTES = 12 * 1024 * 1024
URI_AS_IDENTIFIER = "urn:ietf:rfc:3986"
# What the rest of a file refers to: every part of a file that must be split has it again.
REFERRED_TO = (
    "Organization", "Practitioner", "Location", "PractitionerRole", "HealthcareService", "Schedule", "Patient",
    "Encounter",
)  # fmt: skip
_GZIP = b"\x1f\x8b"
_PATIENT = re.compile(rb'"resourceType"\s*:\s*"Patient"')
_SPECIAL = re.compile(r"([\\,|$])")

Json = dict[str, Any]


class NotABundle(Trouble):
    """A file that is left out, and why."""


@dataclass(frozen=True, slots=True)
class Part:
    """A batch of one file for one service."""

    file: str
    service: str
    entries: Sequence[Json]
    body: bytes


def files_of(folder: Path) -> tuple[list[Path], list[Path]]:
    """The JSON files of a folder and below: those without a patient (hospitals, practitioners), then the rest.

    Raises:
        Trouble: no such folder, or no such file in it.
    """
    if not folder.is_dir():
        raise Trouble(f"{folder} is not a folder. Say which: make import DIR=folder")
    found = sorted(path for path in folder.rglob("*") if path.name.endswith((".json", ".json.gz")) and path.is_file())
    if not found:
        raise Trouble(f"{folder} holds no .json or .json.gz file.")
    with_patient = {path for path in found if _has_patient(path)}
    return [path for path in found if path not in with_patient], sorted(with_patient)


def _has_patient(path: Path) -> bool:
    try:
        return _PATIENT.search(_content(path)) is not None
    except NotABundle:
        return True


def read(path: Path) -> list[Json]:
    """The entries of a Bundle of any type.

    Raises:
        NotABundle: it can't be read, or is something else.
    """
    try:
        bundle = orjson.loads(_content(path))
    except orjson.JSONDecodeError as error:
        raise NotABundle(f"not JSON: {error}") from None
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise NotABundle("not a FHIR Bundle")
    entries = bundle.get("entry", [])
    return [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("resource"), dict)]


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(_GZIP) else content
    except (OSError, EOFError, zlib.error) as error:
        raise NotABundle(f"can't be read: {error}") from None


def parts(file: str, service: str, found: Sequence[Json], taken: frozenset[str]) -> Iterator[Part]:
    """What a service takes of a file, as batches that are not too large; most files are one."""
    wanted = [_asked(entry) for entry in found if entry["resource"].get("resourceType") in taken]
    if wanted:
        yield from _split(file, service, wanted)


def _split(file: str, service: str, wanted: Sequence[Json]) -> Iterator[Part]:
    body = orjson.dumps({"resourceType": "Bundle", "type": "batch", "entry": wanted})
    shared = [entry for entry in wanted if entry["request"]["url"] in REFERRED_TO]
    rest = [entry for entry in wanted if entry["request"]["url"] not in REFERRED_TO]
    if (len(wanted) <= MAX_ENTRIES and len(body) <= MAX_BYTES) or len(rest) < 2:
        yield Part(file, service, wanted, body)
        return
    middle = len(rest) // 2
    yield from _split(file, service, [*shared, *rest[:middle]])
    yield from _split(file, service, [*shared, *rest[middle:]])


def _asked(entry: Json) -> Json:
    """The same resource under the same address, created only where it is not there yet."""
    resource = entry["resource"]
    request = {"method": "POST", "url": resource["resourceType"]}
    condition = _condition(resource, entry.get("fullUrl"))
    if condition is not None:
        request["ifNoneExist"] = condition
    full_url = {"fullUrl": entry["fullUrl"]} if "fullUrl" in entry else {}
    return {**full_url, "resource": resource, "request": request}


def _condition(resource: Json, full_url: object) -> str | None:
    if resource["resourceType"] == "Observation":
        return None  # a reading knows itself: a repeat is answered as already there
    for identifier in _dicts(resource.get("identifier")):
        system, value = identifier.get("system"), identifier.get("value")
        if isinstance(system, str) and isinstance(value, str):
            return _search(system, value)
    return _search(URI_AS_IDENTIFIER, full_url) if isinstance(full_url, str) else None


def _dicts(found: object) -> Iterator[Json]:
    for each in found if isinstance(found, list) else [found]:
        if isinstance(each, dict):
            yield each


def _search(system: str, value: str) -> str:
    escaped = _SPECIAL.sub(r"\\\1", value)
    return urlencode({"identifier": f"{system}|{escaped}"})
