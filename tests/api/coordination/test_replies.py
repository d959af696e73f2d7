"""A specialist without an account answers by letter: what the link shows, to whom, how often, and what it leaves."""

import asyncio
import base64
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from services.coordination import app as coordination_app
from services.coordination.api.reply_fields import FORMS
from services.coordination.api.reply_forms import READ
from services.coordination.domain import reply_links as rules
from services.coordination.domain.referral_rules import Party
from services.coordination.domain.referrals import MOVES
from shared.db.session import transaction
from shared.vocabulary import ReferralAct as Act
from shared.vocabulary import Role
from tests.support.apps import Api, problem, settings_for
from tests.support.documents import PDF, a_document
from tests.support.letters import Forms, Letter, a_letter
from tests.support.makers_directory import FRIDAY, a_coordinator, a_referral, a_specialist, do, taken, through

QUESTION = "Is <b>this</b> angina & what next?"
PERSONAL = ("Sample", "Carl", "1952", "angina", "Ruth", "cardiology", "urgent", "sent", "Nora")
LETTER = {"sender": "Nora Example RN, 555-0100"}


async def asked_by_letter(api: Api) -> tuple[dict[str, Any], Letter]:
    referral = await a_referral(api, clinical_question=QUESTION)
    return referral, await a_letter(api, referral)


async def as_it_stands(api: Api, referral: dict[str, Any]) -> dict[str, Any]:
    return taken(await a_coordinator(api).get(f"/v1/referrals/{referral['id']}"))


async def links_of(api: Api, referral: dict[str, Any]) -> list[dict[str, Any]]:
    listed = taken(await a_coordinator(api).get(f"/v1/referrals/{referral['id']}/reply-links"))
    return list(listed["items"])


async def trail(api: Api) -> list[tuple[str, str, bool]]:
    query = text("SELECT action, outcome, patients <> '{}' FROM audit WHERE subject = 'reply-link' ORDER BY seq")
    async with transaction(api.sessions, api.organization, read_only=True) as tx:
        return [tuple(row) for row in await tx.execute(query)]


def test_a_link_offers_what_is_the_receivers_in_the_table_and_nothing_else() -> None:
    for state, acts in rules.OFFERED.items():
        # A report of a visit that nobody recorded records the visit first.
        added = {Act.REPORT} if (state, Act.REPORT) not in MOVES and Act.REPORT in acts else set()
        assert added == set() or (state, Act.ATTEND) in MOVES
        theirs = {act for (of, act), move in MOVES.items() if of is state and Party.RECEIVER in move.by}
        assert set(acts) == theirs - {Act.RECEIVE, Act.REMIND} | added
        assert set(acts) <= READ & FORMS.keys()


async def test_the_whole_way_from_letter_to_report(coordination: Api) -> None:
    referral, letter = await asked_by_letter(coordination)
    before = await letter.open()
    assert before.status_code == 200
    assert [word for word in PERSONAL if word in before.text] == []
    assert "<script" not in before.text

    inside = await letter.unlock()
    assert all(word in inside.text for word in ("Sample, Carl", "March 3, 1952", "angina &amp; what next?"))
    assert "<b>this" not in inside.text
    assert (await as_it_stands(coordination, referral))["state"] == "received"

    accepted = await letter.send("accept", note="Glad to")
    second = letter.onward(accepted)
    assert (await as_it_stands(coordination, referral))["state"] == "accepted"
    used = await letter.unlock()
    assert (used.status_code, "already used" in used.text, "Sample" in used.text) == (410, True, False)

    booked = await second.send("schedule", day="2026-09-11", time="13:30", minutes="30", modality="video")
    visit = (await as_it_stands(coordination, referral))["visit"]
    assert (visit["starts_at"], visit["ends_at"]) == ("2026-09-11T17:30:00Z", "2026-09-11T18:00:00Z")

    third = second.onward(booked, FRIDAY + timedelta(days=8))
    assert "September 11, 2026, 13:30" in (await third.unlock()).text
    sent = await third.send("report", seen="2026-09-11", summary="No ischaemia", recommendations="Statin\n\nRecheck")
    assert sent.status_code == 200
    assert Forms((await third.onward(sent).unlock()).text).acts() == ["report", "inform"]
    now = await as_it_stands(coordination, referral)
    assert (now["state"], now["report"]["recommendations"]) == ("reported", ["Statin", "Recheck"])
    assert [(one["act"], one["actor"]) for one in now["history"]] == [
        ("send", "coordinator-1"), ("receive", "reply-link"), ("accept", "reply-link"), ("schedule", "reply-link"),
        ("attend", "reply-link"), ("report", "reply-link"),
    ]  # fmt: skip
    assert [one["used_for"] for one in await links_of(coordination, referral)] == [None, "report", "schedule", "accept"]


async def test_a_browser_without_script_goes_the_whole_way_by_the_forms_it_is_given(coordination: Api) -> None:
    referral, letter = await asked_by_letter(coordination)

    async def submit(page: str, act: str, **filled: str) -> str:
        """Fill in fields that the page has, and send the form to where it says."""
        forms = Forms(page)
        address, fields = forms.of(act)
        assert (forms.scripts, set(filled) - set(fields)) == (0, set())
        answer = await letter.client.post(address, data={**fields, **filled})
        assert answer.status_code == 200, answer.text
        return answer.text

    async def follow(page: str) -> str:
        path = letter.onward(httpx.Response(200, text=page)).path
        return await submit((await letter.client.get(path)).text, path.rpartition("/")[2], code=letter.code)

    inside = await submit((await letter.open()).text, letter.path.rpartition("/")[2], code=letter.code)
    accepted = await submit(inside, "accept", note="Glad to")
    booked = await submit(await follow(accepted), "schedule", day="2026-09-11", time="13:30", modality="video")
    letter.now = FRIDAY + timedelta(days=8)
    await submit(await follow(booked), "report", seen="2026-09-11", summary="No ischaemia")
    now = await as_it_stands(coordination, referral)
    assert (now["state"], now["visit"]["ends_at"]) == ("reported", "2026-09-11T18:00:00Z")


async def test_every_use_leaves_a_row_of_the_reply_link(coordination: Api) -> None:
    _, letter = await asked_by_letter(coordination)
    await letter.open()
    await letter.unlock("AAAA-AAAA")
    await letter.unlock()
    await letter.send("decline")
    await letter.send("decline", reason="no-capacity")
    await letter.open()
    assert await trail(coordination) == [
        ("replies.open", "done", False),
        ("replies.unlock", "wrong-code", False),
        ("replies.unlock", "done", True),
        ("replies.decline", "refused", False),
        ("replies.unlock", "done", True),
        ("replies.decline", "done", True),
        ("replies.open", "refused-used", False),
    ]


async def test_secrets_are_kept_nowhere(coordination: Api) -> None:
    _, letter = await asked_by_letter(coordination)
    token = letter.path.rpartition("/")[2]
    async with transaction(coordination.sessions, coordination.organization, read_only=True) as tx:
        tables = list(await tx.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))
        for table in tables:
            found = text(f"SELECT count(*) FROM {table} t WHERE t::text LIKE :token OR t::text LIKE :code")
            hits = await tx.scalar(found, {"token": f"%{token}%", "code": f"%{letter.code}%"})
            assert hits == 0, table
        kept = await tx.scalar(text("SELECT content FROM referral_documents WHERE purpose = 'letter'"))
    assert b"angina &amp; what next?" in kept
    assert token.encode() not in kept
    assert letter.code.encode() not in kept


async def test_a_letter_takes_no_key_that_would_keep_its_secrets(coordination: Api) -> None:
    referral = await a_referral(coordination)
    keyed = await a_coordinator(coordination).post(
        f"/v1/referrals/{referral['id']}/letters", json=LETTER, headers={"Idempotency-Key": str(uuid4())}
    )
    assert problem(keyed) == (400, "letter.no-idempotency-key")


async def test_five_wrong_codes_close_the_link(coordination: Api) -> None:
    referral, letter = await asked_by_letter(coordination)
    for _ in range(4):
        assert (await letter.unlock("AAAA-AAAA")).status_code == 403
    assert (await letter.unlock("")).status_code == 410
    closed = await letter.unlock()
    assert (closed.status_code, "Sample" in closed.text) == (410, False)
    (link,) = await links_of(coordination, referral)
    assert (link["state"], link["revoked_why"], link["wrong_codes"]) == ("revoked", "wrong-codes", 5)


async def test_wrong_codes_at_once_are_all_counted(coordination: Api) -> None:
    _, letter = await asked_by_letter(coordination)
    answers = await asyncio.gather(*(letter.unlock("AAAA-AAAA") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [403] * 4 + [410] * 4


async def test_a_code_may_be_typed_in_small_letters_and_without_its_dash(coordination: Api) -> None:
    _, letter = await asked_by_letter(coordination)
    assert "Sample" in (await letter.unlock(letter.code.replace("-", " ").lower())).text


async def test_a_link_that_is_asked_for_too_often_waits(coordination: Api) -> None:
    _, letter = await asked_by_letter(coordination)
    for _ in range(rules.USES):
        assert (await letter.open()).status_code == 200
    assert (await letter.open()).status_code == 429
    assert (await letter.unlock()).status_code == 429
    later = replace(letter, now=FRIDAY + rules.WINDOW)
    assert (await later.unlock()).status_code == 200


async def test_an_expired_a_revoked_and_a_replaced_link_open_nothing(coordination: Api) -> None:
    referral, letter = await asked_by_letter(coordination)
    late = replace(letter, now=FRIDAY + timedelta(days=14))
    assert (await late.unlock()).status_code == 410
    newer = await a_letter(coordination, referral)
    assert (await letter.unlock()).status_code == 410
    newest, _replaced = await links_of(coordination, referral)
    client = a_coordinator(coordination)
    address = f"/v1/referrals/{referral['id']}/reply-links/{newest['id']}/revoke"
    assert taken(await client.post(address))["state"] == "revoked"
    assert problem(await client.post(address)) == (409, "reply-link.not-open")
    gone = await newer.send("accept")
    assert (gone.status_code, "Sample" in gone.text) == (410, False)
    assert (await as_it_stands(coordination, referral))["state"] == "sent"


@pytest.mark.parametrize("token", ["x", "A" * 64, "%00", "../reply", base64.urlsafe_b64encode(bytes(48)).decode()])
async def test_what_is_no_link_of_ours_says_so_and_leaves_no_row(token: str, coordination: Api) -> None:
    client = coordination.anonymous()
    for answer in (await client.get(f"/reply/{token}"), await client.post(f"/reply/{token}", data={"code": "x"})):
        assert answer.status_code == 404
    assert await trail(coordination) == []


async def test_a_link_opens_its_own_referral_in_its_own_clinic_only(coordination: Api) -> None:
    _, letter = await asked_by_letter(coordination)
    raw = base64.urlsafe_b64decode(letter.path.rpartition("/")[2])
    moved = base64.urlsafe_b64encode(uuid4().bytes + raw[16:]).decode()
    assert (await replace(letter, path=f"/reply/{moved}").unlock()).status_code == 404
    refused = await coordination.anonymous({"Authorization": f"Bearer {letter.code}"}).get("/v1/referrals")
    assert refused.status_code == 401


async def test_acts_that_the_step_does_not_offer_are_not_taken(coordination: Api) -> None:
    referral, letter = await asked_by_letter(coordination)
    for act in ("schedule", "report", "close", "cancel", "waive", "review"):
        assert (await letter.send(act, summary="x")).status_code in (404, 410)
    assert (await as_it_stands(coordination, referral))["state"] == "sent"


async def test_what_was_filled_in_comes_back_with_what_is_wrong(coordination: Api) -> None:
    _, letter = await asked_by_letter(coordination)
    second = letter.onward(await letter.send("accept"))
    past = await second.send("schedule", day="2026-09-01", time="09:00", minutes="45", modality="video")
    assert (past.status_code, "Propose a time that lies ahead." in past.text, 'value="45"' in past.text) == (
        422,
        True,
        True,
    )
    for fields in ({"day": "soon", "time": "9"}, {"day": "2026-09-11", "time": "09:00", "minutes": "0"}):
        assert (await second.send("schedule", modality="video", **fields)).status_code == 422
    ahead = await second.send("report", seen="2026-12-01", summary="<i>Long text</i>")
    assert (ahead.status_code, "&lt;i&gt;Long text&lt;/i&gt;" in ahead.text) == (422, True)
    assert (await second.send("schedule", day="2026-09-11", time="09:00", minutes="30", modality="video")).is_success


async def test_documents_of_the_question_open_with_the_code_and_others_do_not(coordination: Api) -> None:
    referral = await a_referral(coordination)
    client, address = a_coordinator(coordination), f"/v1/referrals/{referral['id']}/documents"
    shown = taken(await client.post(address, json=a_document(PDF, title="ECG")), 201)
    own = taken(await client.post(address, json=a_document(PDF, purpose="note", title="Ours")), 201)
    letter = await a_letter(coordination, referral)
    page = (await letter.unlock()).text
    assert ("ECG" in page, "Ours" in page) == (True, False)
    got = await letter.send(f"documents/{shown['id']}")
    assert (got.content, got.headers["content-disposition"].startswith("attachment")) == (PDF, True)
    assert (await letter.send(f"documents/{own['id']}")).content != PDF
    without = await replace(letter, code="AAAA-AAAA").send(f"documents/{shown['id']}")
    assert without.status_code == 403


async def test_a_letter_needs_a_receiver_without_account_and_a_question_that_waits(coordination: Api) -> None:
    client = a_coordinator(coordination)
    ruths = await a_referral(coordination, await a_specialist(coordination, user_subject="dr-ruth"))
    signed_in = await client.post(f"/v1/referrals/{ruths['id']}/letters", json=LETTER)
    assert problem(signed_in) == (409, "letter.receiver-has-account")
    draft = await a_referral(coordination, send=False)
    assert problem(await client.post(f"/v1/referrals/{draft['id']}/letters", json=LETTER)) == (
        409,
        "letter.nothing-to-answer",
    )
    assert problem(await client.post(f"/v1/referrals/{draft['id']}/letters", json={**LETTER, "days": 61}))[0] == 422


async def test_an_accept_by_letter_against_a_cancel_has_one_winner(coordination: Api) -> None:
    for _ in range(6):
        referral, letter = await asked_by_letter(coordination)
        client = a_coordinator(coordination)
        replied, cancelled = await asyncio.gather(
            letter.send("accept"), do(client, referral, "cancel", reason="ordered-in-error")
        )
        now = await as_it_stands(coordination, referral)
        won = {"accepted": (200, 412), "cancelled": (410, 200)}
        assert (replied.status_code, cancelled.status_code) == won[now["state"]]
        assert len(now["history"]) == 2
        assert ("Next step" in replied.text) == (now["state"] == "accepted")


async def test_a_reply_sent_many_times_at_once_counts_once(coordination: Api) -> None:
    referral, letter = await asked_by_letter(coordination)
    answers = await asyncio.gather(*(letter.send("accept") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({letter.onward(answer).path for answer in answers}) == 1
    assert [one["act"] for one in (await as_it_stands(coordination, referral))["history"]] == ["send", "accept"]


async def test_an_answer_sent_again_shows_the_next_step_again_until_that_is_taken(coordination: Api) -> None:
    referral, letter = await asked_by_letter(coordination)
    first = await letter.send("accept", note="Glad to")
    again = await letter.send("accept", note="Only on Fridays")
    assert (again.status_code, letter.onward(again).path) == (200, letter.onward(first).path)
    assert ["was not kept" in each.text for each in (first, again)] == [False, True]
    last = (await as_it_stands(coordination, referral))["history"][-1]
    assert (last["act"], last["note"]) == ("accept", "Glad to")
    assert [one["state"] for one in await links_of(coordination, referral)] == ["open", "used"]
    other = await letter.send("decline", reason="no-capacity")
    wrong = await replace(letter, code="AAAA-AAAA").send("accept")
    assert [(each.status_code, "Next step" in each.text) for each in (other, wrong)] == [(410, False)] * 2
    visit = {"day": "2026-09-11", "time": "13:30", "minutes": "30", "modality": "video"}
    assert (await letter.onward(again).send("schedule", **visit)).status_code == 200
    late = await letter.send("accept")
    assert (late.status_code, "Next step" in late.text) == (410, False)


async def test_an_end_sent_again_is_thanked_for_again(coordination: Api) -> None:
    referral, letter = await asked_by_letter(coordination)
    answers = [await letter.send("decline", reason="no-capacity") for _ in range(2)]
    assert [(each.status_code, "You declined" in each.text) for each in answers] == [(200, True)] * 2
    assert [one["act"] for one in (await as_it_stands(coordination, referral))["history"]] == ["send", "decline"]


async def test_a_used_link_tells_nothing_more_after_five_wrong_codes(coordination: Api) -> None:
    _, letter = await asked_by_letter(coordination)
    assert (await letter.send("accept")).status_code == 200
    for _ in range(rules.WRONG_CODES):
        assert (await replace(letter, code="AAAA-AAAA").send("accept")).status_code == 410
    assert (await letter.send("accept")).status_code == 410


async def test_what_was_settled_by_telephone_is_not_asked_again(coordination: Api) -> None:
    referral, letter = await asked_by_letter(coordination)
    await through(a_coordinator(coordination), referral, "accept")
    gone = await letter.unlock()
    assert (gone.status_code, "Sample" in gone.text) == (410, False)


async def test_in_production_the_page_works_and_the_address_is_the_configured_one(coordination: Api) -> None:
    referral = await a_referral(coordination, now=FRIDAY)
    for public_url, status in ((None, 409), ("https://clinic.example", 201)):
        settings = settings_for("coordination", coordination.keyring, production=True, public_url=public_url)
        api = replace(coordination, app=coordination_app.create(settings, coordination.parts))
        nurse = api.as_(Role.COORDINATOR)
        nurse.headers["Host"] = "evil.example"
        written = await nurse.post(f"/v1/referrals/{referral['id']}/letters", json=LETTER)
        assert written.status_code == status, written.text
    letter = written.json()
    assert letter["link"].startswith("https://clinic.example/reply/")
    browser = api.anonymous()
    page = await browser.get(letter["link"].removeprefix("https://clinic.example"))
    assert page.status_code == 200
    headers = page.headers
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        headers["content-security-policy"],
    )
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("seen", [False, True])
async def test_a_death_closes_the_links_of_visits_that_have_not_been(coordination: Api, seen: bool) -> None:
    referral, _ = await asked_by_letter(coordination)
    if seen:
        visit = {"starts_at": FRIDAY.isoformat(), "ends_at": (FRIDAY + timedelta(hours=1)).isoformat()}
        booking = {"act": "schedule", **visit, "modality": "video"}
        later = a_coordinator(coordination, FRIDAY + timedelta(days=1))
        done = await through(later, referral, "accept", booking, "attend")
        await a_letter(coordination, done, now=FRIDAY + timedelta(days=1))
    known = taken(await a_coordinator(coordination).get(f"/v1/patients/{referral['patient']['id']}"))
    names = ("identifiers", "family", "given", "birth_date", "sex", "time_zone", "coverage")
    told = {name: known[name] for name in names} | {"deceased_at": FRIDAY.isoformat()}
    tag = {"If-Match": f'"{known["version"]}"'}
    taken(await a_coordinator(coordination).put(f"/v1/patients/{known['id']}", json=told, headers=tag))
    newest = (await links_of(coordination, referral))[0]
    assert (newest["state"], newest["revoked_why"]) == (("open", None) if seen else ("revoked", "deceased"))
