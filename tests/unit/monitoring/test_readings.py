"""When two readings are the same, a conflict, or a correction (domain §5.2)."""

from decimal import Decimal

from services.monitoring.domain.metrics import judge_symptoms
from services.monitoring.domain.readings import circumstances, outcome
from shared.vocabulary import ItemOutcome, ReadingStatus, Symptom
from tests.support.ward import a_glucose, local, symptoms

STORED = a_glucose("5.6", "2026-09-22 07:00", unit="mmol/L")


def test_the_same_value_at_the_same_instant_from_the_same_source_is_a_duplicate() -> None:
    assert outcome(STORED, None) is ItemOutcome.STORED
    assert outcome(STORED._replace(value=Decimal("5.60"), received_at=local("2026-09-23 07:00")), STORED) is (
        ItemOutcome.DUPLICATE
    )


def test_another_value_or_unit_at_the_key_is_a_conflict() -> None:
    assert outcome(STORED._replace(value=Decimal("5.7")), STORED) is ItemOutcome.CONFLICT
    assert outcome(STORED._replace(value=Decimal("100.9"), unit="mg/dL"), STORED) is ItemOutcome.CONFLICT


def test_another_source_is_another_reading() -> None:
    assert STORED._replace(source="clinic").key != STORED.key


def test_a_voided_reading_does_not_come_back_by_being_sent_again() -> None:
    voided = STORED._replace(status=ReadingStatus.ENTERED_IN_ERROR)
    assert outcome(STORED, voided) is ItemOutcome.DUPLICATE
    assert outcome(STORED._replace(value=Decimal("6.1")), voided) is ItemOutcome.CORRECTED


def test_a_known_external_id_with_other_content_is_a_correction() -> None:
    moved = a_glucose("5.6", "2026-09-22 07:30", unit="mmol/L")
    assert outcome(STORED, STORED, known=STORED) is ItemOutcome.DUPLICATE
    assert outcome(STORED._replace(value=Decimal("6.1")), STORED, known=STORED) is ItemOutcome.CORRECTED
    assert outcome(moved, None, known=STORED) is ItemOutcome.CORRECTED


def test_two_symptom_reports_differ_by_what_is_named() -> None:
    thirst, nausea = symptoms("2026-09-20 07:20", "thirst"), symptoms("2026-09-20 07:20", "nausea")
    assert outcome(nausea, thirst) is ItemOutcome.CONFLICT


def test_context_becomes_what_was_true_and_what_was_felt() -> None:
    context = {"fasting": True, "exercise": False, "meal": "before", "symptoms": ["shaky"]}
    assert circumstances(context) == (frozenset({"fasting", "meal:before"}), frozenset({"shaky"}))


def test_a_text_in_place_of_the_list_of_symptoms_is_one_symptom_and_never_its_letters() -> None:
    assert circumstances({"symptoms": "chest-pain"}) == (frozenset(), frozenset({"chest-pain"}))


def test_symptoms_are_words_that_rules_ask_about() -> None:
    assert judge_symptoms([str(each) for each in Symptom]) is None
    assert judge_symptoms([]) is None
    refused = [judge_symptoms(each) for each in (["chestpain"], ["chest-pain", "CHEST-PAIN"], "chest-pain", True)]
    assert [each and (each.code, each.quarantine) for each in refused] == [
        ("symptom.unknown", True), ("symptom.unknown", True), ("symptom.not-a-list", True), ("symptom.not-a-list", True)
    ]  # fmt: skip
