"""The pages nurses read are the rules that judge: generated, complete, with every number in every unit."""

import pytest

from deploy.local.protocol_pages import PAGES, page, pages
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocols import PUBLISHED
from services.monitoring.domain.rules import Rule
from shared.kit.units import plain
from shared.vocabulary import Severity


def test_the_committed_pages_are_the_generated_ones() -> None:
    assert {path: path.read_text() for path in sorted(PAGES.glob("*.md"))} == dict(sorted(pages().items())), (
        "run python -m deploy.local.protocol_pages"
    )


@pytest.mark.parametrize("protocol", PUBLISHED, ids=lambda each: each.key)
def test_a_page_names_every_rule_bound_source_goal_tier_and_exclusion(protocol: Protocol) -> None:
    text = page(protocol)
    for rule in protocol.rules:
        assert f"`{rule.key}`" in text
        assert rule.source in text
        assert rule.asks in text
        for limit in rule.bounds:
            for unit, value in limit.at.items():
                assert f"{plain(value)} {unit}" in text, (rule.key, limit.key)
    for row in protocol.exclusions:
        assert f"`{row.fact}`" in text
    for tier in protocol.cadence:
        assert f"| {tier} |" in text


@pytest.mark.parametrize("rule", [rule for protocol in PUBLISHED for rule in protocol.rules], ids=lambda rule: rule.key)
def test_every_rule_says_how_sure_its_source_is(rule: Rule) -> None:
    known = ("clinical §", "Clinical §", "S33", "project default", "Project default", "from memory")
    assert any(mark in rule.source for mark in known), rule.source


@pytest.mark.parametrize("rule", [rule for protocol in PUBLISHED for rule in protocol.rules], ids=lambda rule: rule.key)
def test_what_a_rule_asks_coordination_for_can_come_about(rule: Rule) -> None:
    ranks = list(Severity)
    assert rule.opens_need is None or ranks.index(rule.severity) >= ranks.index(rule.need_from)
