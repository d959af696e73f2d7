"""Forms: what is asked, what an answer does, and what follows from all of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain import answers, forms
from services.monitoring.domain.check_in_problems import (
    AnswerImplausible,
    AnswerOutOfRange,
    AnswerRefused,
    QuestionUnknown,
)
from services.monitoring.domain.form import LICENSED, Form, Given
from services.monitoring.domain.metrics import MEASURES
from services.monitoring.domain.protocols import PUBLISHED as PROTOCOLS
from services.monitoring.domain.scoring import BANDS
from shared.vocabulary import AnswerKind, Metric, Severity, Symptom

D = Decimal
NOW = datetime(2026, 9, 9, 14, 12, tzinfo=UTC)
HEART = forms.for_sets(map(forms.of_protocol, ["heart-failure"]))
DIABETES = forms.for_sets(map(forms.of_protocol, ["diabetes"]))


def symptoms(of: Mapping[str, Given], every: list[Form] = HEART) -> frozenset[str]:
    found = answers.derived(every, of, complete=True)[Metric.SYMPTOMS]
    assert found.value == len(found.symptoms)
    return found.symptoms


def test_every_question_has_one_key_and_every_score_its_questions() -> None:
    keys = [question.key for form in forms.PUBLISHED for question in form.questions]
    assert len(keys) == len(set(keys))
    for form in forms.PUBLISHED:
        for score in form.scores:
            assert set(score.questions) <= set(keys)
            assert score.unit in MEASURES[score.metric].units
            assert score.metric in BANDS


def test_every_protocol_has_a_set_and_every_set_a_protocol() -> None:
    assert set(forms.SETS) == {protocol.key for protocol in PROTOCOLS}
    assert {form for group in forms.SETS.values() for form in group} | set(forms.ALWAYS) == set(forms.PUBLISHED)


def test_no_item_text_of_a_licensed_questionnaire_is_shipped() -> None:
    licensed = [form for form in forms.PUBLISHED if form.licence]
    assert {form.key for form in licensed} == {"dds-2", "dds-17", "act", "c-act", "cat"}
    for form in licensed:
        assert all(question.text.endswith(LICENSED) for question in form.questions)


def test_the_ends_of_each_licensed_scale_are_the_ends_of_its_metric() -> None:
    for form in forms.PUBLISHED:
        for score in form.scores:
            asked = [answers.find(forms.PUBLISHED, key) for key in score.questions]
            if all(question.kind is AnswerKind.SCALE for question in asked):
                low = score.compute([question.low for question in asked])
                high = score.compute([question.high for question in asked])
                assert (low, high) == MEASURES[score.metric].ranges[score.unit].hard, score.metric


@pytest.mark.parametrize(
    ("answer", "symptom", "severity"),
    [
        ({"heart-failure.chest-pain": True}, Symptom.CHEST_PAIN, Severity.CRITICAL),
        ({"heart-failure.faint": True}, Symptom.SYNCOPE, Severity.CRITICAL),
        ({"heart-failure.rest-dyspnoea": True}, Symptom.DYSPNOEA_AT_REST, Severity.CRITICAL),
        ({"heart-failure.more-pillows": True}, Symptom.EXTRA_PILLOWS, Severity.MODERATE),
        ({"heart-failure.night": True}, Symptom.NIGHT_DYSPNOEA, Severity.MODERATE),
        ({"heart-failure.shocks": D(1)}, Symptom.ICD_SHOCK, Severity.HIGH),
        ({"heart-failure.shocks": D(2)}, Symptom.ICD_SHOCKS, Severity.CRITICAL),
        ({"common.missed-doses": D(2)}, Symptom.MISSED_DOSES, Severity.MODERATE),
        ({"common.ed": True}, Symptom.ED_VISIT, Severity.HIGH),
        ({"phq.9": D(1)}, Symptom.SUICIDAL_THOUGHTS, Severity.CRITICAL),
        ({"diabetes.low-helped": True}, Symptom.NEEDED_HELP, Severity.CRITICAL),
        ({"diabetes.vomiting": True}, Symptom.VOMITING_LONG, Severity.HIGH),
        ({"diabetes.foot-ulcer": True}, Symptom.FOOT_ULCER, Severity.HIGH),
        ({"diabetes.insulin-left": D(6)}, Symptom.INSULIN_RUNNING_OUT, Severity.MODERATE),
    ],
)
def test_what_an_answer_does(answer: dict[str, Given], symptom: Symptom, severity: Severity) -> None:
    every = forms.for_sets(map(forms.of_protocol, ["heart-failure", "diabetes"]))
    found = {each.symptom: each.severity for each in answers.concerns(every, answer)}
    assert found[symptom] is severity


@pytest.mark.parametrize(
    "answer",
    [
        {"common.missed-doses": D(1)},
        {"heart-failure.shocks": D(0)},
        {"heart-failure.chest-pain": False},
        {"phq.9": D(0)},
        {"diabetes.insulin-left": D(7)},
    ],
)
def test_on_the_other_side_of_the_cut_off_an_answer_does_nothing(answer: dict[str, Given]) -> None:
    assert symptoms(answer, forms.for_sets(map(forms.of_protocol, ["heart-failure", "diabetes"]))) == frozenset()


def test_one_shock_is_not_a_storm() -> None:
    assert symptoms({"heart-failure.shocks": D(1)}) == {Symptom.ICD_SHOCK}


def test_a_report_without_symptoms_is_made_by_completion_only() -> None:
    no = {"heart-failure.chest-pain": False}
    assert Metric.SYMPTOMS not in answers.derived(HEART, no, complete=False)
    assert answers.derived(HEART, no, complete=True)[Metric.SYMPTOMS].value == 0


@pytest.mark.parametrize(("second", "asked"), [(1, False), (2, True)])
def test_the_phq_9_follows_from_3(second: int, asked: bool) -> None:
    given = {"phq.1": D(1), "phq.2": D(second)}
    assert ("phq-9" in {form.key for form in answers.asked(HEART, given)}) is asked
    assert ("phq.9" in answers.open_questions(HEART, given, ())) is asked


@pytest.mark.parametrize(("second", "asked"), [(1, False), (2, True)])
def test_the_17_questions_of_distress_follow_from_a_mean_of_3(second: int, asked: bool) -> None:
    given = {"dds2.1": D(4), "dds2.2": D(second)}
    assert ("dds-17" in {form.key for form in answers.asked(DIABETES, given)}) is asked


def test_an_optional_form_once_begun_is_finished() -> None:
    every = forms.for_sets(map(forms.of_protocol, ["asthma"]))
    assert not any(key.startswith("act.") for key in answers.open_questions(every, {}, ()))
    begun = answers.open_questions(every, {"act.1": D(3)}, ())
    assert [key for key in begun if key.startswith("act.")] == ["act.2", "act.3", "act.4", "act.5"]
    assert not any(key.startswith("act.") for key in answers.open_questions(every, {"act.1": D(3)}, ["act"]))


def test_more_than_one_condition_asks_the_common_block_once() -> None:
    both = forms.for_sets(map(forms.of_protocol, ["diabetes", "heart-failure", "diabetes"]))
    assert [form.key for form in both] == ["common", "phq-9", "diabetes", "dds-2", "dds-17", "heart-failure"]


@pytest.mark.parametrize(
    ("key", "sent", "refusal"),
    [
        ("common.fall", "perhaps", AnswerRefused),
        ("common.fall", D(1), AnswerRefused),
        ("common.symptoms", "fine", AnswerRefused),
        ("common.missed-doses", True, AnswerRefused),
        ("common.missed-doses", "many", AnswerRefused),
        ("common.missed-doses", D("-1"), AnswerOutOfRange),
        ("phq.1", D("1.5"), AnswerRefused),
        ("phq.1", D(4), AnswerOutOfRange),
        ("phq.1", "NaN", AnswerRefused),
        ("heart-failure.nyha", D(5), AnswerOutOfRange),
        ("heart-failure.spo2", D(940), AnswerImplausible),
        ("common.goal", "", AnswerRefused),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(key: str, sent: object, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        answers.read(answers.find(HEART, key), sent, at=NOW)


def test_a_question_of_no_form_is_refused() -> None:
    with pytest.raises(QuestionUnknown):
        answers.find(HEART, "diabetes.lows")


def test_two_pressures_that_cannot_be_one_measurement_are_refused() -> None:
    swapped = {"heart-failure.systolic": D(74), "heart-failure.diastolic": D(128)}
    with pytest.raises(AnswerImplausible):
        answers.check_pressures(HEART, swapped)
    answers.check_pressures(HEART, {"heart-failure.systolic": D(128), "heart-failure.diastolic": D(74)})


_ANSWERED: list[tuple[str, Given]] = [
    ("heart-failure.nyha", D(3)), ("heart-failure.swelling", True), ("heart-failure.pillows", D(2)),
    ("heart-failure.spo2", D(94)), ("phq.1", D(2)), ("phq.2", D(1)), ("phq.9", D(1)), ("common.missed-doses", D(3)),
]  # fmt: skip


@given(st.permutations(_ANSWERED))
def test_answers_in_any_order_amount_to_the_same(order: list[tuple[str, Given]]) -> None:
    found = dict(order)
    assert answers.derived(HEART, found, complete=True) == answers.derived(HEART, dict(_ANSWERED), complete=True)
    assert answers.concerns(HEART, found) == answers.concerns(HEART, dict(_ANSWERED))
