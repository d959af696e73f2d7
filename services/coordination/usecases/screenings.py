"""A social-needs screen: its answers meet the screen and open the needs they ask for."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import screenings as rules
from services.coordination.domain.clocks import start
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.needs import PATIENT_WIDE
from services.coordination.domain.reasons import Reason
from services.coordination.domain.screenings import Said, Wanted
from services.coordination.store import calendars, needs, patients
from services.coordination.store.needs import NeedRow
from services.coordination.usecases import need_acts, need_begins, need_work
from services.coordination.usecases.need_views import views
from services.coordination.usecases.need_work import Asked, Note, opened
from shared.contracts.coordination.need_acts import ScreenNeed
from shared.contracts.coordination.needs import Evidence, Screened, Source
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.calendar import Calendar
from shared.vocabulary import EvidenceKind, NeedKind, SourceKind


async def screen(
    tx: Session, need_id: UUID, body: ScreenNeed, *, version: int, actor: Actor, now: datetime
) -> Screened:
    """Record a screen's answers: the screen is met as of ``done_at``, each domain at risk opens or joins its need.

    Raises:
        NotFound, Stale, ActNotAllowed.
        NotAScreen: the need is of another kind.
        AnsweredTwice, InTheFuture, DoneBeforeBirth, DoneBeforeStart: the body cannot be.
    """
    patient = await patients.get_for_update(tx, (await needs.get(tx, need_id)).patient_id)
    row = await opened(tx, need_id, version)
    if row.kind != NeedKind.SOCIAL_NEEDS:
        raise rules.NotAScreen(f"The need is {row.kind}. Identify a social-needs-screen for this patient first.")
    await need_begins.check(tx, row, EvidenceKind.SCREENING, body.done_at, now=now)
    said = [Said(one.domain, one.answer, one.wants_help) for one in body.answers]
    rules.check(said)
    text = rules.summary(body.tool, said)
    source = Source(kind=SourceKind.SCREENING, id=str(row.id))
    evidence = Evidence(kind=EvidenceKind.SCREENING, source=source, note=text)
    note = Note(by=actor.person, now=now, text=text)
    await need_acts.met(tx, row, evidence, body.done_at, note)
    calendar = await calendars.calendar(tx, row.zone, of=row.patient_id)
    asked = [_asked(row, one, body, calendar, actor, now) for one in rules.needs_of(said)]
    rows = await need_work.open_or_join(tx, patient, asked, calendar, note) if asked else []
    shown = await views(tx, [row, *rows], actor=actor, now=now)
    return Screened(screen=shown[0], needs=shown[1:])


def _asked(row: NeedRow, one: Wanted, body: ScreenNeed, calendar: Calendar, actor: Actor, now: datetime) -> Asked:
    reason = Reason(
        source_kind=SourceKind.SCREENING,
        source_id=str(row.id),
        text=f"{one.domain} at risk in the social-needs screen",
        priority=one.priority,
        clocks=tuple(start(rule, body.done_at, calendar) for rule in KINDS[one.kind].clocks),
        recorded_at=now,
        recorded_by=actor.person,
        citation=body.tool,
    )
    stay_id = None if row.scope == PATIENT_WIDE else row.scope.partition(":")[2]
    return Asked(one.kind, stay_id, reason, row.owner, row.team)
