"""Patients' wishes and preferred networks."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain.offers import NetworkRule
from services.coordination.store import patients, specialists
from services.coordination.store import preferences as store
from services.coordination.usecases.patients import to_write
from shared.contracts.coordination.preferences import (
    CarePreferences,
    CarePreferencesRead,
    PreferredNetworks,
    PreferredNetworksRead,
)
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.problems import check_version


async def read(tx: Session, patient_id: UUID) -> CarePreferencesRead:
    """What a patient asks for; version 0 with nothing in it when nobody has said anything.

    Raises:
        NotFound: no such patient.
    """
    patient = await patients.get(tx, patient_id)
    audit.saw(tx, patient.id)
    row = await store.of_patient(tx, patient_id)
    said = {} if row is None else row.said
    return CarePreferencesRead.model_validate({"id": patient_id, "version": row.version if row else 0, **said})


async def change(
    tx: Session, patient_id: UUID, body: CarePreferences, *, version: int, now: datetime
) -> CarePreferencesRead:
    """Say anew what a patient asks for.

    Raises:
        NotFound: no such patient, or a specialist who is preferred or avoided is not in the directory.
        Stale: somebody changed it first.
        AlreadyMerged: the record was merged into another.
    """
    await to_write(tx, patient_id)
    check_version((await read(tx, patient_id)).version, version)
    for named in (*body.prefer, *body.avoid):
        await specialists.get(tx, named)
    await store.put(tx, patient_id, body.model_dump(mode="json"), version=version + 1, now=now)
    return CarePreferencesRead(id=patient_id, version=version + 1, **body.model_dump())


async def wishes(tx: Session, patient_id: UUID) -> CarePreferences:
    """What matching goes by; empty when nobody has said anything."""
    row = await store.of_patient(tx, patient_id)
    return CarePreferences.model_validate({} if row is None else row.said)


async def rules(tx: Session) -> tuple[NetworkRule, ...]:
    """The preferred networks as matching takes them."""
    row = await store.networks(tx)
    return () if row is None else tuple(NetworkRule(**each) for each in row.networks)


async def read_networks(tx: Session) -> PreferredNetworksRead:
    """The preferred networks."""
    row = await store.networks(tx)
    named = [] if row is None else row.networks
    version = 0 if row is None else row.version
    return PreferredNetworksRead.model_validate({"id": organization(tx), "version": version, "networks": named})


async def change_networks(
    tx: Session, body: PreferredNetworks, *, version: int, now: datetime
) -> PreferredNetworksRead:
    """Name the preferred networks anew.

    Raises:
        Stale: somebody changed them first.
    """
    before = await read_networks(tx)
    check_version(before.version, version)
    named = [each.model_dump(mode="json") for each in body.networks]
    await store.put_networks(tx, named, version=version + 1, now=now)
    return PreferredNetworksRead(id=before.id, version=version + 1, networks=body.networks)
