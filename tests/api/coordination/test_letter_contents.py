"""What a practice outside is told to book by: in the letter, on its page, and no more than the patient agrees to."""

from typing import Any
from uuid import UUID

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.letters import Letter
from tests.support.makers_coordination import a_patient, at
from tests.support.makers_directory import FRIDAY, a_coordinator, a_specialist, refer, taken
from tests.support.makers_fhir_directory import a_location
from tests.support.practices import cared_for

ROSA: dict[str, Any] = {
    "sex": "female",
    "language": "es-US",
    "interpreter_needed": True,
    "telecom": [{"kind": "phone", "value": "+1 555 010 0142"}, {"kind": "email", "value": "rosa@example.org"}],
    "coverage": [{"payer": "Example Health", "plan": "Silver", "member_id": "M-77 & 8"}, {"payer": "Medicaid"}],
}
TOLD = (
    "female", "+1 555 010 0142", "Spanish, needs an interpreter",
    "Example Health, Silver, member M-77 &amp; 8; Medicaid",
    "<dt>Clinic</dt><dd>Main Street, ", ", +1 555 010 0100</dd>",
)  # fmt: skip


async def written(api: Api, patient: dict[str, Any]) -> tuple[str, str, str]:
    """The letter about a new referral of a patient, the page behind its link, and the copy that is kept."""
    asked = {"patient_id": patient["id"], "kind": "cardiology-referral", "reason": "Asked for at the last visit"}
    need = taken(await at(api, FRIDAY).post("/v1/needs", json=asked), 201)
    referral = taken(await refer(api, UUID(need["id"]), await a_specialist(api)), 201)
    body = {"sender": "Nora Example RN, 555-0100"}
    sent = taken(await a_coordinator(api).post(f"/v1/referrals/{referral['id']}/letters", json=body), 201)
    page = await Letter(api, sent["link"].removeprefix("http://test"), sent["access_code"], FRIDAY).unlock()
    path = f"/v1/referrals/{referral['id']}/documents/{sent['document']['id']}/content"
    return sent["html"], page.text, (await a_coordinator(api).get(path)).text


async def registered(api: Api, **changes: Any) -> dict[str, Any]:
    return await a_patient(api, **{**ROSA, **changes})


async def test_the_letter_and_its_page_tell_what_a_booking_needs(coordination: Api) -> None:
    patient = await registered(coordination)
    located = a_location(telecom=[{"system": "phone", "value": "+1 555 010 0100"}])
    site = taken(await coordination.as_(Role.INTEGRATION).post("/fhir/R4/Location", json=located), 201)
    await cared_for(coordination, patient["id"], site["id"])
    for said in await written(coordination, patient):
        assert [each for each in TOLD if each not in said] == []
        assert "rosa@example.org" not in said


async def test_what_is_not_recorded_is_said_to_be_so(coordination: Api) -> None:
    patient = await registered(coordination, telecom=[], coverage=[], language="nv", interpreter_needed=False)
    letter, page, _ = await written(coordination, patient)
    for said in (letter, page):
        assert said.count("Not recorded: please ask the clinic") == 2
        assert "<dd>nv</dd>" in said
        assert "<dt>Clinic</dt>" not in said


@pytest.mark.parametrize("recipient", [None, "phone"])
async def test_who_wants_no_calls_is_not_told_with_a_number(coordination: Api, recipient: str | None) -> None:
    patient = await registered(coordination)
    word = {"purpose": "outreach", "said": "refused", "said_by": "patient", "mode": "verbal", "recipient": recipient}
    taken(await at(coordination, FRIDAY).post(f"/v1/patients/{patient['id']}/consents", json=word), 201)
    letter, page, kept = await written(coordination, patient)
    for said in (letter, page, kept):
        assert "555 010 0142" not in said
        assert "please book through the clinic" in said
