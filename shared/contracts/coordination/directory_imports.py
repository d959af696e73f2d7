"""The directory as a table: one row an entry, keyed by the sender's own name for it."""

from typing import Literal
from uuid import UUID

from shared.contracts.base import Out

COLUMNS = (
    "external_id", "name", "organization_name", "specialty", "npi", "telephone", "gender", "languages", "interpreter",
    "modalities", "min_age", "max_age", "coverages", "prices", "price_told_by", "price_as_of", "networks", "site_name",
    "site_address", "site_latitude", "site_longitude", "site_time_zone", "capacity", "capacity_as_of",
)  # fmt: skip
"""The header. Lists are separated by ``;``. A coverage is ``Payer`` or ``Payer:Plan|Plan``; a price is
``service=40.00 USD``, with the payer and plan it is a share under behind it: ``visit=40.00 USD Medicare/Part B``."""
EXAMPLE = (
    ",".join(COLUMNS) + "\n"
    "EX-CARDIO-1,Dr. Ruth Example,Riverside Heart Clinic,cardiology,,+1 555 020 0101,female,en;es,no,"
    "in-person;video,18,,Medicare;Example Health:Silver|Gold,visit=40.00 USD Medicare;visit=180.00 USD,"
    "fee schedule,2026-01-01,Tier one,"
    'Main Street,"1 Main Street, Springfield",40.7306,-73.9352,America/New_York,4,2026-09-04T12:00:00Z\n'
)
MOST = 5_000


class RowRead(Out):
    """What became of a row; ``line`` counts the header as 1. ``column`` names what is wrong where one is to blame."""

    line: int
    external_id: str | None
    outcome: Literal["created", "updated", "unchanged", "refused"]
    specialist_id: UUID | None
    code: str | None
    column: str | None
    detail: str | None


class ImportRead(Out):
    """Counts, and every row in the order sent. After a dry run nothing is stored."""

    dry_run: bool
    created: int
    updated: int
    unchanged: int
    refused: int
    rows: list[RowRead]
