"""The circumstances there are: what rules, exclusions, expectations and gates ask about, and nothing else."""

import pytest

from services.monitoring.domain.circumstances import OF_READINGS, CircumstanceUnknown, of_the_program, refuse_unknown
from services.monitoring.domain.protocols import PUBLISHED


def test_what_any_exclusion_or_rule_asks_about_is_known() -> None:
    for protocol in PUBLISHED:
        assert {each.fact for each in protocol.exclusions} <= of_the_program()
        for rule in protocol.rules:
            assert rule.unless | rule.only | rule.raised_by <= of_the_program() | OF_READINGS, rule.key


def test_what_is_true_of_a_reading_only_is_asked_by_a_rule_and_is_no_circumstance() -> None:
    asked = {fact for protocol in PUBLISHED for rule in protocol.rules for fact in rule.unless | rule.only}
    assert asked >= OF_READINGS
    assert not of_the_program() & OF_READINGS


def test_a_word_nobody_asks_about_is_refused_with_those_there_are() -> None:
    refuse_unknown(["pregnancy", "insulin-treated"], of_the_program())
    with pytest.raises(CircumstanceUnknown, match="pregnant") as refused:
        refuse_unknown(["dialysis", "pregnant"], of_the_program())
    assert refused.value.extra == {"unknown": ["pregnant"], "known": sorted(of_the_program())}
