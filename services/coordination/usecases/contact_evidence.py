"""What a contact does to needs: to open ones, and to those that a later conversation met before this one was told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.coordination.domain import contacts as rules
from services.coordination.domain.evidence import Shown, judge
from services.coordination.store import contacts, need_codec, needs
from services.coordination.store.contacts import ContactRow
from services.coordination.store.needs import NeedRow
from services.coordination.usecases import evidence, need_begins, need_work
from services.coordination.usecases.evidence import Results
from services.coordination.usecases.need_work import Note
from shared.contracts.coordination.contacts import RecordContact
from shared.contracts.coordination.needs import Evidence, Means, Source
from shared.db.base import Session
from shared.kit.problems import NotFound
from shared.vocabulary import EvidenceKind, MeansKind, NeedKind, NeedState

TALK, ATTEMPTS = EvidenceKind.INTERACTIVE_CONTACT, EvidenceKind.TWO_ATTEMPTS


async def concerned(tx: Session, body: RecordContact) -> Sequence[NeedRow]:
    """The needs a contact may count for, locked: the one it names, or every open contact need and every one that a
    conversation met after this contact was made.

    Raises:
        NotFound: the patient has no such need.
        BeforeNeed: it was made before the need it names could begin.
    """
    if body.need_id is None:
        met = await needs.met_after(tx, body.patient_id, NeedKind.CONTACT, body.started_at)
        return [*await needs.open_of(tx, body.patient_id, [NeedKind.CONTACT]), *filter(_by_talk, met)]
    rows = [row for row in await needs.of_ids(tx, [body.need_id]) if row.patient_id == body.patient_id]
    if not rows:
        raise NotFound("need")
    for row in rows:
        rules.check_within(body.started_at, await need_begins.earliest(tx, row))
    return [row for row in rows if row.closed_at is None or (_by_talk(row) and _done_after(row, body.started_at))]


async def conversation(tx: Session, rows: Sequence[NeedRow], at: datetime, source: Source, note: Note) -> Results:
    """Let a conversation meet open needs; one told after a later one counts from when it was held."""
    shown = Shown(TALK, at)
    done = await evidence.apply(tx, [row for row in rows if row.closed_at is None], shown, source, note)
    for row in rows:
        if row.closed_at is None or row.id in done.met:
            continue
        since = await need_begins.since(tx, row, TALK)
        if judge(NeedKind(row.kind), since, frozenset(), shown).meets:
            await _earlier(tx, row, at, source, note)
            done.met.append(row.id)
            done.said.append(f"{row.kind}: it was met by this conversation, before the one told first")
    return done


async def attempted(tx: Session, need: NeedRow, row: ContactRow, source: Source, note: Note) -> str | None:
    """Stop the programme's clock at the second of two separate attempts, whichever was told last; what that did."""
    clocks = need_codec.clocks_of(need)
    if need.kind != NeedKind.CONTACT or not clocks:
        return None
    since = min(clock.start_at for clock in clocks)
    made = [*(contacts.attempt_of(one) for one in await contacts.of_patient(tx, row.patient_id, since))]
    second = rules.second_attempt([*made, contacts.attempt_of(row)], since)
    known = [datetime.fromisoformat(one["at"]) for one in need.evidence if one["kind"] == ATTEMPTS]
    if second is None or any(at <= second for at in known) or (need.done_at is not None and need.done_at <= second):
        return None
    if need.closed_at is None:
        await evidence.apply(tx, [need], Shown(ATTEMPTS, second), source, note)
        return "two separate attempts are on record: the programme's clock stops, keep trying"
    _keep(need, ATTEMPTS, second, source)
    need_work.stop_clocks(need, ["programme"], second, str(ATTEMPTS))
    # The last act of a need says when it was done, and that was the conversation.
    text = f"two separate attempts by {second:%Y-%m-%dT%H:%MZ}: the programme's clock stopped then"
    await need_work.noted(tx, need, "evidence", need.state, replace(note, done_at=need.done_at, text=text))
    return "two separate attempts came before the conversation: the programme's clock stopped then"


async def _earlier(tx: Session, row: NeedRow, at: datetime, source: Source, note: Note) -> None:
    _keep(row, TALK, at, source)
    need_work.stop_clocks(row, None, at, str(TALK))
    row.done_at = at
    if row.met_through is not None and row.met_through["kind"] == MeansKind.OUTREACH:
        row.met_through = Means(kind=MeansKind.OUTREACH, id=source.id).model_dump(mode="json")
    text = "an earlier conversation was told: the need was met then"
    await need_work.noted(tx, row, "evidence", row.state, replace(note, done_at=at, text=text))


def _keep(row: NeedRow, kind: EvidenceKind, at: datetime, source: Source) -> None:
    kept = Evidence(kind=kind, source=source, note=None).model_dump(mode="json")
    need_work.add_evidence(row, {**kept, "at": at.isoformat()})


def _by_talk(row: NeedRow) -> bool:
    return row.state == NeedState.MET and any(one["kind"] == TALK for one in row.evidence)


def _done_after(row: NeedRow, at: datetime) -> bool:
    return row.done_at is not None and row.done_at > at
