"""What a receiver without an account may do by link in each state: their moves of the table, as guards allow."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.coordination.domain.documents import LARGEST, MOST
from tests.support.apps import Api
from tests.support.documents import PDF, a_document
from tests.support.letters import Letter, a_letter
from tests.support.makers_directory import FRIDAY, a_coordinator, a_referral, do, taken, through

VISIT: dict[str, Any] = {
    "act": "schedule", "starts_at": "2026-09-09T17:30:00Z", "ends_at": "2026-09-09T18:00:00Z", "modality": "video"
}  # fmt: skip
BEGUN = FRIDAY + timedelta(days=6)
SEEN = {"seen": "2026-09-09", "summary": "No ischaemia"}


async def as_it_stands(api: Api, referral: dict[str, Any]) -> dict[str, Any]:
    return taken(await a_coordinator(api).get(f"/v1/referrals/{referral['id']}"))


async def booked(api: Api) -> tuple[dict[str, Any], Letter]:
    """A referral with a visit on Wednesday afternoon, and a letter of before that visit."""
    referral = await through(a_coordinator(api), await a_referral(api), "accept", VISIT)
    return referral, await a_letter(api, referral)


async def seen(api: Api) -> tuple[dict[str, Any], Letter]:
    referral = await through(a_coordinator(api), await a_referral(api), "accept", "attend")
    return referral, await a_letter(api, referral)


async def test_before_the_visit_it_can_be_moved_and_called_off_and_afterwards_reported(coordination: Api) -> None:
    _, letter = await booked(coordination)
    always = ["interim-note", "cancel-visit", "return", "patient-declines"]
    assert await letter.acts() == ["reschedule", *always]
    assert await replace(letter, now=BEGUN).acts() == ["report", "reschedule", "attend", "no-show", *always]


async def test_a_visit_is_moved_and_called_off_by_link(coordination: Api) -> None:
    referral, letter = await booked(coordination)
    nobody = await letter.send("reschedule", day="2026-09-10", time="09:00", minutes="30", modality="video")
    assert (nobody.status_code, "by" in nobody.text, "<details open" in nobody.text) == (422, True, True)
    moved = await letter.send(
        "reschedule", by="specialist", day="2026-09-10", time="09:00", minutes="30", modality="video"
    )
    now = await as_it_stands(coordination, referral)
    assert (now["state"], now["visit"]["starts_at"]) == ("scheduled", "2026-09-10T13:00:00Z")
    off = await letter.onward(moved).send("cancel-visit", by="patient", note="Has a cold")
    now = await as_it_stands(coordination, referral)
    assert (now["state"], now["visit"], now["stage"]["name"]) == ("rebooking", None, "schedule")
    assert [(one["act"], one["actor"]) for one in now["history"][-2:]] == [
        ("reschedule", "reply-link"),
        ("cancel-visit", "reply-link"),
    ]
    assert (await letter.onward(off).acts())[0] == "schedule"


async def test_a_missed_visit_is_recorded_once_it_began_and_the_second_leaves_booking_to_the_sender(
    coordination: Api,
) -> None:
    referral, letter = await booked(coordination)
    early = await letter.send("no-show")
    assert (early.status_code, "still ahead" in early.text) == (409, True)
    missed = await replace(letter, now=BEGUN).send("no-show", note="Did not call")
    second = letter.onward(missed, BEGUN)
    assert (await second.acts())[:2] == ["schedule", "report"]
    again = await second.send("schedule", day="2026-09-11", time="09:00", minutes="30", modality="video")
    third = await letter.onward(again, FRIDAY + timedelta(days=8)).send("no-show")
    last = letter.onward(third, FRIDAY + timedelta(days=8))
    now = await as_it_stands(coordination, referral)
    assert (now["state"], now["no_shows"], now["stage"]["name"]) == ("no-show", 2, "no-show-decision")
    assert "schedule" not in await last.acts()
    booking = await last.send("schedule", day="2026-09-20", time="09:00", minutes="30", modality="video")
    assert (booking.status_code, "The sender decides" in booking.text) == (409, True)


async def test_a_cancellation_that_is_asked_for_is_confirmed_or_refused_by_link(coordination: Api) -> None:
    for act, state in (("confirm-cancel", "cancelled"), ("refuse-cancel", "scheduled")):
        referral, letter = await booked(coordination)
        assert "asks to cancel" not in (await letter.unlock()).text
        taken(await do(a_coordinator(coordination), referral, "cancel", reason="need-met-otherwise"))
        assert "asks to cancel" in (await letter.unlock()).text
        assert (await letter.acts())[:2] == ["confirm-cancel", "refuse-cancel"]
        answered = await letter.send(act)
        now = await as_it_stands(coordination, referral)
        assert (now["state"], now["cancel_requested_at"]) == (state, None)
        assert ("Next step" in answered.text) == (act == "refuse-cancel")


async def test_a_referral_is_given_back_by_link_and_kept_after_all(coordination: Api) -> None:
    referral, letter = await booked(coordination)
    asked = letter.onward(await letter.send("return", reason="no-capacity"))
    assert (await as_it_stands(coordination, referral))["return_requested_at"] is not None
    assert "You asked to give this referral back" in (await asked.unlock()).text
    assert "withdraw-return" in await asked.acts()
    assert "reschedule" not in await asked.acts()
    kept = await asked.send("withdraw-return")
    assert (await as_it_stands(coordination, referral))["return_requested_at"] is None
    back = letter.onward(kept)
    assert (await back.send("return", reason="out-of-scope")).is_success
    now = await as_it_stands(coordination, referral)
    await through(a_coordinator(coordination), now, "confirm-return")
    assert (await back.open()).status_code == 410


async def test_word_before_the_report_a_visit_without_report_and_a_refusal_of_the_patient(coordination: Api) -> None:
    referral, letter = await booked(coordination)
    later = replace(letter, now=BEGUN)
    attended = later.onward(await later.send("attend", seen="2026-09-09"))
    now = await as_it_stands(coordination, referral)
    assert (now["state"], now["seen_at"]) == ("seen", "2026-09-09T17:30:00Z")
    noted = later.onward(await attended.send("interim-note", text="Echo ordered"))
    assert (await as_it_stands(coordination, referral))["state"] == "interim"
    assert await noted.acts() == ["report", "interim-note", "closed-elsewhere"]
    assert (await noted.send("closed-elsewhere")).is_success
    assert (await as_it_stands(coordination, referral))["stage"]["name"] == "closed-elsewhere"

    other, refused = await booked(coordination)
    over = await refused.send("patient-declines", reason="Moves away")
    assert ((await as_it_stands(coordination, other))["state"], "Next step" in over.text) == ("patient-declined", False)


async def test_the_patient_is_informed_by_the_specialist_and_a_report_is_amended(coordination: Api) -> None:
    referral, letter = await seen(coordination)
    reported = letter.onward(await letter.send("report", summary="No ischaemia"))
    told = letter.onward(await reported.send("inform", channel="in-person"))
    now = await as_it_stands(coordination, referral)
    assert (now["state"], now["loop"]["informed_by"]) == ("reported", "in-person")
    page = await told.unlock()
    assert "Amend your report" in page.text
    assert (await told.send("report", summary="Ischaemia after all")).is_success
    now = await as_it_stands(coordination, referral)
    assert (now["report"]["summary"], now["loop"]["informed_at"]) == ("Ischaemia after all", None)


async def test_a_report_comes_with_its_file(coordination: Api) -> None:
    referral, letter = await booked(coordination)
    sent = await replace(letter, now=BEGUN).send_file("report", ("Echo.pdf", PDF, "application/pdf"), **SEEN)
    assert sent.status_code == 200, sent.text
    client = a_coordinator(coordination)
    report = (await as_it_stands(coordination, referral))["report"]
    listed = taken(await client.get(f"/v1/referrals/{referral['id']}/documents"))["items"]
    (kept,) = [one for one in listed if one["purpose"] == "report"]
    assert (kept["title"], kept["type"], kept["added_by"]) == ("Echo.pdf", "consult-note", "reply-link")
    assert (report["document"]["document_id"], report["document"]["content_type"]) == (kept["id"], "application/pdf")
    bytes_ = await client.get(f"/v1/referrals/{referral['id']}/documents/{kept['id']}/content")
    assert bytes_.content == PDF


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("   ", "Report"),
        ("\x1b\x7f", "Report"),
        (" \u202eEcho\u2066 heart.pdf\x85", "Echo heart.pdf"),
        ("x" * 499 + " y.pdf", "x" * 499),
    ],
)
async def test_a_file_with_an_odd_name_is_kept_under_a_readable_one(coordination: Api, name: str, title: str) -> None:
    referral, letter = await seen(coordination)
    sent = await letter.send_file("report", (name, PDF, "application/pdf"), summary="No ischaemia")
    assert sent.status_code == 200, sent.text
    assert (await as_it_stands(coordination, referral))["report"]["document"]["title"] == title


@pytest.mark.parametrize(
    ("file", "status", "said"),
    [
        (("a.pdf", b"<html>", "application/pdf"), 422, "are not application/pdf"),
        (("a.html", b"<html>", "text/html"), 415, "Send one of"),
        (("a.pdf", b"", "application/pdf"), 422, "Send the document"),
        (("a.pdf", PDF + b"x" * LARGEST, "application/pdf"), 413, "Send a smaller one"),
    ],
)
async def test_a_file_that_cannot_be_kept_leaves_nothing_and_the_form_as_it_was(
    coordination: Api, file: tuple[str, bytes, str], status: int, said: str
) -> None:
    referral, letter = await seen(coordination)
    refused = await letter.send_file("report", file, summary="<i>No ischaemia</i>")
    assert (refused.status_code, said in refused.text, "&lt;i&gt;No ischaemia" in refused.text) == (status, True, True)
    now = await as_it_stands(coordination, referral)
    assert (now["state"], now["report"]) == ("seen", None)
    assert (await letter.send("report", summary="No ischaemia")).is_success, "the link is as good as before"


async def test_a_file_beyond_every_limit_is_not_read_and_a_full_referral_takes_no_more(coordination: Api) -> None:
    referral, letter = await seen(coordination)
    huge = await letter.send_file("report", ("a.pdf", PDF + b"x" * (LARGEST + 70_000), "application/pdf"), summary="x")
    assert huge.status_code == 413
    path = f"/v1/referrals/{referral['id']}/documents"
    for _ in range(MOST - 1):  # the letter is one of them
        taken(await a_coordinator(coordination).post(path, json=a_document(PDF)), 201)
    full = await letter.send_file("report", ("a.pdf", PDF, "application/pdf"), summary="No ischaemia")
    assert (full.status_code, f"may have {MOST} documents" in full.text) == (409, True)
    assert (await as_it_stands(coordination, referral))["state"] == "seen"


async def test_nobody_without_an_open_link_has_a_file_read(coordination: Api) -> None:
    _, letter = await seen(coordination)
    file = ("a.pdf", PDF, "application/pdf")
    stranger = Letter(coordination, f"/reply/{'A' * 64}", letter.code)
    assert (await stranger.send_file("report", file, summary="x")).status_code == 404
    wrong = await replace(letter, code="AAAA-AAAA").send_file("report", file, summary="x")
    assert wrong.status_code == 403
    used = await a_letter(coordination, await a_referral(coordination))
    assert (await used.send("accept")).status_code == 200
    assert (await used.send_file("report", file, summary="x")).status_code == 410


async def test_a_report_sent_again_with_its_file_is_kept_once(coordination: Api) -> None:
    referral, letter = await seen(coordination)
    file = ("a.pdf", PDF, "application/pdf")
    first, again = [await letter.send_file("report", file, summary="x") for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert ["had arrived before" in each.text for each in (first, again)] == [False, True]
    kept = taken(await a_coordinator(coordination).get(f"/v1/referrals/{referral['id']}/documents"))
    assert [each["purpose"] for each in kept["items"]].count("report") == 1


async def test_what_is_no_form_is_refused(coordination: Api) -> None:
    _, letter = await seen(coordination)
    kinds = ("multipart/form-data", "multipart/form-data; boundary=x")
    for kind in kinds:
        answer = await letter.client.post(f"{letter.path}/report", content=b"\xff\x00", headers={"Content-Type": kind})
        assert answer.status_code in (400, 403), answer.text
