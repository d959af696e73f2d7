"""Consents: nobody is followed without, each purpose is for itself, and taking one back is effective at once."""

from typing import Any

import pytest

from tests.support.apps import Api, problem
from tests.support.makers_monitoring import a_patient_with, agreed, enrolls, local, with_diabetes

AT = "2026-09-04 15:20"


async def test_nobody_becomes_active_without_consent_to_monitoring(monitoring: Api) -> None:
    refused = await enrolls(monitoring, "diabetes", AT, consents=[agreed(local(AT).isoformat(), "messages")])
    assert problem(refused) == (422, "enrollment.consent-missing")
    patient = await a_patient_with(monitoring, "diabetes", AT, consents=[], start="referred")
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    client = patient.client(now=AT)
    early = await client.post(f"{path}/activate", json={"reason": "Set up"}, headers={"If-Match": '"1"'})
    assert problem(early) == (422, "enrollment.consent-missing")
    given = await patient.act(f"{path}/consents", agreed(local(AT).isoformat()), version=1, now=AT)
    (consent,) = given["consents"]
    assert (consent["recorded_by"], consent["given_by"], consent["mode"]) == ("case_manager-1", "patient", "verbal")
    active = await patient.act(f"{path}/activate", {"reason": "Set up"}, version=2, now=AT)
    assert active["state"] == "active"


async def test_revoking_the_consent_to_monitoring_ends_it_at_once(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    body = {
        "purpose": "monitoring",
        "revoked_by": "daughter, health-care proxy",
        "mode": "written",
        "reason": "Hospice",
    }
    ended = await patient.act(f"{path}/consents/revoke", body, version=1, now="2026-09-05 10:00")
    assert (ended["state"], ended["ended_at"]) == ("ended", "2026-09-05T14:00:00Z")
    gone = ended["consents"][0]["revocation"]
    assert (gone["revoked_by"], gone["revoked_at"], gone["recorded_by"]) == (
        "daughter, health-care proxy",
        "2026-09-05T14:00:00Z",
        "case_manager-1",
    )
    assert (await patient.measures(45, "2026-09-05 11:00"))["alerts"] == []
    history = (await patient.client(now="2026-09-05 12:00").get(f"{path}/summary")).json()["history"]
    assert [line["act"] for line in history] == ["request", "consent-revoked", "end"]


async def test_another_purpose_comes_and_goes_without_touching_the_enrollment(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    path = f"/v1/enrollments/{patient.enrollment['id']}/consents"
    await patient.act(path, agreed("2026-09-02T10:00:00Z", "data-sharing"), version=1, now="2026-09-02 09:00")
    body = {"purpose": "data-sharing", "revoked_by": "patient", "mode": "verbal", "reason": "Fell out with the son"}
    after = await patient.act(f"{path}/revoke", body, version=2, now="2026-09-03 09:00")
    assert after["state"] == "active"
    again = agreed("2026-09-04T10:00:00Z", "data-sharing")
    after = await patient.act(path, again, version=3, now="2026-09-04 09:00")
    assert [each["revocation"] is None for each in after["consents"]] == [True, False, True]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("", agreed("2026-09-06T10:00:00Z", "messages"), (422, "consent.refused")),
        ("", agreed("2026-09-02T10:00:00Z"), (422, "consent.refused")),
        ("/revoke", {"purpose": "messages"}, (409, "consent.not-in-force")),
        ("/revoke", {"purpose": "monitoring", "revoked_at": "2026-09-06T10:00:00Z"}, (422, "consent.refused")),
        ("/revoke", {"purpose": "monitoring", "revoked_at": "2026-08-01T10:00:00Z"}, (422, "consent.refused")),
    ],
)
async def test_what_cannot_be_recorded_says_why(
    monitoring: Api, path: str, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    patient = await with_diabetes(monitoring)
    if path:
        body = {"revoked_by": "patient", "mode": "verbal", "reason": "Changed her mind", **body}
    client = patient.client(now="2026-09-05 10:00")
    answer = await client.post(
        f"/v1/enrollments/{patient.enrollment['id']}/consents{path}", json=body, headers={"If-Match": '"1"'}
    )
    assert problem(answer) == expected
