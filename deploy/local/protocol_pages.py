"""Write docs/protocols: one page a protocol, from the values that judge, for a nurse to read.

python -m deploy.local.protocol_pages
"""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from services.monitoring.domain.exclusions import Effect
from services.monitoring.domain.forms import pinned
from services.monitoring.domain.protocol import Goal, Protocol
from services.monitoring.domain.protocols import LATEST
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.silence import Expected
from shared.kit.units import plain
from shared.vocabulary import RiskTier, Severity

PAGES = Path("docs/protocols")
_HEADS = {
    Severity.CRITICAL: "critical: possible emergency now",
    Severity.HIGH: "high: clinical decision the same day",
    Severity.MODERATE: "moderate: contact by the next business day",
    Severity.LOW: "low: panel round",
    Severity.INFO: "info: recorded, opens no alert",
}
_EFFECTS = {
    Effect.BLOCKS: "not under this protocol",
    Effect.NEEDS_PRESCRIBER: "only with a named prescriber",
    Effect.ADJUSTS: "enrolled, with care",
}


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    heads = list(heads)
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return [*lines, *(f"| {' | '.join(_cell(each) for each in row)} |" for row in rows), ""]


def _for_whom(rule: Rule) -> str:
    parts = []
    if rule.only:
        parts.append(f"Only: {', '.join(sorted(rule.only))}.")
    if rule.unless:
        parts.append(f"Not: {', '.join(sorted(rule.unless))}.")
    if rule.raised_by:
        parts.append(f"One step more serious: {', '.join(sorted(rule.raised_by))}.")
    return " ".join(parts)


def _then(rule: Rule) -> str:
    need = f" From {rule.need_from} on the need `{rule.opens_need}` is asked for." if rule.opens_need else ""
    return f"{rule.asks}{need}".strip()


def _rules(protocol: Protocol) -> list[str]:
    lines: list[str] = []
    for severity, head in _HEADS.items():
        own = [rule for rule in protocol.rules if rule.severity is severity]
        if own:
            lines += [f"### Up to {head}", ""]
            rows = (
                (f"`{rule.key}`", rule.title, rule.criterion(), _for_whom(rule), _then(rule), rule.source)
                for rule in own
            )
            lines += _table(("rule", "what", "when it fires", "for whom", "what next", "source"), rows)
    return lines


def _expected(protocol: Protocol) -> list[str]:
    rows = (
        (f"`{each.key}`", each.title, each.rhythm(), _of_whom(each), _missing(each), each.source)
        for each in protocol.expects
    )
    return _table(("finding", "what", "when it is missing", "of whom", "what next", "source"), rows)


def _of_whom(expected: Expected) -> str:
    parts = [f"Only: {', '.join(sorted(expected.only))}."] if expected.only else []
    parts += [f"Not: {', '.join(sorted(expected.unless))}."] if expected.unless else []
    if expected.tiers != frozenset(RiskTier):
        parts.append(f"Tier {', '.join(sorted(expected.tiers))}.")
    return " ".join(parts)


def _missing(expected: Expected) -> str:
    need = f" From moderate on the need `{expected.opens_need}` is asked for." if expected.opens_need else ""
    return f"{expected.asks}{need}".strip()


def _goal(goal: Goal) -> tuple[str, str, str]:
    low, high = (plain(each) if each is not None else None for each in (goal.low, goal.high))
    span = f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}"
    return goal.metric.replace("_", " "), f"{span} {goal.unit}", goal.when


def _days(spans: Iterable[timedelta]) -> str:
    return ", ".join(str(span.days) for span in spans) or "–"


def _forms(protocol: Protocol) -> Iterable[tuple[str, str, str]]:
    return ((f"`{form.name}`", form.title, form.source) for form in pinned(protocol.forms))


def _ladder(protocol: Protocol) -> Iterable[tuple[str, str, str, str]]:
    for severity, each in protocol.ladder.items():
        steps = "; ".join(f"{step.told} after {step.wait.words()}" for step in each.steps) or "–"
        yield severity, each.acknowledge.words(), steps, each.source


def _kept(protocol: Protocol) -> list[str]:
    """What is aimed at, and how often each tier is spoken with."""
    return [
        "## Default goals",
        "",
        *_table(("metric", "goal", "when"), map(_goal, protocol.goals)),
        "## How often, by tier",
        "",
        *_table(
            ("tier", "first contacts, day", "then every, days", "review every, days"),
            (
                (tier, _days(each.first), str(each.every.days), str(each.review.days))
                for tier, each in protocol.cadence.items()
            ),
        ),
    ]


def page(protocol: Protocol) -> str:
    """The page of one version, in Markdown."""
    lines = [
        f"# {protocol.title}",
        "",
        f"Protocol `{protocol.key}`, version {protocol.version}.",
        "Written from the rules as they are evaluated: do not edit, run `python -m deploy.local.protocol_pages`.",
        "Every threshold is a default that a clinical owner approves and that a patient's own target may replace.",
        "*Project default* and *from memory* say what no guideline was checked for.",
        "Values are judged in the unit they were sent in.",
        "This is not an emergency service: readings are reviewed in stated hours.",
        "",
        f"Looks at: {', '.join(metric.replace('_', ' ') for metric in protocol.metrics)}.",
        "",
        "## Rules",
        "",
        "A rule stands under the most serious level it can start at; the level of each step is in brackets.",
        "",
        *_rules(protocol),
        "## What is expected",
        "",
        "What does not come in time is a finding of its own; the first data closes it.",
        "Of somebody in hospital or paused nothing is expected but examinations.",
        "After an unresolved high or critical alert silence is high at 24 h.",
        "",
        *_expected(protocol),
        *_kept(protocol),
        "## What a check-in asks",
        "",
        *_table(("form", "title", "source"), _forms(protocol)),
        "## By when an alert is answered",
        "",
        "Told is whoever is next, until somebody answers; an organization may set its own times.",
        "Whoever has seen an alert in time holds off the first who would be told. Those after them are told unless",
        "the patient was reached, a check-in was held or a change of a medicine was proposed; of a critical one until",
        "its end.",
        "",
        *_table(("severity", "acknowledged within", "told when nobody answers", "source"), _ladder(protocol)),
        "## Whom the defaults do not fit",
        "",
        *_table(
            ("circumstance", "effect", "why", "source"),
            ((f"`{each.fact}`", _EFFECTS[each.effect], each.sentence, each.source) for each in protocol.exclusions),
        ),
    ]
    return "\n".join(lines).rstrip() + "\n"


def pages() -> dict[Path, str]:
    """Every page by its path."""
    index = ["# Protocols", "", "One page each, written from the rules.", ""]
    index += [f"* [{each.title}]({each.key}.md): {len(each.rules)} rules" for each in LATEST.values()]
    found = {PAGES / f"{each.key}.md": page(each) for each in LATEST.values()}
    return {PAGES / "README.md": "\n".join(index) + "\n", **found}


def main() -> None:
    """Write them."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for path, text in pages().items():
        path.write_text(text)
        print(path)


if __name__ == "__main__":
    main()
