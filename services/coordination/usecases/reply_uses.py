"""The uses of a reply link: how many there may be, and what an act that is sent again is answered."""

from datetime import datetime

from services.coordination.domain import reply_links as rules
from services.coordination.domain.reply_links import LinkState
from services.coordination.store import referrals as referral_store
from services.coordination.store import reply_links as store
from services.coordination.store.referrals import ReferralRow
from services.coordination.store.reply_links import ReplyLinkRow
from services.coordination.usecases import secrets, sharing
from services.coordination.usecases.reply_views import Done, Gone, Holder, Locked, View
from shared.db import audit
from shared.vocabulary import ReferralAct, SharingPurpose


async def looked_at(holder: Holder, act: ReferralAct) -> View:
    """Whether a file may be read for an act, before its form is: with an open link, or with one used for the same act.

    Looking is no use.
    """
    link = await store.by_token(holder.tx, secrets.token_hash(holder.token))
    if link is None:
        return Gone("unknown")
    state = rules.state_of(link, holder.now)
    if state is not LinkState.OPEN and link.used_for != act:
        return Gone(state, link.used_for)
    *_, within = rules.within_rate(link.window_started_at, link.window_uses, holder.now)
    return Locked() if within else Gone("too-often")


async def again(holder: Holder, act: ReferralAct) -> View:
    """What an act was answered, for whoever sends it again with the right code: a page may get lost on its way."""
    link = await store.by_token(holder.tx, secrets.token_hash(holder.token), lock=True)
    assert link is not None
    gone = Gone(LinkState.USED, act)
    if link.wrong_codes >= rules.WRONG_CODES:
        return gone
    if not in_time(link, holder.now):
        return Gone("too-often")
    if not secrets.same(link.code_hash, secrets.code_hash(link.token_hash, holder.code)):
        link.wrong_codes += 1
        return gone
    row = await referral_store.get(holder.tx, link.referral_id)
    audit.saw(holder.tx, row.patient_id, row.id, link.id)
    if not await shared(holder, row):
        return Gone(LinkState.REVOKED)
    token = secrets.token_after(holder.token, holder.code)
    follows = await store.by_token(holder.tx, secrets.token_hash(token))
    if follows is None:
        return Done(act, None, again=True)
    return Done(act, token, again=True) if rules.state_of(follows, holder.now) is LinkState.OPEN else gone


async def counted(holder: Holder) -> ReplyLinkRow | Gone:
    """The link, as far as it opens and is not asked for too often; every use is counted."""
    link = await store.by_token(holder.tx, secrets.token_hash(holder.token), lock=True)
    if link is None:
        return Gone("unknown")
    audit.seen(holder.tx).things.add(str(link.id))
    state = rules.state_of(link, holder.now)
    if state is not LinkState.OPEN:
        return Gone(state, link.used_for)
    return link if in_time(link, holder.now) else Gone("too-often")


def in_time(link: ReplyLinkRow, now: datetime) -> bool:
    """Count a use; whether it is not one too many."""
    started, uses, within = rules.within_rate(link.window_started_at, link.window_uses, now)
    link.window_started_at, link.window_uses = started, uses
    return within


async def shared(holder: Holder, row: ReferralRow) -> bool:
    """Whether the patient lets the receiver know of this referral."""
    to = str(row.specialist_id)
    return await sharing.allowed(holder.tx, row.patient_id, SharingPurpose.REFERRAL, to, holder.now)


def wrong(link: ReplyLinkRow, now: datetime) -> Gone | Locked:
    """Count a wrong code; one too many closes the link."""
    link.wrong_codes += 1
    if link.wrong_codes < rules.WRONG_CODES:
        return Locked(wrong=True)
    link.revoked_at, link.revoked_why = now, "wrong-codes"
    return Gone(LinkState.REVOKED)
