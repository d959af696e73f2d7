"""From the rows of a directory's CSV to entries, or to what is wrong with them and in which column."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from shared.contracts.coordination.directory_imports import COLUMNS, MOST
from shared.contracts.coordination.specialists import PutSpecialist
from shared.kit.problems import Problem

_NEEDED = ("external_id", "name", "organization_name", "specialty", "languages", "modalities")
_BOOLEANS = {"": False, "no": False, "false": False, "0": False, "yes": True, "true": True, "1": True}
# Members of the contract: the column that says them.
_SAID_IN = {"sites": "site_name", "capacity": "capacity", "coverages": "coverages", "prices": "prices"}


class NotATable(Problem):
    status = 400
    code = "csv.not-a-table"
    title = "The body is not a table of the directory"


class TooManyRows(Problem):
    status = 413
    code = "csv.too-many-rows"
    title = "The table has too many rows"


class BadCell(Exception):
    """A cell that cannot be read."""

    def __init__(self, column: str, detail: str) -> None:
        super().__init__(detail)
        self.column = column
        self.detail = detail


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its entry, or what is wrong with it."""

    line: int
    external_id: str | None
    entry: PutSpecialist | None
    wrong: BadCell | None = None


def rows_of(body: bytes) -> list[TableRow]:
    """The rows of a table.

    Raises:
        NotATable: not UTF-8, no header, or columns that are not known.
        TooManyRows: more than can be taken at once.
    """
    try:
        reader = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        header = reader.fieldnames or ()
        _check_header(header)
        cells = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotATable("Send UTF-8 text with commas, and quotes around cells that hold commas.") from error
    if len(cells) > MOST:
        raise TooManyRows(f"Send at most {MOST} rows at once: split the table.")
    return list(_read_all(cells))


def _check_header(header: Any) -> None:
    unknown = [name for name in header if name not in COLUMNS]
    missing = [name for name in _NEEDED if name not in header]
    if unknown or missing or len(set(header)) < len(header):
        raise NotATable(
            f"The header names columns once: {', '.join(COLUMNS)}. Needed are {', '.join(_NEEDED)}.",
            unknown=[str(name)[:100] for name in unknown],
            missing=missing,
        )


def _read_all(cells: list[dict[str | Any, str | Any]]) -> Iterator[TableRow]:
    seen: set[str] = set()
    for line, row in enumerate(cells, 2):
        key = (row.get("external_id") or "").strip() or None
        try:
            if None in row or any(value is None for value in row.values()):
                raise BadCell("external_id", "The row has more or fewer cells than the header.")
            if key is None or len(key) > 200 or not key.isprintable():
                raise BadCell("external_id", "Give each row a name of its own, of at most 200 printable characters.")
            if key in seen:
                raise BadCell("external_id", "Another row of this table has this name.")
            seen.add(key)
            yield TableRow(line, key, _entry(row))
        except BadCell as wrong:
            yield TableRow(line, key, None, wrong)


def _entry(row: Mapping[str, str]) -> PutSpecialist:
    cells = {name: row.get(name, "").strip() for name in COLUMNS}
    if cells["interpreter"].lower() not in _BOOLEANS:
        raise BadCell("interpreter", "Write yes or no.")
    plain = ("name", "organization_name", "specialty", "npi", "telephone", "gender", "min_age", "max_age")
    said: dict[str, Any] = {name: cells[name] for name in plain if cells[name]}
    said |= {name: _list(cells[name]) for name in ("languages", "modalities", "networks")}
    said["interpreter"] = _BOOLEANS[cells["interpreter"].lower()]
    said["coverages"] = [_coverage(one) for one in _list(cells["coverages"])]
    told = {"told_by": cells["price_told_by"] or None, "as_of": cells["price_as_of"] or None}
    said["prices"] = [{**_price(one), **told} for one in _list(cells["prices"])]
    site = {name: cells[f"site_{name}"] or None for name in ("name", "address", "latitude", "longitude", "time_zone")}
    said["sites"] = [site] if any(site.values()) else []
    if cells["capacity"] or cells["capacity_as_of"]:
        said["capacity"] = {"free": cells["capacity"] or None, "as_of": cells["capacity_as_of"] or None}
    try:
        return PutSpecialist.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise BadCell(_column(first["loc"]), first["msg"]) from None


def _column(place: tuple[int | str, ...]) -> str:
    names = [str(part) for part in place if isinstance(part, str)]
    if not names:
        return "external_id"
    if names[0] == "sites" and len(names) > 1:
        return f"site_{names[1]}"
    if names[0] == "capacity" and names[-1] == "as_of":
        return "capacity_as_of"
    return _SAID_IN.get(names[0], names[0])


def _list(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _coverage(text: str) -> dict[str, Any]:
    payer, _, plans = text.partition(":")
    return {"payer": payer.strip(), "plans": [plan.strip() for plan in plans.split("|") if plan.strip()]}


def _price(text: str) -> dict[str, Any]:
    service, equals, rest = text.partition("=")
    amount, _, more = rest.strip().partition(" ")
    currency, _, under = more.strip().partition(" ")
    if not equals or not amount or not currency:
        raise BadCell("prices", "Write a price like visit=40.00 USD, or visit=40.00 USD Payer/Plan for a share.")
    payer, _, plan = under.strip().partition("/")
    found = {"service": service.strip(), "amount": amount, "currency": currency}
    return {**found, "payer": payer.strip() or None, "plan": plan.strip() or None}
