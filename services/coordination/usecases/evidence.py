"""Evidence that meets needs: readings, results, visits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.coordination.domain.evidence import Effect, Shown, check_born, fits, judge, says, unsaid
from services.coordination.domain.needs import check_past
from services.coordination.store import needs
from services.coordination.store.needs import NeedRow
from services.coordination.usecases import monitored, need_acts, need_begins, need_work, patients
from services.coordination.usecases.need_work import Note
from shared.contracts.coordination.needs import Evidence, EvidenceOutcome, GiveEvidence, Means, Source
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import NotFound
from shared.vocabulary import MeansKind, NeedKind, SourceKind

_MEANS = {
    SourceKind.CONTACT: MeansKind.OUTREACH,
    SourceKind.REFERRAL: MeansKind.REFERRAL,
    SourceKind.ENROLLMENT: MeansKind.ENROLLMENT,
    SourceKind.READING: MeansKind.ENROLLMENT,
}


@dataclass(slots=True)
class Results:
    """What a piece of evidence did so far; ``nothing``: why it did nothing to a need it was held against."""

    met: list[UUID] = field(default_factory=list)
    clocks: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    nothing: list[str] = field(default_factory=list)


async def give(tx: Session, body: GiveEvidence, *, actor: Actor, now: datetime) -> EvidenceOutcome:
    """Let something that happened meet the open needs it is for; nothing open is no error.

    Raises:
        NotFound: nobody carries the id or the identifiers, or the need named is none of the patient's.
        InTheFuture, DoneBeforeBirth: it cannot have happened then.
    """
    check_past(body.occurred_at, now, "occurred_at")
    patient = await patients.named(tx, body)
    await monitored.heard_of(tx, patient, actor=actor, now=now)
    check_born(body.occurred_at, patient.birth_date)
    audit.saw(tx, patient.id)
    metrics = frozenset([*body.metrics, *([body.metric] if body.metric else [])])
    shown = Shown(body.evidence, body.occurred_at, metrics)
    meant, others = await _meant(tx, patient.id, body)
    results = await apply(tx, meant, shown, body.source, Note(by=actor.person, now=now))
    said = results.said if body.need_id is None and body.need is None else [*results.said, *results.nothing]
    candidates = [f"{row.kind} ({row.id})" for row in others if (await _effect(tx, row, shown)).does]
    said = [*said, *filter(None, [unsaid(shown.kind, candidates, met=bool(said))])]
    explanation = "; ".join(said) or "no open need of this patient is met by this"
    return EvidenceOutcome(met=results.met, clocks=results.clocks, explanation=explanation)


async def apply(tx: Session, rows: Sequence[NeedRow], shown: Shown, source: Source, note: Note) -> Results:
    """Judge evidence against needs and do what follows: meet one, stop a clock, or keep a part."""
    results = Results()
    for row in rows:
        effect = await _effect(tx, row, shown)
        (results.said if effect.does else results.nothing).append(f"{row.kind}: {effect.because}")
        if effect.does:
            await _do(tx, row, effect, shown, source, note)
        if effect.meets:
            results.met.append(row.id)
        if effect.stops:
            results.clocks.append(f"{row.id}/{effect.stops}")
    return results


async def _meant(tx: Session, patient_id: UUID, body: GiveEvidence) -> tuple[list[NeedRow], list[NeedRow]]:
    """The open needs the evidence is for, and those it may be for but does not say."""
    rows = await needs.open_of(tx, patient_id)
    if body.need_id is not None:
        if (await needs.get(tx, body.need_id)).patient_id != patient_id:
            raise NotFound("need")
        return [row for row in rows if row.id == body.need_id], []
    if body.need is not None:
        return [row for row in rows if row.kind == body.need], []
    fitting = [row for row in rows if fits(NeedKind(row.kind), body.evidence)]
    meant = [row for row in fitting if says(body.evidence, NeedKind(row.kind))]
    return meant, [row for row in fitting if row not in meant]


async def _effect(tx: Session, row: NeedRow, shown: Shown) -> Effect:
    since = await need_begins.since(tx, row, shown.kind)
    return judge(NeedKind(row.kind), since, _measured(row, shown), shown)


async def _do(tx: Session, row: NeedRow, effect: Effect, shown: Shown, source: Source, note: Note) -> None:
    kept = Evidence(kind=shown.kind, source=source, note=", ".join(sorted(shown.metrics)) or None)
    if effect.meets:
        means = _MEANS.get(source.kind)
        if row.met_through is None and means is not None and row.means is None:
            row.met_through = Means(kind=means, id=source.id).model_dump(mode="json")
        await need_acts.met(tx, row, kept, shown.done_at, note)
        return
    dumped = {**kept.model_dump(mode="json"), "at": shown.done_at.isoformat(), "metrics": sorted(shown.metrics)}
    need_work.add_evidence(row, dumped)
    if effect.stops:
        need_work.stop_clocks(row, [effect.stops], shown.done_at, str(shown.kind))
    noted = Note(note.by, note.now, shown.done_at, text=effect.because)
    await need_work.noted(tx, row, "evidence", row.state, noted)


def _measured(row: NeedRow, shown: Shown) -> frozenset[str]:
    kept = (one.get("metrics", []) for one in row.evidence if one["kind"] == shown.kind)
    return frozenset(metric for metrics in kept for metric in metrics)
