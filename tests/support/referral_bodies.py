"""What a referral is told on its way."""

from typing import Any

VISIT: dict[str, Any] = {"starts_at": "2026-09-11T17:30:00Z", "ends_at": "2026-09-11T18:00:00Z", "modality": "video"}
BOOKED = {"act": "schedule", **VISIT}
REPORT = {"act": "report", "summary": "Sacubitril/valsartan started"}
