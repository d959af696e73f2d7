"""The closed sets of kinds that a protocol is made of, by the names they have in its content."""

from collections.abc import Mapping
from typing import Any

from services.monitoring.domain.after_changes import AfterChange
from services.monitoring.domain.attendance import Conversation, Coverage
from services.monitoring.domain.averages import Averaged
from services.monitoring.domain.changes import Change, FromBaseline, Jumped
from services.monitoring.domain.clusters import Cluster, ReportedAgain
from services.monitoring.domain.days import DayCount, Variation
from services.monitoring.domain.education import Education
from services.monitoring.domain.kidney import KidneyTests
from services.monitoring.domain.paired import Paired
from services.monitoring.domain.repeats import EpisodeCount, Repeat
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.scores import TimeInRange, WorseClass
from services.monitoring.domain.silence import Examination, Expected, Stream
from services.monitoring.domain.sittings import MeanOf
from services.monitoring.domain.sustained import Sustained
from services.monitoring.domain.thresholds import Reported, Threshold
from services.monitoring.domain.together import Together

KINDS: Mapping[str, type[Rule]] = {
    "averaged": Averaged,
    "change": Change,
    "cluster": Cluster,
    "day-count": DayCount,
    "episode-count": EpisodeCount,
    "from-baseline": FromBaseline,
    "jumped": Jumped,
    "mean-of": MeanOf,
    "paired": Paired,
    "repeat": Repeat,
    "reported": Reported,
    "reported-again": ReportedAgain,
    "sustained": Sustained,
    "threshold": Threshold,
    "time-in-range": TimeInRange,
    "together": Together,
    "variation": Variation,
    "worse-class": WorseClass,
}
EXPECTED: Mapping[str, type[Expected]] = {
    "after-change": AfterChange,
    "conversation": Conversation,
    "coverage": Coverage,
    "education": Education,
    "examination": Examination,
    "kidney-tests": KidneyTests,
    "stream": Stream,
}
NAMES: Mapping[type[Any], str] = {kind: name for kinds in (KINDS, EXPECTED) for name, kind in kinds.items()}


def kinds_of(wanted: type[Any]) -> Mapping[str, type[Any]]:
    """The kinds one of which is written where a field is declared as ``wanted``; empty where there is one only."""
    if issubclass(wanted, Rule):
        return KINDS
    return EXPECTED if issubclass(wanted, Expected) else {}
