"""Documents that are sent along."""

import base64
from typing import Any

PDF = b"%PDF-1.7\nfictional"


def a_document(content: bytes, content_type: str = "application/pdf", **changes: object) -> dict[str, Any]:
    sent = base64.b64encode(content).decode()
    return {"type": "consult-note", "title": "Note", "content_type": content_type, "content": sent, **changes}
