"""Evidence that meets needs: readings, results, visits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.coordination.domain.evidence import Effect, Shown, judge
from services.coordination.domain.needs import check_past
from services.coordination.store import need_codec, needs
from services.coordination.store.needs import NeedRow
from services.coordination.usecases import need_acts, need_work, patients
from services.coordination.usecases.need_work import Note
from shared.contracts.coordination.needs import Evidence, EvidenceOutcome, GiveEvidence, Means, Source
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import MeansKind, NeedKind, SourceKind

_MEANS = {
    SourceKind.CONTACT: MeansKind.OUTREACH,
    SourceKind.REFERRAL: MeansKind.REFERRAL,
    SourceKind.ENROLLMENT: MeansKind.ENROLLMENT,
    SourceKind.READING: MeansKind.ENROLLMENT,
}


@dataclass(slots=True)
class Results:
    """What a piece of evidence did so far."""

    met: list[UUID] = field(default_factory=list)
    clocks: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


async def give(tx: Session, body: GiveEvidence, *, actor: Actor, now: datetime) -> EvidenceOutcome:
    """Let something that happened meet the open needs it satisfies; nothing open is no error.

    Raises:
        NotFound: nobody carries the id or the identifiers.
        InTheFuture: it has not happened yet.
    """
    check_past(body.occurred_at, now, "occurred_at")
    patient = await patients.named(tx, body)
    audit.saw(tx, patient.id)
    metrics = frozenset([*body.metrics, *([body.metric] if body.metric else [])])
    shown = Shown(body.evidence, body.occurred_at, metrics)
    rows = await needs.open_of(tx, patient.id)
    results = await apply(tx, rows, shown, body.source, Note(by=actor.person, now=now))
    explanation = "; ".join(results.said) or "no open need of this patient is met by this"
    return EvidenceOutcome(met=results.met, clocks=results.clocks, explanation=explanation)


async def apply(tx: Session, rows: Sequence[NeedRow], shown: Shown, source: Source, note: Note) -> Results:
    """Judge evidence against needs and do what follows: meet one, stop a clock, or keep a part."""
    results = Results()
    for row in rows:
        effect = judge(NeedKind(row.kind), need_codec.clocks_of(row), _measured(row, shown), shown)
        if effect.meets or effect.stops or effect.kept:
            await _do(tx, row, effect, shown, source, note)
            results.said.append(f"{row.kind}: {effect.because}")
        if effect.meets:
            results.met.append(row.id)
        if effect.stops:
            results.clocks.append(f"{row.id}/{effect.stops}")
    return results


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
