"""The stories of four conditions lie on both sides of every bound of their protocols, and say what each side does."""

from collections.abc import Iterable, Iterator

import pytest

from deploy.local.stories import asthma_days, ckd_days, copd_days, hypertension_days
from deploy.local.stories.told import Told
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocols import PUBLISHED
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.together import Together
from shared.vocabulary import ProtocolKey, Severity

TOLD: dict[ProtocolKey, tuple[Told, ...]] = {
    ProtocolKey.ASTHMA: (*asthma_days.ASTHMA_DAYS, *asthma_days.CHILD_DAYS),
    ProtocolKey.COPD: copd_days.COPD_DAYS,
    ProtocolKey.HYPERTENSION: hypertension_days.HYPERTENSION_DAYS,
    ProtocolKey.CKD: ckd_days.CKD_DAYS,
}
PROTOCOLS = {ProtocolKey(each.key): each for each in PUBLISHED if each.key in TOLD}
MOOD = ("phq2.", "phq9.")
"""The same rules in every protocol: told in the first story only."""


def uses(protocol: Protocol) -> Iterator[tuple[str, Rule, Severity]]:
    """Every bound that decides: its key, the rule that an alert names, and how serious that is then."""
    for rule in protocol.rules:
        for grade in rule.grades:
            yield grade.bound.key, rule, grade.severity
        if isinstance(rule, Together):
            for part in rule.parts:
                for grade in part.grades:
                    yield grade.bound.key, rule, rule.level


def sides(told: Iterable[Told]) -> dict[str, list[Told]]:
    """The rows by the side of the bound that they name."""
    found: dict[str, list[Told]] = {}
    for each in told:
        for side in each.sides:
            found.setdefault(side, []).append(each)
    return found


@pytest.mark.parametrize("key", PROTOCOLS)
def test_every_bound_occurs_on_both_sides(key: ProtocolKey) -> None:
    bounds = {bound for bound, _, _ in uses(PROTOCOLS[key])}
    own = {each for each in bounds if key is ProtocolKey.ASTHMA or not each.startswith(MOOD)}
    assert len(own) > 8
    assert set(sides(TOLD[key])) == {f"{each}{side}" for each in own for side in "+-"}


@pytest.mark.parametrize("key", PROTOCOLS)
def test_the_side_that_reaches_a_bound_names_its_rule_and_the_other_does_not(key: ProtocolKey) -> None:
    used = list(uses(PROTOCOLS[key]))
    for side, rows in sides(TOLD[key]).items():
        bound, reached = side[:-1], side.endswith("+")
        outcomes = {f"{rule.key} {severity}" for name, rule, severity in used if name == bound}
        for told in rows:
            said = {each.removesuffix(" again") for each in told.expected.split("; ")}
            assert bool(said & outcomes) is reached, f"{told.event}: {told.expected}; {bound} decides {outcomes}"


@pytest.mark.parametrize("days", [asthma_days.ASTHMA_DAYS, asthma_days.CHILD_DAYS, *list(TOLD.values())[1:]])
def test_the_rows_of_a_patient_are_in_order(days: tuple[Told, ...]) -> None:
    assert [each.when for each in days] == sorted(each.when for each in days)
