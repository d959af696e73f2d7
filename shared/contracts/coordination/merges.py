"""Undoing a merge of two records."""

from uuid import UUID

from pydantic import Field

from shared.contracts.base import In, Out, Text
from shared.contracts.coordination.patients import PatientRead
from shared.vocabulary import Parting


class UndoMerge(In):
    """Why the two records are not one person after all."""

    reason: Text = Field(examples=["Two people of one name: the address and the payer differ"])


class PartedRead(Out):
    """What becomes of one record: a ``need``, ``referral``, ``stay``, ``contact`` or the patient's ``wishes``."""

    noun: str
    record_id: UUID
    how: Parting
    why: str


class UndoMergePreview(Out):
    """What undoing a merge would do; nothing is stored. ``refused`` says why it cannot be done."""

    patient_id: UUID
    out_of: UUID | None
    refused: str | None
    records: list[PartedRead]


class UndoMergeRead(Out):
    """What undoing a merge did: ``patient`` stands for itself again, ``out_of`` is the record that had gone on."""

    patient: PatientRead
    out_of: PatientRead
    records: list[PartedRead]
