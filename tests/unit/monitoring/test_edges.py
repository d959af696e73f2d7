"""Every threshold of the catalogue, from both sides: the value at the bound, the next below it and the next above."""

from decimal import Decimal

import pytest

from services.monitoring.domain.protocols import PUBLISHED
from services.monitoring.domain.repeats import EpisodeCount
from services.monitoring.domain.together import Together
from tests.support.edges import Edge, edges, found, met

STEP = Decimal("0.001")
EDGES = [(protocol.key, edge) for protocol in PUBLISHED for edge in edges(protocol)]


@pytest.mark.parametrize(("protocol", "edge"), EDGES, ids=[f"{key} {edge.name}" for key, edge in EDGES])
def test_a_value_on_either_side_of_a_threshold_is_judged_by_its_side(protocol: str, edge: Edge) -> None:
    own = edge.rule.grades.index(edge.grade)
    sides = set()
    for amount in (edge.limit - STEP, edge.limit, edge.limit + STEP):
        finding = found(edge, amount)
        names = [each.name for each in edge.rule.grades[own:]]
        reached = finding is not None and any(finding.grade.startswith(name) for name in names)
        assert reached is met(edge, amount), (amount, finding)
        sides.add(reached)
    assert sides == {True, False}, "a threshold has two sides"


def test_no_threshold_of_any_protocol_is_left_out() -> None:
    seen = {(protocol, edge.grade.bound.key, edge.unit) for protocol, edge in EDGES}
    for protocol in PUBLISHED:
        for rule in protocol.rules:
            parts = rule.parts if isinstance(rule, Together | EpisodeCount) else ()
            for limit in (each for one in (rule, *parts) for each in one.bounds):
                missing = {unit for unit in limit.at if (protocol.key, limit.key, unit) not in seen}
                assert not missing, (protocol.key, rule.key, limit.key, missing)
    assert len({protocol for protocol, _ in EDGES}) == len(PUBLISHED) == 6
    assert len(EDGES) > 150
