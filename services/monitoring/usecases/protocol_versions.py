"""An organization's own versions of protocols: drafted, revised, validated, published, retired."""

from datetime import datetime
from typing import Any

from services.monitoring.domain import pinned
from services.monitoring.domain import protocol_versions as rules
from services.monitoring.domain.enrollments import ProtocolUnknown
from services.monitoring.domain.policy import POLICY
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocol_checks import troubles
from services.monitoring.domain.protocol_content import Unreadable, read, written
from services.monitoring.domain.protocols import LATEST, published
from services.monitoring.store import practices, protocol_dry_runs
from services.monitoring.store import protocol_versions as store
from services.monitoring.store.protocol_versions import ProtocolVersionRow
from services.monitoring.usecases import prescribers
from shared.contracts.base import AllowedAct
from shared.contracts.monitoring.protocol_versions import (
    DraftVersion,
    ProtocolVersionList,
    ProtocolVersionRead,
    ProtocolVersionSummary,
    PublishVersion,
    RetireVersion,
    ReviseVersion,
    ValidateVersion,
)
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.policy import decide
from shared.kit.problems import check_version
from shared.kit.zones import local_day
from shared.vocabulary import ProtocolVersionAct, ProtocolVersionState

_KEPT = tuple(ProtocolVersionSummary.model_fields)


async def draft(tx: Session, key: str, body: DraftVersion, *, actor: Actor, now: datetime) -> ProtocolVersionRead:
    """Begin a version with the content of another one.

    Raises:
        NotFound: no version to begin from. ProtocolUnknown.
    """
    if key not in LATEST:
        raise ProtocolUnknown("There is no such protocol. GET /v1/protocols lists those there are.")
    content = written(await protocol(tx, key, body.based_on))
    number, version_id = await store.next_number(tx, key), new_id()
    row = ProtocolVersionRow(
        id=version_id,
        organization_id=organization(tx),
        key=key,
        name=rules.named(number, version_id),
        number=number,
        based_on=body.based_on,
        state=ProtocolVersionState.DRAFT,
        content=content,
        content_version=1,
        reason=body.reason,
        authors=[actor.person],
        version=1,
        created_at=now,
        updated_at=now,
    )
    tx.add(row)
    await tx.flush()
    return shown(row, actor)


async def get(tx: Session, key: str, name: str, *, actor: Actor) -> ProtocolVersionRead:
    """An own version with its content; raises NotFound."""
    return shown(await store.get(tx, key, name), actor)


async def list_all(tx: Session, key: str) -> ProtocolVersionList:
    """The organization's own versions of a protocol."""
    rows = await store.of_key(tx, key)
    return ProtocolVersionList(items=[ProtocolVersionSummary.model_validate(row) for row in rows])


async def revise(
    tx: Session, key: str, name: str, body: ReviseVersion, *, version: int, actor: Actor, now: datetime
) -> ProtocolVersionRead:
    """Write the content anew.

    Raises:
        NotFound, Stale, WrongVersionState, ContentUnreadable.
    """
    row = await _for(tx, key, name, version, ProtocolVersionAct.REVISE)
    try:
        # Written again, so that every field is there, also those left to today's defaults.
        row.content = written(read(key, name, body.content))
    except Unreadable as error:
        raise rules.ContentUnreadable(f"{error.path or 'content'}: {error}", path=error.path) from error
    row.content_version += 1
    _move(row, ProtocolVersionAct.REVISE, now)
    row.prescriber = row.validated_by = row.validated_at = None
    if actor.person not in row.authors:
        row.authors = [*row.authors, actor.person]
    await tx.flush()
    return shown(row, actor)


async def validate(
    tx: Session, key: str, name: str, body: ValidateVersion, *, version: int, actor: Actor, now: datetime
) -> ProtocolVersionRead:
    """Check that the content may be published.

    Raises:
        NotFound, Stale, WrongVersionState.
        Invalid, LooserNeedsPrescriber: with each problem, where it is, in a sentence.
        NamedThemselves, NotAPrescriber.
    """
    row = await _for(tx, key, name, version, ProtocolVersionAct.VALIDATE)
    base = await protocol(tx, key, row.based_on)
    found = troubles(read(key, name, row.content), base, prescriber=body.prescriber)
    if found:
        listed = [{"path": each.path, "sentence": each.sentence} for each in found]
        kind = rules.LooserNeedsPrescriber if all(each.needs_prescriber for each in found) else rules.Invalid
        raise kind(f"{found[0].path}: {found[0].sentence}", troubles=listed)
    today = local_day(now, await practices.zone(tx, "UTC"))
    await prescribers.stand_behind(tx, body.prescriber, authors=[*row.authors, actor.person], on=today)
    row.prescriber, row.validated_by, row.validated_at = body.prescriber, actor.person, now
    _move(row, ProtocolVersionAct.VALIDATE, now)
    await tx.flush()
    return shown(row, actor)


async def publish(
    tx: Session, key: str, name: str, body: PublishVersion, *, version: int, actor: Actor, now: datetime
) -> ProtocolVersionRead:
    """Make a validated and tried-out version the one that new enrollments take; from now on it never changes.

    Raises:
        NotFound, Stale, WrongVersionState, OwnWork, NotTriedOut.
    """
    row = await _for(tx, key, name, version, ProtocolVersionAct.PUBLISH)
    if actor.person in row.authors:
        raise rules.OwnWork("You wrote this version. Another supervisor or prescriber publishes it.")
    if not await protocol_dry_runs.of_version(tx, row.id, row.content_version):
        raise rules.NotTriedOut("See first which alerts this content would change: POST …/dry-run.")
    row.reason, row.published_by, row.published_at = body.reason, actor.person, now
    _move(row, ProtocolVersionAct.PUBLISH, now)
    await tx.flush()
    return shown(row, actor)


async def retire(
    tx: Session, key: str, name: str, body: RetireVersion, *, version: int, actor: Actor, now: datetime
) -> ProtocolVersionRead:
    """No new enrollment takes this version; those pinned to it stay as they are.

    Raises:
        NotFound, Stale, WrongVersionState.
    """
    row = await _for(tx, key, name, version, ProtocolVersionAct.RETIRE)
    row.retired_by, row.retired_at, row.retired_reason = actor.person, now, body.reason
    _move(row, ProtocolVersionAct.RETIRE, now)
    await tx.flush()
    return shown(row, actor)


async def protocol(tx: Session, key: str, name: str) -> Protocol:
    """Any version by its name, also a draft as it is now; raises NotFound."""
    found = published(key, name)
    if found is not None:
        return found
    row = await store.get(tx, key, name)
    if row.published_at is not None and pinned.known(key, name):
        return pinned.pinned(key, name)
    return read(key, name, row.content)


async def newest(tx: Session) -> dict[str, Protocol]:
    """By key the version that new enrollments take: the organization's last published one, else the catalogue's."""
    own = await store.newest(tx)
    return {key: pinned.pinned(key, own[key].name) if key in own else latest for key, latest in LATEST.items()}


def shown(row: ProtocolVersionRow, actor: Actor) -> ProtocolVersionRead:
    """The version in the words of the contract, with the acts this actor may do now."""
    kept: dict[str, Any] = {name: getattr(row, name) for name in _KEPT}
    acts = [_allowed(row, act, actor) for act in ProtocolVersionAct]
    return ProtocolVersionRead(**kept, content=row.content, acts=acts)


def _allowed(row: ProtocolVersionRow, act: ProtocolVersionAct, actor: Actor) -> AllowedAct:
    decision = decide(POLICY, actor, f"protocol-versions.{act}")
    why = rules.refusal(ProtocolVersionState(row.state), act) if decision.allowed else decision.reason
    if why is None and act is ProtocolVersionAct.PUBLISH and actor.person in row.authors:
        why = "You wrote this version."
    return AllowedAct(act=act, allowed=why is None, reason=why)


async def _for(tx: Session, key: str, name: str, version: int, act: ProtocolVersionAct) -> ProtocolVersionRow:
    """The version, locked, in a state from which the act leads somewhere."""
    row = await store.get(tx, key, name, lock=True)
    check_version(row.version, version)
    rules.after(ProtocolVersionState(row.state), act)
    return row


def _move(row: ProtocolVersionRow, act: ProtocolVersionAct, now: datetime) -> None:
    # Last of all: what is written with the state published can never be completed later.
    row.state = rules.after(ProtocolVersionState(row.state), act)
    row.version += 1
    row.updated_at = now
