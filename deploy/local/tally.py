"""What became of everything that was sent, counted and shown; and the list of what was refused."""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.local.bundles import Part

Json = dict[str, Any]
_ENTRY = re.compile(r"^Bundle\.entry\[\d+\](\.resource)?\.?")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One entry that was not stored: ``address`` is its fullUrl in the file, ``place`` the element in it."""

    file: str
    address: str
    service: str
    type: str
    code: str
    text: str
    place: str


@dataclass(slots=True)
class Tally:
    """Counts by (service, resource type)."""

    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    stored: Counter[tuple[str, str]] = field(default_factory=Counter)
    there: Counter[tuple[str, str]] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    notes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    not_taken: Counter[str] = field(default_factory=Counter)
    unread: list[tuple[str, str]] = field(default_factory=list)

    def count(self, part: Part, answer: Json) -> None:
        """Take in a batch-response; its entries answer those sent, one by one."""
        for sent, answered in zip(part.entries, answer["entry"], strict=True):
            name = sent["request"]["url"]
            key, response = (part.service, name), answered["response"]
            self.sent[key] += 1
            issues = response.get("outcome", {}).get("issue", [])
            if response["status"].startswith("2"):
                (self.stored if response["status"].startswith("201") else self.there)[key] += 1
                self.notes.update((part.service, name, _code(issue)) for issue in issues)
            else:
                self.refusals.append(_refusal(part, sent, issues))

    def refuse_part(self, part: Part, code: str, text: str) -> None:
        """A whole batch that was refused."""
        for entry in part.entries:
            name = entry["request"]["url"]
            self.sent[part.service, name] += 1
            self.refusals.append(Refusal(part.file, _address(entry), part.service, name, code, text, ""))

    def show(self, console: Console) -> None:
        """The closing tables."""
        console.print(self._by_type())
        if self.refusals:
            console.print(self._by_reason())
        if self.notes:
            console.print(self._noted())
        if self.not_taken:
            left = ", ".join(f"{name} {count:,}" for name, count in self.not_taken.most_common())
            console.print(f"Taken by neither service: {left}", markup=False)
        for file, why in self.unread:
            console.print(f"Left out: {file}: {why}", markup=False)

    def _by_type(self) -> Table:
        table = Table(title="Sent, by service and resource type")
        _columns(table, ("service", "type"), ("sent", "stored", "already there", "refused"))
        refused = Counter((refusal.service, refusal.type) for refusal in self.refusals)
        for key in sorted(self.sent):
            counts = (self.sent[key], self.stored[key], self.there[key], refused[key])
            table.add_row(*key, *(f"{count:,}" for count in counts))
        return table

    def _by_reason(self) -> Table:
        table = Table(title="Refused, by reason")
        _columns(table, ("service", "type", "reason"), ("count",))
        table.add_column("for example", overflow="fold")
        reasons = Counter((refusal.service, refusal.type, refusal.code) for refusal in self.refusals)
        examples = {(each.service, each.type, each.code): each.text for each in reversed(self.refusals)}
        for key, count in sorted(reasons.items()):
            table.add_row(*key, f"{count:,}", examples[key])
        return table

    def _noted(self) -> Table:
        table = Table(title="Stored, with a note")
        _columns(table, ("service", "type", "note"), ("count",))
        for key, count in sorted(self.notes.items()):
            table.add_row(*key, f"{count:,}")
        return table

    def write(self, file: Path) -> None:
        """Every refused entry, one a line."""
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("file", "address", "service", "type", "reason", "place", "sentence"))
            for one in self.refusals:
                writer.writerow((one.file, one.address, one.service, one.type, one.code, one.place, one.text))
            writer.writerows((name, "", "", "", "file.not-read", "", why) for name, why in self.unread)


def _columns(table: Table, words: Iterable[str], numbers: Iterable[str]) -> None:
    for word in words:
        table.add_column(word, overflow="fold")
    for number in numbers:
        table.add_column(number, justify="right")


def _code(issue: Json) -> str:
    coded = issue.get("details", {}).get("coding") or [{}]
    return str(coded[0].get("code") or issue.get("code", "unknown"))


def _refusal(part: Part, sent: Json, issues: list[Json]) -> Refusal:
    first = issues[0] if issues else {}
    text = str(first.get("details", {}).get("text", ""))
    # The index in the expression counts what was sent, not the file's entries: the address says which one it is.
    place = _ENTRY.sub("", str((first.get("expression") or [""])[0]))
    return Refusal(part.file, _address(sent), part.service, sent["request"]["url"], _code(first), text, place)


def _address(entry: Json) -> str:
    return str(entry.get("fullUrl", ""))


def said(answer: Any, status: int) -> tuple[str, str]:
    """Code and sentence of a refusal of the whole request: an OperationOutcome or a problem document."""
    issues = answer.get("issue", []) if isinstance(answer, dict) else []
    if issues:
        return _code(issues[0]), str(issues[0].get("details", {}).get("text", ""))
    if isinstance(answer, dict) and "code" in answer:
        return str(answer["code"]), str(answer.get("detail", ""))
    return f"http-{status}", f"The service answered {status}."
