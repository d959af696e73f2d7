"""What may be attached to a referral: kinds, formats, sizes, and that it is what it says it is."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.kit.problems import Conflict, Problem, TooLarge
from shared.vocabulary import DocumentType

LARGEST = 5 * 1024 * 1024  # bytes of one document [default]
LARGEST_TOGETHER = 20 * 1024 * 1024  # bytes of all documents of a referral [default]
MOST = 20  # documents of a referral [default]

LOINC = "http://loinc.org"
LOCAL = "urn:careweave:document-type"
CODES: Mapping[DocumentType, tuple[str, str]] = {
    DocumentType.DISCHARGE_SUMMARY: (LOINC, "18842-5"),  # clinical §5.3
    DocumentType.CONSULT_NOTE: (LOINC, "11488-4"),
    DocumentType.HISTORY_AND_PHYSICAL: (LOINC, "34117-2"),
    DocumentType.PROGRESS_NOTE: (LOINC, "11506-3"),
    DocumentType.REFERRAL_LETTER: (LOCAL, "referral-letter"),
    DocumentType.LABORATORY: (LOCAL, "laboratory"),
    DocumentType.IMAGING: (LOCAL, "imaging"),
    DocumentType.OTHER: (LOCAL, "other"),
}


class FormatNotTaken(Problem):
    status = 415
    code = "document.format-not-taken"
    title = "Documents of this format are not taken"


class NotWhatItSays(Problem):
    code = "document.not-what-it-says"
    title = "The document is not of the format it is said to be"


class HashDiffers(Problem):
    code = "document.hash-differs"
    title = "The document arrived changed"


class DocumentTooLarge(TooLarge):
    code = "document.too-large"
    title = "The document is too large"


class DocumentEmpty(Problem):
    code = "document.empty"
    title = "The document is empty"


class TooManyDocuments(Conflict):
    code = "document.too-many"
    title = "The referral holds as much as it may"


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is taken: its suffix, and how its bytes are known."""

    suffix: str
    looks_so: Callable[[bytes], bool]


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode()
    except UnicodeDecodeError:
        return False


# Nothing here is run by a browser: no HTML, SVG, XML or office format.
FORMATS: Mapping[str, Format] = {
    "application/pdf": Format("pdf", lambda content: content.startswith(b"%PDF-")),
    "image/png": Format("png", lambda content: content.startswith(b"\x89PNG\r\n\x1a\n")),
    "image/jpeg": Format("jpg", lambda content: content.startswith(b"\xff\xd8\xff")),
    "text/plain": Format("txt", _is_text),
}
LETTER = "text/html; charset=utf-8"
"""The format of letters, which this service writes itself and nobody can send in."""


def sha256(content: bytes) -> str:
    """The hash by which a document is known, in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def check(content: bytes, content_type: str, said: str | None) -> str:
    """That a document may be kept; answers its SHA-256.

    Raises:
        FormatNotTaken, NotWhatItSays, DocumentEmpty, DocumentTooLarge, HashDiffers.
    """
    if content_type not in FORMATS:
        raise FormatNotTaken(f"Send one of: {', '.join(FORMATS)}.")
    if not content:
        raise DocumentEmpty("Send the document's bytes in base64.")
    if len(content) > LARGEST:
        raise DocumentTooLarge(f"A document may have {LARGEST} bytes. Send a smaller one, or several.")
    if not FORMATS[content_type].looks_so(content):
        raise NotWhatItSays(f"The bytes are not {content_type}. Give the content_type of what you send.")
    found = sha256(content)
    if said is not None and said.lower() != found:
        raise HashDiffers("The bytes that arrived have another SHA-256 than you gave. Send the document again.")
    return found


def check_room(count: int, size: int, more: int) -> None:
    """That a referral with ``count`` documents of ``size`` bytes together may have another one of ``more``.

    Raises:
        TooManyDocuments.
    """
    if count >= MOST or size + more > LARGEST_TOGETHER:
        raise TooManyDocuments(f"A referral may have {MOST} documents and {LARGEST_TOGETHER} bytes of them together.")


def file_name(document_id: str, content_type: str) -> str:
    """A name to save it by; never the title, which may name a person."""
    suffix = "html" if content_type == LETTER else FORMATS[content_type].suffix
    return f"document-{document_id}.{suffix}"
