"""Move enrollments to another version of their protocol: looked at first, with everything that changes by it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.monitoring.domain import enrollments as enrollment_rules
from services.monitoring.domain import migrations as rules
from services.monitoring.domain import pinned
from services.monitoring.domain.alerts import Alert, Change, CloseSourceCorrected, Extend, Open, reconcile
from services.monitoring.domain.evaluation import Evaluation
from services.monitoring.domain.migrations import Misfit
from services.monitoring.domain.moved_parts import moved_parts
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocols import published
from services.monitoring.store import alerts, enrollments, protocol_versions, readings, rechecks
from services.monitoring.store.alerts import AlertRow, Since
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.reading_evidence import reading_of
from services.monitoring.store.readings import Window
from services.monitoring.store.rechecks import Expected
from services.monitoring.usecases import alert_changes, gate, rosters, tiers
from services.monitoring.usecases.enrollment_changes import changed, for_change
from services.monitoring.usecases.rosters import Followed, Person
from shared.contracts.monitoring.enrollments import EnrollmentRead
from shared.contracts.monitoring.migrations import (
    AlertMoved,
    MigrateEnrollment,
    MigrationPreview,
    PartMoved,
    TargetMisfit,
)
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import AlertChange, AlertState, Disposition, EnrollmentState, ProtocolVersionState


@dataclass(frozen=True, slots=True)
class Move:
    """An enrollment, locked, with what another version makes of it."""

    row: EnrollmentRow
    person: Person | None
    followed: Followed | None
    old: Protocol
    to: Protocol
    rows: dict[UUID, AlertRow]
    known: Sequence[Alert]
    found: Evaluation
    misfits: Sequence[Misfit]

    def preview(self, now: datetime) -> MigrationPreview:
        """The same in the words of the contract."""
        return MigrationPreview(
            enrollment_id=self.row.id,
            patient_id=self.row.patient_id,
            from_version=self.row.protocol_version,
            to_version=self.to.version,
            alerts=_moved(self, reconcile(self.known, self.found.episodes, now)),
            parts=[PartMoved(**each._asdict()) for each in moved_parts(self.old, self.to)],
            targets=[TargetMisfit(target_id=e.target_id, bound=e.bound, sentence=e.sentence) for e in self.misfits],
        )


async def preview(tx: Session, enrollment_id: UUID, to_version: str, *, now: datetime) -> MigrationPreview:
    """What moving would change. Raises NotFound, WrongState, CannotMigrate."""
    row, _ = await for_change(tx, enrollment_id, (await enrollments.get(tx, enrollment_id)).version)
    return (await look(tx, row, await target(tx, row.protocol, to_version), now=now)).preview(now)


async def migrate(
    tx: Session, enrollment_id: UUID, body: MigrateEnrollment, *, version: int, actor: Actor, now: datetime
) -> EnrollmentRead:
    """Move one enrollment; its live alerts and the last day are judged anew.

    Raises:
        NotFound, Stale, WrongState, CannotMigrate.
        TargetsUnsettled: limits that do not fit are not among those to be withdrawn.
    """
    row, patient = await for_change(tx, enrollment_id, version)
    to = await target(tx, row.protocol, body.to_version)
    move = await look(tx, row, to, now=now)
    left = [each for each in move.misfits if each.target_id not in body.withdraw_targets]
    if left:
        listed = [{"target_id": str(e.target_id), "bound": e.bound, "sentence": e.sentence} for e in left]
        raise rules.TargetsUnsettled("Withdraw these limits with the move, or set them anew first.", targets=listed)
    if move.misfits:
        # Without these limits rules may find something else.
        _withdraw(row, {each.target_id for each in move.misfits}, now)
        await tx.flush()
        move = await look(tx, row, to, now=now)
    return await apply(tx, move, patient, body.reason, actor=actor, now=now)


async def target(tx: Session, key: str, version: str) -> Protocol:
    """The version to move to: one of the catalogue, or an own one that is published and not retired.

    Raises:
        NotFound, CannotMigrate.
    """
    found = published(key, version)
    if found is not None:
        return found
    row = await protocol_versions.get(tx, key, version)
    if row.state != ProtocolVersionState.PUBLISHED:
        raise rules.CannotMigrate(f"The version is {row.state}. Enrollments are moved to a published version.")
    return pinned.pinned(key, version)


async def look(tx: Session, row: EnrollmentRow, to: Protocol, *, now: datetime) -> Move:
    """What the version makes of a locked enrollment. Raises WrongState, CannotMigrate."""
    if row.state in (EnrollmentState.ENDED, EnrollmentState.DECLINED):
        raise enrollment_rules.WrongState(f"The enrollment is {row.state}. Nothing is judged any more.")
    if row.protocol_version == to.version:
        raise rules.CannotMigrate("The enrollment is pinned to this version already.")
    old = pinned.pinned(row.protocol, row.protocol_version)
    known = [(UUID(each["id"]), rosters.target(each)) for each in row.targets]
    misfits = rules.misfits(to, known, now=now)
    person = (await rosters.lock(tx, [row.patient_id]))[row.patient_id]
    before = next((each for each in person.followed if each.enrollment_id == row.id), None)
    if before is None:
        return Move(row, None, None, old, to, {}, (), Evaluation((), ()), misfits)
    live = await alerts.live_of(tx, row.id)
    start = min((now - rules.REACH, *(each.began_at for each in live)))
    rows = (await alerts.concerning(tx, [Since(row.id, start)])).get(row.id, [])
    standing = [alerts.alert_of(each) for each in rows]
    windows = [
        Window(row.patient_id, metric.value, since, now + gate.AHEAD)
        for metric, since in rules.needed(to, standing, now=now).items()
    ]
    history = [reading_of(stored) for stored in await readings.within(tx, windows)]
    found = rules.judged(old, to, before.watch, history, standing, now=now)
    followed = before._replace(protocol=to)
    return Move(row, person, followed, old, to, {each.id: each for each in rows}, standing, found, misfits)


async def apply(
    tx: Session, move: Move, patient: PatientRow, reason: str, *, actor: Actor, now: datetime
) -> EnrollmentRead:
    """Pin the enrollment to the version, and bring its alerts in line; what changed is kept in its history."""
    row, inputs = move.row, move.preview(now).model_dump(mode="json", include={"alerts", "parts", "targets"})
    before, row.protocol_version = row.protocol_version, move.to.version
    enrollments.note(
        tx, row, "migrate", reason, before=before, after=row.protocol_version, by=actor.person, at=now, inputs=inputs
    )
    if move.person is not None and move.followed is not None:
        done = await alert_changes.write(
            tx,
            move.person,
            move.followed,
            move.rows,
            move.known,
            move.found,
            actor=actor,
            now=now,
            ended=Disposition.PROTOCOL_CHANGED,
        )
        _settle(move)
        expected = [Expected(row.id, row.patient_id, e.rule, e.metric, e.at, e.due) for e in move.found.rechecks]
        await rechecks.expect(tx, expected)
        await tx.flush()
        if done:
            await tiers.after_alerts(tx, {row.id}, now=now)
    return await changed(tx, row, patient, actor=actor, now=now)


def _settle(move: Move) -> None:
    keys = {rule.key for rule in move.to.alerting}
    for alert in move.rows.values():
        # All of its evidence has been judged by the new version, which therefore explains it.
        if alert.rule in keys and alert.state in (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED):
            alert.protocol_version = move.to.version


def _withdraw(row: EnrollmentRow, target_ids: Iterable[UUID], now: datetime) -> None:
    gone = {str(each) for each in target_ids}
    row.targets = [{**each, "ends_at": now.isoformat()} if each["id"] in gone else each for each in row.targets]


def _moved(move: Move, changes: Iterable[Change]) -> list[AlertMoved]:
    old = pinned.pinned(move.row.protocol, move.row.protocol_version)
    before = {alert.id: alert for alert in move.known}
    found = []
    for each in changes:
        rule = each.episode.rule if isinstance(each, Open) else each.rule
        known = None if isinstance(each, Open) else before[each.alert]
        named = move.to.rule(rule) or old.rule(rule)
        after = None if isinstance(each, CloseSourceCorrected) else each.episode.severity
        found.append(
            AlertMoved(
                change=_WORDS[type(each)],
                alert_id=known.id if known is not None else None,
                rule=rule,
                title=named.title if named is not None else rule,
                before=known.severity if known is not None else None,
                after=after,
            )
        )
    return found


_WORDS = {Open: AlertChange.OPEN, Extend: AlertChange.CHANGE, CloseSourceCorrected: AlertChange.CLOSE}
