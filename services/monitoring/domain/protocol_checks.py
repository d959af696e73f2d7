"""What keeps a protocol version of an organization from being published: each problem where it is, in a sentence."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from services.monitoring.domain.bounds import Bound, Grade, rank
from services.monitoring.domain.history import History
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocol_content import written_rule
from services.monitoring.domain.protocol_parts import looser_parts, part_troubles
from services.monitoring.domain.protocol_troubles import Trouble
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.together import parts_of
from services.monitoring.domain.watch import Baseline, Watch
from shared.kit.metric_dictionary import MEASURES
from shared.vocabulary import Metric, RiskTier, Severity, Symptom

_WORDS = ("title", "source", "asks")
_DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)


def troubles(protocol: Protocol, base: Protocol, *, prescriber: str | None) -> list[Trouble]:
    """Everything that is wrong with a version made from ``base``; empty when it may be published."""
    found = [*_whole(protocol), *part_troubles(protocol)]
    for rule in protocol.rules:
        found += _source(rule) + _symptoms(rule) + _units(rule) + _order(rule)
    if not found:
        found += [trouble for rule in protocol.rules for trouble in _tried(rule)]
    if prescriber is None:
        found += [*looser(protocol, base), *looser_parts(protocol, base)]
    return found


def _whole(protocol: Protocol) -> Iterator[Trouble]:
    keys = [rule.key for rule in protocol.rules]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Trouble(f"rules.{key}", "Two rules have this key. A key names one rule and its alerts.")
    if missing := [tier for tier in RiskTier if tier not in protocol.cadence]:
        yield Trouble("cadence", f"Say how often these tiers are spoken with: {', '.join(missing)}.")
    named: dict[str, Bound] = {}
    for rule in protocol.rules:
        for bound in rule.bounds:
            if named.setdefault(bound.key, bound).at != bound.at:
                yield Trouble(f"rules.{rule.key}", f"The bound {bound.key} has other numbers in another rule.")
        for metric in sorted(set(rule.metrics) - set(protocol.metrics)):
            yield Trouble(f"rules.{rule.key}", f"{metric} is not among the protocol's metrics.")


def _source(rule: Rule) -> list[Trouble]:
    missing = [name for name in ("key", "title", "source") if not getattr(rule, name).strip()]
    if not rule.metrics:
        missing.append("metrics")
    return [Trouble(f"rules.{rule.key}.{name}", f"A rule needs its {name}.") for name in missing]


def _symptoms(rule: Rule) -> list[Trouble]:
    """A reading with a symptom that is not known here is put aside, so that a rule for it would never be found."""
    asked = {str(each) for part in parts_of(rule) for each in getattr(part, "symptoms", ())}
    unknown = sorted(asked - {str(each) for each in Symptom})
    text = f"Nobody can report {', '.join(unknown)}. Name symptoms of the vocabulary."
    return [Trouble(f"rules.{rule.key}.symptoms", text)] if unknown else []


def _units(rule: Rule) -> list[Trouble]:
    """Values are compared in the unit they came in (L5): a unit without a number would never be judged."""
    found = []
    for part in parts_of(rule):
        for grade in part.grades:
            metrics = part.metrics if grade.metric is None else (grade.metric,)
            for metric in metrics:
                allowed = part.compared_in(MEASURES[metric].units)
                missing = [unit for unit in allowed if unit not in grade.bound.at]
                if missing:
                    text = f"{grade.bound.key} has no number in {', '.join(missing)}, in which {metric} may come."
                    found.append(Trouble(f"rules.{rule.key}", text))
            units = [MEASURES[metric].units for metric in metrics]
            known = {unit for each in units for unit in (*each, *part.compared_in(each))}
            if strange := sorted(set(grade.bound.at) - known):
                text = f"{grade.bound.key} has numbers in {', '.join(strange)}, in which nothing comes."
                found.append(Trouble(f"rules.{rule.key}", text))
    return found


def _order(rule: Rule) -> list[Trouble]:
    """Grades go from mild to serious, and a milder one is reached first."""
    found = []
    for part in parts_of(rule):
        ranks = [rank(grade.severity) for grade in part.grades]
        if ranks != sorted(ranks):
            found.append(Trouble(f"rules.{rule.key}.grades", "List the grades from mild to serious."))
        for i, mild in enumerate(part.grades):
            for worse in part.grades[i + 1 :]:
                same = mild.metric is worse.metric and mild.side.upward is worse.side.upward
                if same and _crossed(mild, worse):
                    text = f"{worse.name} ({worse.bound}) is reached before the milder {mild.name} ({mild.bound})."
                    found.append(Trouble(f"rules.{rule.key}.grades", text))
    return found


def _crossed(mild: Grade, worse: Grade) -> bool:
    shared = mild.bound.at.keys() & worse.bound.at.keys()
    upward = mild.side.upward
    pairs = [(mild.bound.at[unit], worse.bound.at[unit]) for unit in shared]
    if rank(mild.severity) == rank(worse.severity):
        return False
    return any(first > second if upward else first < second for first, second in pairs)


def looser(protocol: Protocol, base: Protocol) -> list[Trouble]:
    """Where a rule of severity high or critical lets more pass than in ``base``, or may: a prescriber's decision."""
    mine = {rule.key: rule for rule in protocol.rules}
    found = []
    for rule in base.rules:
        if rank(rule.severity) < rank(Severity.HIGH):
            continue
        now = mine.get(rule.key)
        why = "is left out" if now is None else _looser(rule, now)
        if why is not None:
            text = f"{rule.title} ({rule.severity}) {why}: name the prescriber who stands behind it."
            found.append(Trouble(f"rules.{rule.key}", text, needs_prescriber=True))
    return found


def _looser(before: Rule, now: Rule) -> str | None:
    if rank(now.severity) < rank(before.severity):
        return f"becomes {now.severity}"
    if _shape(before) != _shape(now):
        return "is decided in another way"
    for a, b in zip(_grades(before), _grades(now), strict=True):
        if rank(b.severity) < rank(a.severity):
            return f"has a milder grade {b.name}"
        if _passes(a.bound, b.bound, upward=a.side.upward):
            return f"lets more pass: {b.bound} instead of {a.bound}"
    # An exit that is reached earlier ends an alert earlier.
    for was, here in zip(_exits(before), _exits(now), strict=True):
        if _passes(was, here, upward=before.upward):
            return f"is over earlier: at {here} instead of {was}"
    return None


def _passes(was: Bound, now: Bound, *, upward: bool) -> bool:
    for unit, limit in was.at.items():
        mine = now.at.get(unit)
        if mine is None or (mine > limit if upward else mine < limit):
            return True
    return False


def _exits(rule: Rule) -> list[Bound]:
    found = [getattr(part, "exit", None) for part in parts_of(rule)]
    return [each for each in found if each is not None]


def _grades(rule: Rule) -> list[Grade]:
    return [grade for part in parts_of(rule) for grade in part.grades]


def _shape(rule: Rule) -> Any:
    """Everything that decides but for the bounds of its grades and how serious they are."""
    return _bare(written_rule(rule))


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "grades" in value:
        grades = [{**grade, "bound": grade["bound"]["key"], "severity": None} for grade in value["grades"]]
        value = {**value, "grades": grades, "level": None}
    if value.get("exit") is not None:
        value = {**value, "exit": value["exit"]["key"]}
    return {name: _bare(each) for name, each in value.items() if name not in _WORDS}


def _tried(rule: Rule) -> Iterable[Trouble]:
    """Whether the rule can be decided at all: what raises here would stop readings from coming in."""
    watch = Watch("UTC", _DAY - timedelta(days=400), tuple(_baselines()))
    try:
        for metric in rule.metrics:
            measure = MEASURES[metric]
            for unit in measure.units:
                line = tuple(_readings(metric, unit))
                past = History(line)
                own = past.line(rule.metrics)
                for i, reading in enumerate(own):
                    rule.may_matter(reading, watch)
                    rule.find(own, i, past, watch)
                    rule.clears(own, i, past, watch)
                    rule.recheck(own, i, watch, _DAY)
                rule.quiet(metric, unit)
        rule.describe()
    except (LookupError, ValueError, ArithmeticError, TypeError, AttributeError):
        yield Trouble(f"rules.{rule.key}", "This rule cannot be decided: check its metrics, units and baseline.")


def _baselines() -> Iterator[Baseline]:
    for metric, measure in MEASURES.items():
        low, high = measure.ranges[measure.canonical].hard
        yield Baseline(metric, (low + high) / 2, measure.canonical, _DAY - timedelta(days=300))


def _readings(metric: Metric, unit: str) -> Iterator[Reading]:
    low, high = MEASURES[metric].ranges[unit].hard
    for hours, value in enumerate((low, high, (low + high) / 2, low, high, high, low)):
        at = _DAY - timedelta(hours=20 * hours)
        yield Reading(metric=metric, value=Decimal(value), unit=unit, observed_at=at, received_at=at, source="tried")
