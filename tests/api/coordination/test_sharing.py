"""Consents to what leaves the house: every way out, with consent absent, given and revoked."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.sharing import Word, allowed, state
from shared.vocabulary import NeedKind, Role, SharingPurpose, SharingState, SharingWord
from tests.support.apps import Api, problem
from tests.support.makers_directory import (
    FRIDAY,
    a_coordinator,
    a_need,
    a_referral,
    a_specialist,
    do,
    refer,
    taken,
    the_need,
)
from tests.support.makers_fhir import refusal

WITHHELD, MISSING = (403, "consent.withheld"), (403, "consent.missing")
LETTER = {"sender": "Nora"}


async def say(api: Api, patient: str, purpose: str, said: str, to: str | None = None, **more: Any) -> dict[str, Any]:
    body = {"purpose": purpose, "recipient": to, "said": said, "said_by": "patient", "mode": "verbal", **more}
    return taken(await a_coordinator(api).post(f"/v1/patients/{patient}/consents", json=body), 201)


async def required(api: Api, *purposes: str) -> None:
    boss = api.as_(Role.SUPERVISOR, now=FRIDAY)
    now = taken(await boss.get("/v1/consent-rules"))
    tag = {"If-Match": f'"{now["version"]}"'}
    taken(await boss.put("/v1/consent-rules", json={"required": list(purposes)}, headers=tag))


def ago(hours: int) -> str:
    """So many hours before everything that happens here."""
    return (FRIDAY - timedelta(hours=hours)).isoformat()


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, as a problem or as an OperationOutcome."""
    if "issue" not in answer.json():
        return problem(answer)
    status, codes = refusal(answer)
    return status, codes[0]


class Case:
    """A sent referral of a patient, and everybody to whom something goes out about them."""

    def __init__(self, api: Api, referral: dict[str, Any], patient: str, specialist: dict[str, Any]) -> None:
        self.api, self.referral, self.patient, self.specialist = api, referral, patient, specialist

    @property
    def doctor(self) -> httpx.AsyncClient:
        return self.api.as_(Role.SPECIALIST, now=FRIDAY)

    @property
    def system(self) -> httpx.AsyncClient:
        return self.api.as_(Role.INTEGRATION, now=FRIDAY, subject="ehr-1")


async def a_case(api: Api, **account: str) -> Case:
    specialist = await a_specialist(api, **account)
    referral = await a_referral(api, specialist)
    return Case(api, referral, await whose(api, referral), specialist)


async def whose(api: Api, referral: dict[str, Any]) -> str:
    """The patient of a referral."""
    return str((await the_need(api, referral["need_id"])).patient_id)


async def _again(case: Case) -> httpx.Response:
    """Another need of the patient, referred to the same specialist."""
    body = {"patient_id": case.patient, "kind": NeedKind.LVEF_REPEAT, "reason": "Three months on therapy"}
    need = (await a_coordinator(case.api).post("/v1/needs", json=body)).raise_for_status().json()
    found = await refer(case.api, need["id"], case.specialist)
    if found.is_success:
        # So that it can be asked again.
        taken(await do(a_coordinator(case.api), found.json(), "cancel", reason="ordered-in-error"))
    return found


async def _letter(case: Case) -> httpx.Response:
    return await a_coordinator(case.api).post(f"/v1/referrals/{case.referral['id']}/letters", json=LETTER)


async def _seen(case: Case) -> httpx.Response:
    return await case.doctor.get(f"/v1/referrals/{case.referral['id']}")


async def _documents(case: Case) -> httpx.Response:
    return await case.doctor.get(f"/v1/referrals/{case.referral['id']}/documents")


async def _read(case: Case) -> httpx.Response:
    return await case.system.get(f"/fhir/R4/Patient/{case.patient}")


async def _request(case: Case) -> httpx.Response:
    return await case.system.get(f"/fhir/R4/ServiceRequest/{case.referral['id']}")


async def _native(case: Case) -> httpx.Response:
    return await case.system.get(f"/v1/patients/{case.patient}")


async def _native_list(case: Case) -> httpx.Response:
    return await case.system.get("/v1/needs", params={"patient_id": case.patient})


async def _call(case: Case) -> httpx.Response:
    body = {"patient_id": case.patient, "channel": "phone", "outcome": "voicemail", "started_at": FRIDAY.isoformat()}
    return await a_coordinator(case.api).post("/v1/contacts", json=body)


Way = Callable[[Case], Awaitable[httpx.Response]]
DOCTOR = {"user_subject": "specialist-1"}
WAYS: Sequence[tuple[Way, str, dict[str, str], Callable[[Case], str]]] = (
    (_again, "referral", {}, lambda case: case.specialist["id"]),
    (_letter, "referral", {}, lambda case: case.specialist["id"]),
    (_seen, "referral", DOCTOR, lambda case: case.specialist["id"]),
    (_documents, "referral", DOCTOR, lambda case: case.specialist["id"]),
    (_read, "exchange", {}, lambda _: "ehr-1"),
    (_request, "exchange", {}, lambda _: "ehr-1"),
    (_native, "exchange", {}, lambda _: "ehr-1"),
    (_native_list, "exchange", {}, lambda _: "ehr-1"),
    (_call, "outreach", {}, lambda _: "phone"),
)


@pytest.mark.parametrize("everybody", [True, False])
@pytest.mark.parametrize(("way", "purpose", "account", "recipient"), WAYS, ids=[each[0].__name__[1:] for each in WAYS])
async def test_every_way_out_asks_for_consent(
    coordination: Api,
    way: Way,
    purpose: str,
    account: dict[str, str],
    recipient: Callable[[Case], str],
    everybody: bool,
) -> None:
    case = await a_case(coordination, **account)
    to = None if everybody else recipient(case)
    assert (await way(case)).is_success, "absent, and not asked for"
    await required(coordination, purpose)
    assert code_of(await way(case)) == MISSING
    await say(coordination, case.patient, purpose, "given", to, said_at=ago(3))
    assert (await way(case)).is_success
    await say(coordination, case.patient, purpose, "revoked", to, said_at=ago(2))
    refused = await way(case)
    assert code_of(refused) == WITHHELD
    assert purpose in refused.text
    await required(coordination)
    assert code_of(await way(case)) == WITHHELD, "a word against holds where none is asked for"
    await say(coordination, case.patient, purpose, "given", to, said_at=ago(1))
    assert (await way(case)).is_success


async def test_lists_and_searches_leave_out_whoever_does_not_consent(coordination: Api) -> None:
    case = await a_case(coordination, **DOCTOR)
    other = await a_referral(coordination, case.specialist)
    await say(coordination, case.patient, "referral", "refused", case.specialist["id"])
    await say(coordination, case.patient, "exchange", "refused", "ehr-1")
    listed = taken(await case.doctor.get("/v1/referrals"))["items"]
    assert [each["id"] for each in listed] == [other["id"]]
    for kind, about in (("Patient", "_id"), ("Task", "patient"), ("ServiceRequest", "patient")):
        found = (await case.system.get(f"/fhir/R4/{kind}")).json()
        assert case.patient not in str(found)
        assert await whose(coordination, other) in str(found)
        alone = (await case.system.get(f"/fhir/R4/{kind}", params={about: case.patient})).json()
        assert "entry" not in alone
    another = coordination.as_(Role.INTEGRATION, now=FRIDAY, subject="ehr-2")
    assert (await another.get(f"/fhir/R4/Patient/{case.patient}")).is_success
    assert (await a_coordinator(coordination).get(f"/fhir/R4/Patient/{case.patient}")).is_success


async def test_revoking_closes_reply_links_and_stops_outreach(coordination: Api) -> None:
    case = await a_case(coordination)
    written = taken(await _letter(case), 201)
    path = f"/v1/referrals/{case.referral['id']}/reply-links"
    nurse = a_coordinator(coordination)
    call = {"patient_id": case.patient, "channel": "phone", "outcome": "voicemail", "started_at": FRIDAY.isoformat()}
    again = {"call_back_at": (FRIDAY + timedelta(days=1)).isoformat()}
    taken(await nurse.post("/v1/contacts", json={**call, **again}), 201)
    work = {"patient_id": case.patient, "source": "contact"}
    assert len(taken(await nurse.get("/v1/worklist", params=work))["items"]) == 1
    await say(coordination, case.patient, "referral", "refused", case.specialist["id"])
    await say(coordination, case.patient, "outreach", "refused")
    (link,) = taken(await nurse.get(path))["items"]
    assert (link["id"], link["state"], link["revoked_why"]) == (written["reply_link"]["id"], "revoked", "consent")
    assert taken(await nurse.get("/v1/worklist", params=work))["items"] == []
    before = {**call, "started_at": (FRIDAY - timedelta(hours=1)).isoformat()}
    taken(await nurse.post("/v1/contacts", json=before), 201)
    assert problem(await nurse.post("/v1/contacts", json={**before, **again})) == WITHHELD
    assert problem(await nurse.post("/v1/contacts", json=call)) == WITHHELD


async def test_a_draft_is_not_sent_against_the_patients_word(coordination: Api) -> None:
    specialist = await a_specialist(coordination)
    draft = taken(await refer(coordination, await a_need(coordination), specialist, send=False), 201)
    await say(coordination, await whose(coordination, draft), "referral", "refused")
    assert problem(await do(a_coordinator(coordination), draft, "send")) == WITHHELD
    now = taken(await a_coordinator(coordination).get(f"/v1/referrals/{draft['id']}"))
    assert (now["state"], now["version"]) == ("draft", draft["version"])


async def test_the_monitoring_service_is_not_asked_against_the_patients_word(coordination: Api) -> None:
    need = await a_need(coordination, NeedKind.TELEMONITORING)
    nurse = a_coordinator(coordination)
    found = taken(await nurse.get(f"/v1/needs/{need}"))
    await say(coordination, found["patient_id"], "monitoring", "refused")
    body = {"protocol": "heart-failure", "reason": "Discharged"}
    tag = {"If-Match": f'"{found["version"]}"'}
    assert problem(await nurse.post(f"/v1/needs/{need}/enroll", json=body, headers=tag)) == WITHHELD


async def test_words_are_checked_kept_and_shown(coordination: Api) -> None:
    patient = (await a_case(coordination)).patient
    path, nurse = f"/v1/patients/{patient}/consents", a_coordinator(coordination)
    body = {"purpose": "outreach", "said": "revoked", "said_by": "patient", "mode": "verbal"}
    assert problem(await nurse.post(path, json=body)) == (409, "consent.nothing-to-revoke")
    assert problem(await nurse.post(path, json={**body, "said": "given", "until": FRIDAY.isoformat()})) == (
        422, "consent.ends-before-said"
    )  # fmt: skip
    assert (await nurse.post(path, json={**body, "recipient": "pigeon"})).status_code == 422
    later = (FRIDAY + timedelta(days=1)).isoformat()
    assert (await nurse.post(path, json={**body, "said": "refused", "said_at": later})).status_code == 422
    await say(coordination, patient, "outreach", "given", until=later)
    await say(coordination, patient, "outreach", "refused", "email")
    shown = taken(await nurse.get(path))
    assert [(each["said"], each["recipient"], each["recorded_by"]) for each in shown["words"]] == [
        ("given", None, "coordinator-1"), ("refused", "email", "coordinator-1")
    ]  # fmt: skip
    states = {(each["purpose"], each["recipient"]): (each["state"], each["allowed"]) for each in shown["states"]}
    assert states["outreach", None] == ("given", True)
    assert states["outreach", "email"] == ("refused", False)
    assert states["referral", None] == ("absent", True)
    tomorrow = coordination.as_(Role.COORDINATOR, now=FRIDAY + timedelta(days=2))
    ended = {(one["purpose"], one["recipient"]): one["state"] for one in taken(await tomorrow.get(path))["states"]}
    assert ended["outreach", None] == "expired"


START = datetime(2026, 9, 1, tzinfo=UTC)
WORDS = st.lists(
    st.builds(
        Word,
        st.sampled_from(SharingPurpose),
        st.sampled_from([None, "a", "b"]),
        st.sampled_from(SharingWord),
        st.integers(0, 5).map(lambda hours: START + timedelta(hours=hours)),
        st.none() | st.integers(0, 8).map(lambda hours: START + timedelta(hours=hours)),
    ),
    max_size=8,
).map(lambda words: [word._replace(recorded=number) for number, word in enumerate(words)])
NOW = START + timedelta(hours=5)


@given(WORDS, st.randoms(use_true_random=False), st.sampled_from(SharingPurpose), st.sampled_from(["a", "b", "c"]))
def test_the_same_holds_in_whatever_order_words_arrive(
    words: list[Word], random: Any, purpose: SharingPurpose, recipient: str
) -> None:
    found = state(words, purpose, recipient, NOW)
    shuffled = [*words]
    random.shuffle(shuffled)
    assert state(shuffled, purpose, recipient, NOW) is found
    elsewhere = [word for word in words if word.purpose == purpose and word.recipient in (None, recipient)]
    assert state(elsewhere, purpose, recipient, NOW) is found


@given(WORDS, st.sampled_from(SharingPurpose), st.sampled_from([None, "a"]), st.booleans())
def test_after_a_word_against_nothing_goes_and_after_one_that_gives_it_does(
    words: list[Word], purpose: SharingPurpose, to: str | None, required: bool
) -> None:
    for said, goes in ((SharingWord.REVOKED, False), (SharingWord.REFUSED, False), (SharingWord.GIVEN, True)):
        last = Word(purpose, to, said, NOW + timedelta(hours=1), None, 99)
        found = state([*words, last], purpose, "a", NOW + timedelta(hours=2))
        assert allowed(found, required=required) is goes
    assert allowed(SharingState.ABSENT, required=required) is not required


async def test_no_bundle_and_no_condition_leads_past_the_gate(coordination: Api) -> None:
    """What a system may not read by an address it may not read in a batch, nor by creating what is there already."""
    case = await a_case(coordination)
    identifier = (await case.system.get(f"/fhir/R4/Patient/{case.patient}")).json()["identifier"][0]
    addresses = (f"Patient/{case.patient}", f"Patient?_id={case.patient}", f"ServiceRequest/{case.referral['id']}")
    entries = [{"request": {"method": "GET", "url": address}} for address in addresses]
    batch = {"resourceType": "Bundle", "type": "batch", "entry": entries}

    async def read() -> list[Any]:
        answer = taken(await case.system.post("/fhir/R4", json=batch))
        return [each.get("resource", {"resourceType": None}) for each in answer["entry"]]

    before = await read()
    assert [each["resourceType"] for each in before] == ["Patient", "Bundle", "ServiceRequest"]
    assert len(before[1]["entry"]) == 1
    await say(coordination, case.patient, "exchange", "refused")
    after = await read()
    assert case.patient not in str([after[0], after[2]])
    assert after[1].get("entry", []) == []
    body = {"resourceType": "Patient", "identifier": [identifier], "name": [{"family": "A", "given": ["B"]}]}
    body |= {"gender": "female", "birthDate": "1960-01-01"}
    condition = {"If-None-Exist": f"identifier={identifier['system']}|{identifier['value']}"}
    refused = await case.system.post("/fhir/R4/Patient", json=body, headers=condition)
    assert refused.status_code == 409, "it is not found, and its identifier is taken"
    assert case.patient not in refused.text
