"""The organization's rota: in which hours readings are reviewed, and the deadlines that follow."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any

from services.monitoring.domain.escalation import Deadlines, Rota
from services.monitoring.domain.in_force import ALWAYS
from services.monitoring.domain.protocol import Protocol
from services.monitoring.store import escalations, practices, rota_versions
from services.monitoring.store.escalations import RotaRow
from shared.contracts.monitoring.escalations import RotaRead, SetRota
from shared.db.base import Session, organization
from shared.kit.problems import check_version
from shared.vocabulary import Severity

_ROTA = "escalation.rota"
_DEADLINES = "escalation.deadlines"


async def of(tx: Session, zone: str) -> Rota:
    """The organization's rota; ``zone``, the patient's, stands in where the practice has said none."""
    if _ROTA not in tx.info:
        tx.info[_ROTA] = (await escalations.rota(tx), await practices.zone(tx, ""))
    row, practice = tx.info[_ROTA]
    kept: dict[str, Any] = row.kept if row is not None else {}
    usual = Rota(zone=practice or zone)
    return replace(
        usual,
        opens=time.fromisoformat(kept.get("opens", usual.opens.isoformat())),
        closes=time.fromisoformat(kept.get("closes", usual.closes.isoformat())),
        holidays=kept.get("holidays", usual.holidays),
        always_covered=kept.get("always_covered", usual.always_covered),
        minutes=kept.get("minutes", usual.minutes),
    )


async def deadlines(tx: Session, zone: str, protocol: Protocol, severity: Severity, start: datetime) -> Deadlines:
    """What an alert of this protocol version waits for that was opened, or became worse, at ``start`` (aware)."""
    # A batch opens many at one moment, and working out business hours takes longer than all else about an alert.
    known: dict[tuple[str, str, str, Severity, datetime], Deadlines] = tx.info.setdefault(_DEADLINES, {})
    key = (zone, protocol.key, protocol.version, severity, start)
    if key not in known:
        known[key] = (await of(tx, zone)).deadlines(protocol.ladder, severity, start)
    return known[key]


async def covered(tx: Session) -> list[tuple[datetime, bool | None]]:
    """From when somebody was there day and night by the rota, and from when not; None: which rota held is not known."""
    known = await rota_versions.every(tx)
    found: list[tuple[datetime, bool | None]] = [(ALWAYS, False)]
    expected = 1
    for row in known:
        # Where one is missing it was set by a program that kept none, at a time nobody knows.
        found[-1] = (found[-1][0], found[-1][1] if row.version == expected else None)
        found.append((row.at, bool(row.kept.get("always_covered", False))))
        expected = row.version + 1
    return found


async def get(tx: Session) -> RotaRead:
    """The rota as it holds; version 0 while nobody has set one."""
    return await _read(tx, await escalations.rota(tx))


async def put(tx: Session, body: SetRota, *, version: int, now: datetime) -> RotaRead:
    """Set the organization's hours and times; alerts opened or raised from now on go by them. Raises Stale."""
    row = await escalations.rota(tx, lock=True)
    check_version(0 if row is None else row.version, version)
    if row is None:
        row = RotaRow(organization_id=organization(tx), version=0, created_at=now)
        tx.add(row)
    row.kept = body.model_dump(mode="json", exclude_none=True)
    row.version += 1
    row.updated_at = now
    await tx.flush()
    rota_versions.keep(tx, row)
    return await _read(tx, row)


async def _read(tx: Session, row: RotaRow | None) -> RotaRead:
    tx.info[_ROTA] = (row, await practices.zone(tx, ""))
    tx.info.pop(_DEADLINES, None)
    rota = await of(tx, "")
    return RotaRead(
        id=organization(tx),
        version=row.version if row is not None else 0,
        time_zone=rota.zone or None,
        holidays=rota.holidays,
        opens=rota.opens,
        closes=rota.closes,
        always_covered=rota.always_covered,
        minutes=dict(rota.minutes),
    )
