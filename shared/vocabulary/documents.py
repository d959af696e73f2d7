"""Documents of a referral: what they are for, and what kind of writing they are."""

from enum import StrEnum


class DocumentPurpose(StrEnum):
    """What a document does in a referral."""

    QUESTION = "question"
    NOTE = "note"
    REPORT = "report"
    LETTER = "letter"


class DocumentType(StrEnum):
    """The kind of writing; those with a LOINC code carry it (clinical §5.3)."""

    DISCHARGE_SUMMARY = "discharge-summary"
    CONSULT_NOTE = "consult-note"
    HISTORY_AND_PHYSICAL = "history-and-physical"
    PROGRESS_NOTE = "progress-note"
    REFERRAL_LETTER = "referral-letter"
    LABORATORY = "laboratory"
    IMAGING = "imaging"
    OTHER = "other"
