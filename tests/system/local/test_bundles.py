"""What of a folder of FHIR files is sent to which service, and how."""

import gzip
from pathlib import Path
from typing import Any

import orjson
import pytest

from deploy.local import bundles
from deploy.local.trouble import Trouble

PATIENT = {"resourceType": "Patient", "identifier": [{"system": "urn:mrn", "value": "A|1,2"}]}
ALL = frozenset({"Patient", "Condition", "Observation", "Organization"})


def entry(resource: dict[str, Any], address: str = "urn:uuid:1") -> dict[str, Any]:
    return {"fullUrl": address, "resource": resource, "request": {"method": "PUT", "url": "anything"}}


def bundle(*resources: dict[str, Any]) -> bytes:
    entries = [entry(resource, f"urn:uuid:{number}") for number, resource in enumerate(resources)]
    return orjson.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def sent(*resources: dict[str, Any], taken: frozenset[str] = ALL) -> list[dict[str, Any]]:
    (part,) = bundles.parts("file", "service", [entry(resource) for resource in resources], taken)
    return [dict(one) for one in part.entries]


def test_files_without_a_patient_go_first(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(bundle(PATIENT))
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "z.json.gz").write_bytes(gzip.compress(bundle({"resourceType": "Organization"})))
    (tmp_path / "index.csv").write_text("not a bundle")
    first, second = bundles.files_of(tmp_path)
    assert [path.name for path in first] == ["z.json.gz"]
    assert [path.name for path in second] == ["a.json"]


def test_a_resource_is_sent_as_it_is_and_created_only_where_its_identifier_is_unknown() -> None:
    (one,) = sent(PATIENT)
    assert one["resource"] == PATIENT
    assert one["fullUrl"] == "urn:uuid:1"
    assert one["request"] == {
        "method": "POST",
        "url": "Patient",
        "ifNoneExist": "identifier=urn%3Amrn%7CA%5C%7C1%5C%2C2",
    }


def test_a_resource_without_identifier_is_known_by_its_address() -> None:
    (one,) = sent({"resourceType": "Condition"})
    assert one["request"]["ifNoneExist"] == "identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A1"


def test_an_observation_needs_no_condition() -> None:
    (one,) = sent({"resourceType": "Observation", "identifier": [{"system": "s", "value": "v"}]})
    assert "ifNoneExist" not in one["request"]


def test_only_what_the_service_takes_is_sent() -> None:
    assert [one["request"]["url"] for one in sent(PATIENT, {"resourceType": "Claim"})] == ["Patient"]
    assert list(bundles.parts("file", "service", [entry({"resourceType": "Claim"})], ALL)) == []


def test_a_large_file_is_split_and_every_part_has_the_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MAX_ENTRIES", 10)
    observations = [entry({"resourceType": "Observation"}, f"urn:uuid:o{number}") for number in range(40)]
    parts = list(bundles.parts("file", "service", [entry(PATIENT), *observations], ALL))
    addresses = [one["fullUrl"] for part in parts for one in part.entries if one["request"]["url"] == "Observation"]
    assert sorted(addresses) == sorted(one["fullUrl"] for one in observations)
    assert all(part.entries[0]["request"]["url"] == "Patient" and len(part.entries) <= 10 for part in parts)


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"{", "not JSON"), (b'{"resourceType":"Patient"}', "not a FHIR Bundle"), (b"\x1f\x8b\0", "read")],
)
def test_what_is_no_bundle_is_left_out_with_a_reason(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "file.json").write_bytes(content)
    with pytest.raises(bundles.NotABundle, match=why):
        bundles.read(tmp_path / "file.json")


def test_a_folder_without_files_is_said(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="holds no"):
        bundles.files_of(tmp_path)
    with pytest.raises(Trouble, match="not a folder"):
        bundles.files_of(tmp_path / "missing")
