"""Documents of a referral: what is refused and why, that bytes come back as they were sent, and who may read them."""

import hashlib
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.coordination.domain import documents as rules
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.documents import PDF, a_document
from tests.support.makers_directory import FRIDAY, a_coordinator, a_referral, a_specialist, taken

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32


def at(referral: dict[str, Any]) -> str:
    return f"/v1/referrals/{referral['id']}/documents"


async def test_bytes_come_back_as_they_were_sent_and_no_browser_runs_them(coordination: Api) -> None:
    sent, client = await a_referral(coordination), a_coordinator(coordination)
    digest = hashlib.sha256(PDF).hexdigest()
    kept = taken(await client.post(at(sent), json=a_document(PDF, sha256=digest.upper())), 201)
    assert (kept["size"], kept["sha256"], kept["code"]) == (len(PDF), digest, "11488-4")
    listed = taken(await client.get(at(sent)))["items"]
    assert listed == [kept]
    back = await client.get(f"{at(sent)}/{kept['id']}/content")
    assert (back.status_code, back.content) == (200, PDF)
    assert back.headers["content-type"] == "application/pdf"
    assert back.headers["content-disposition"] == f'attachment; filename="document-{kept["id"]}.pdf"'
    assert back.headers["x-content-type-options"] == "nosniff"
    assert back.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert back.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("document", "refusal"),
    [
        (a_document(b"<script>1</script>", "text/html"), (415, "document.format-not-taken")),
        (a_document(b"<svg/>", "image/svg+xml"), (415, "document.format-not-taken")),
        (a_document(b"<html>", "application/pdf"), (422, "document.not-what-it-says")),
        (a_document(PDF, "image/png"), (422, "document.not-what-it-says")),
        (a_document(b"\xff\xfe\x00", "text/plain"), (422, "document.not-what-it-says")),
        (a_document(b"", "text/plain"), (422, "document.empty")),
        (a_document(PDF, sha256="0" * 64), (422, "document.hash-differs")),
        (a_document(PDF + b"0" * rules.LARGEST), (413, "document.too-large")),
        (a_document(PDF, type="x-ray-glasses"), (422, "code.unknown")),
        (a_document(PDF, purpose="letter"), (415, "document.format-not-taken")),
        ({**a_document(PDF), "content": "no base64!"}, (422, "body.invalid")),
    ],
)
async def test_what_is_not_taken_leaves_nothing(
    document: dict[str, Any], refusal: tuple[int, str], coordination: Api
) -> None:
    sent, client = await a_referral(coordination), a_coordinator(coordination)
    assert problem(await client.post(at(sent), json=document)) == refusal
    assert taken(await client.get(at(sent)))["items"] == []


async def test_a_referral_holds_so_many_bytes_and_no_more(coordination: Api) -> None:
    sent, client = await a_referral(coordination), a_coordinator(coordination)
    large = PNG + b"0" * (rules.LARGEST - len(PNG))
    for _ in range(4):
        taken(await client.post(at(sent), json=a_document(large, "image/png")), 201)
    assert problem(await client.post(at(sent), json=a_document(PDF))) == (409, "document.too-many")


def test_a_referral_holds_so_many_documents_and_no_more() -> None:
    rules.check_room(rules.MOST - 1, 0, 1)
    with pytest.raises(rules.TooManyDocuments):
        rules.check_room(rules.MOST, 0, 1)


async def test_a_specialist_reads_and_adds_what_is_theirs_only(coordination: Api) -> None:
    ruths = await a_specialist(coordination, user_subject="dr-ruth")
    sent, other = await a_referral(coordination, ruths), await a_referral(coordination)
    ruth = coordination.as_(Role.SPECIALIST, now=FRIDAY, subject="dr-ruth")
    report = a_document(PDF, purpose="report")
    kept = taken(await ruth.post(at(sent), json=report), 201)
    assert kept["added_by"] == "dr-ruth"
    for refused in (await ruth.post(at(other), json=report), await ruth.get(at(other))):
        assert problem(refused) == (404, "not-found")
    elsewhere = await ruth.get(f"{at(other)}/{kept['id']}/content")
    swapped = await a_coordinator(coordination).get(f"{at(other)}/{kept['id']}/content")
    assert problem(elsewhere) == problem(swapped) == (404, "not-found")


async def test_another_clinic_finds_no_document_and_reading_is_audited(coordination: Api) -> None:
    sent, client = await a_referral(coordination), a_coordinator(coordination)
    kept = taken(await client.post(at(sent), json=a_document(PDF)), 201)
    stranger = coordination.as_(Role.COORDINATOR, organization=uuid4(), now=FRIDAY)
    assert problem(await stranger.get(f"{at(sent)}/{kept['id']}/content")) == (404, "not-found")
    await client.get(f"{at(sent)}/{kept['id']}/content")
    async with transaction(coordination.sessions, coordination.organization, read_only=True) as tx:
        seen = text("SELECT patients, things FROM audit WHERE action = 'documents.content' AND outcome = 'done'")
        ((patients, things),) = (await tx.execute(seen)).all()
    assert (str(patients[0]), kept["id"] in things) == (sent["patient"]["id"], True)


async def test_the_database_keeps_no_bytes_that_are_not_what_their_hash_says(coordination: Api) -> None:
    sent, client = await a_referral(coordination), a_coordinator(coordination)
    taken(await client.post(at(sent), json=a_document(PDF)), 201)
    with pytest.raises(Exception, match="ck_referral_documents"):
        async with transaction(coordination.sessions, coordination.organization) as tx:
            await tx.execute(text("UPDATE referral_documents SET content = 'x'::bytea"))
