"""FHIR's observation categories and the metrics in each."""

from collections.abc import Mapping

from shared.vocabulary import Metric

VITAL_SIGNS = "vital-signs"
LABORATORY = "laboratory"
SURVEY = "survey"
SOCIAL_HISTORY = "social-history"
IMAGING = "imaging"
PROCEDURE = "procedure"

_MEMBERS: Mapping[str, tuple[Metric, ...]] = {
    VITAL_SIGNS: (
        Metric.BODY_WEIGHT, Metric.DRY_WEIGHT, Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC, Metric.BP_AVERAGE_SYSTOLIC,
        Metric.BP_AVERAGE_DIASTOLIC, Metric.HEART_RATE, Metric.RESP_RATE, Metric.SPO2, Metric.TEMPERATURE,
    ),
    SURVEY: (
        Metric.ACT, Metric.C_ACT, Metric.CAT, Metric.MMRC, Metric.NYHA, Metric.PHQ2, Metric.PHQ9, Metric.SYMPTOMS,
    ),
    SOCIAL_HISTORY: (Metric.SMOKING,),
    IMAGING: (Metric.LVEF,),
    PROCEDURE: (Metric.PEF, Metric.PEF_BEST, Metric.FEV1),
}  # fmt: skip
_OF: Mapping[Metric, str] = {metric: name for name, members in _MEMBERS.items() for metric in members}


def category_of(metric: Metric) -> str:
    """The category of a metric; what is measured in blood, urine or tissue is laboratory."""
    return _OF.get(metric, LABORATORY)


def metrics_in(category: str) -> set[Metric]:
    """The metrics of a category; none for a category that is not in use."""
    return {metric for metric in Metric if category_of(metric) == category}
