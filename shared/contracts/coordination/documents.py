"""Documents of a referral: the question's, the notes', the report's."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import EncodedBytes, EncoderProtocol, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.contracts.base import In, Name, Out, Text
from shared.contracts.coordination.examples import example
from shared.vocabulary import DocumentPurpose, DocumentType

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]
"""A SHA-256 in hexadecimal."""


class _Base64(EncoderProtocol):
    """Base64 without anything else in it: a lenient reader would make other bytes of a damaged document."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        try:
            return base64.b64decode(data, validate=True)
        except binascii.Error as error:
            raise PydanticCustomError("base64", "is not base64") from error

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        return base64.b64encode(value)

    @classmethod
    def get_json_format(cls) -> Literal["base64"]:
        return "base64"


class AttachDocument(In):
    """A document, its bytes in base64. With ``sha256`` it is kept only if it arrived as it was sent."""

    model_config = example(
        {
            "purpose": "question",
            "type": "progress-note",
            "title": "Progress note of the heart-failure clinic",
            "content_type": "text/plain",
            "content": "TmV3IGR5c3Bub2VhIG9uIGV4ZXJ0aW9uLiAoZGVtbyk=",
        }
    )

    purpose: DocumentPurpose = DocumentPurpose.QUESTION
    type: DocumentType
    title: Name
    content_type: Text = Field(description="application/pdf, image/png, image/jpeg or text/plain.")
    content: Annotated[bytes, EncodedBytes(encoder=_Base64)] = Field(description="At most 5 MiB once decoded.")
    sha256: Sha256 | None = None


class DocumentRead(Out):
    """What is known of a document; its bytes are at ``…/documents/{id}/content``."""

    id: UUID
    referral_id: UUID
    purpose: DocumentPurpose
    type: DocumentType
    code_system: str
    code: str
    title: str
    content_type: str
    size: int
    sha256: str
    added_by: str
    added_at: datetime


class DocumentList(Out):
    """All documents of a referral, oldest first."""

    items: list[DocumentRead]
