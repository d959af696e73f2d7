"""Answering a letter: a holder of link and access code sees one referral and takes one act on it."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from services.coordination.domain import documents as document_rules
from services.coordination.domain import reply_links as rules
from services.coordination.domain.referral_rules import Party
from services.coordination.domain.reply_links import LinkState
from services.coordination.store import documents as document_store
from services.coordination.store import referrals as referral_store
from services.coordination.store import reply_links as store
from services.coordination.store import specialists
from services.coordination.store.documents import DocumentRow
from services.coordination.store.referrals import ReferralRow
from services.coordination.store.reply_links import ReplyLinkRow
from services.coordination.usecases import bookings, documents, letters, reply_uses, secrets
from services.coordination.usecases.referral_perform import perform
from services.coordination.usecases.reply_views import Asked, Done, Gone, Holder, Locked, Reply, View, asked
from shared.contracts.base import ONE_LINE
from shared.contracts.coordination.referral_act import Act as ActBody
from shared.contracts.coordination.referral_acts import Attend, Receive, Report
from shared.contracts.coordination.referrals import Attachment
from shared.db import audit
from shared.kit.problems import NotFound
from shared.vocabulary import DocumentPurpose, DocumentType, ReferralAct, ReferralState

RECEIVER = frozenset({Party.RECEIVER})
_TITLE = 500  # letters of a document's title, as with those that are attached


async def opened(holder: Holder) -> View:
    """What a link shows before the access code: nothing of anybody."""
    link = await reply_uses.counted(holder)
    if not isinstance(link, ReplyLinkRow):
        return link
    row = await referral_store.get(holder.tx, link.referral_id)
    return Locked() if await letters.offered(holder.tx, row, link, holder.now) else Gone("settled")


async def unlocked(holder: Holder) -> View:
    """What the link and the right code show: the question, and the acts that answer it. It counts as received."""
    found = await _entered(holder)
    if not isinstance(found, tuple):
        return found
    row, link = found
    if row.state == ReferralState.SENT:
        await _take(holder, row, ReferralAct.RECEIVE, Receive())
    return await _asked(holder, row, link)


async def answered(holder: Holder, act: ReferralAct, reply_for: Callable[[Asked], Reply]) -> View:
    """Take one act. The link is used by it; a link for the next step comes back where there is one.

    ``reply_for`` reads what was filled in. The same act sent again has no effect and the same answer, as long as the
    link for the next step was not used.

    Raises:
        Unclear, TimePassed: the form cannot be read.
        FormatNotTaken, NotWhatItSays, DocumentTooLarge, TooManyDocuments: the report's file cannot be kept.
        ActNotPossible or a guard's refusal: see the table in the domain.
    """
    found = await _entered(holder)
    if found == Gone(LinkState.USED, act):
        return await reply_uses.again(holder, act)
    if not isinstance(found, tuple):
        return found
    row, link = found
    state = ReferralState(row.state)
    if act not in link.acts or act not in rules.OFFERED[state]:
        return Gone("settled")
    reply = reply_for(await _asked(holder, row, link))
    if act is ReferralAct.REPORT and state in rules.BEFORE_REPORT:
        await _take(holder, row, ReferralAct.ATTEND, Attend(done_at=reply.seen_at))
    await _take(holder, row, act, await _with_file(holder, row, reply))
    link.used_at, link.used_for = holder.now, act
    return Done(act, await _next(holder, row, link))


async def document(holder: Holder, document_id: UUID) -> View | DocumentRow:
    """A document of the question, for whoever has link and code.

    Raises:
        NotFound: the question has no such document.
    """
    found = await _entered(holder)
    if not isinstance(found, tuple):
        return found
    row, _ = found
    kept = await document_store.get(holder.tx, row.id, document_id)
    if kept.purpose != DocumentPurpose.QUESTION:
        raise NotFound("document")
    audit.saw(holder.tx, row.patient_id, kept.id)
    return kept


async def _with_file(holder: Holder, row: ReferralRow, reply: Reply) -> ActBody:
    """The body, naming the file that came with a report once that is kept."""
    if reply.file is None or not isinstance(reply.body, Report):
        return reply.body
    content, kind, title = reply.file.content, reply.file.content_type, _title(reply.file.name)
    document_rules.check(content, kind, None)
    kept = await documents.keep(
        holder.tx,
        row,
        content,
        purpose=DocumentPurpose.REPORT,
        kind=DocumentType.CONSULT_NOTE,
        title=title,
        content_type=kind,
        by=holder.actor.person,
        now=holder.now,
    )
    told = Attachment(title=title, document_id=str(kept.id), content_type=kind)
    return reply.body.model_copy(update={"document": told})


def _title(name: str) -> str:
    """A file's name as a title: without what no line of text may hold."""
    line = "".join(letter for letter in name if re.fullmatch(ONE_LINE, letter))
    return line.strip()[:_TITLE].strip() or "Report"


async def _take(holder: Holder, row: ReferralRow, act: ReferralAct, body: ActBody) -> None:
    await perform(holder.tx, row, act, body, actor=holder.actor, sides=RECEIVER, now=holder.now)


async def _next(holder: Holder, row: ReferralRow, link: ReplyLinkRow) -> str | None:
    if not await letters.offered(holder.tx, row, None, holder.now):
        return None
    token = secrets.token_after(holder.token, holder.code)
    until = holder.now + timedelta(days=rules.DAYS_AFTER)
    await letters.mint(
        holder.tx,
        row,
        token=token,
        code=holder.code,
        sender=link.sender,
        by=holder.actor.person,
        expires_at=until,
        letter=None,
        now=holder.now,
    )
    return token


async def _entered(holder: Holder) -> tuple[ReferralRow, ReplyLinkRow] | Gone | Locked:
    """Referral and link, both locked in the order in which their sender locks them, after the right code."""
    first = await store.by_token(holder.tx, secrets.token_hash(holder.token))
    if first is None:
        return Gone("unknown")
    row = await referral_store.get(holder.tx, first.referral_id, lock=True)
    link = await reply_uses.counted(holder)
    if not isinstance(link, ReplyLinkRow):
        return link
    if not secrets.same(link.code_hash, secrets.code_hash(link.token_hash, holder.code)):
        return reply_uses.wrong(link, holder.now)
    audit.saw(holder.tx, row.patient_id, row.id, link.id)
    if not await reply_uses.shared(holder, row):
        return Gone(LinkState.REVOKED)
    return (row, link) if await letters.offered(holder.tx, row, link, holder.now) else Gone("settled")


async def _asked(holder: Holder, row: ReferralRow, link: ReplyLinkRow) -> Asked:
    listed = await document_store.of_referral(holder.tx, row.id)
    return asked(
        row,
        link.sender,
        await bookings.of(holder.tx, row, holder.now),
        await specialists.get(holder.tx, row.specialist_id),
        [one for one in listed if one.purpose == DocumentPurpose.QUESTION],
        await letters.offered(holder.tx, row, link, holder.now),
    )
