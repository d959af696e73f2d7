"""What rules of severity info find over a window: it counts in trends and opens no alert (clinical §1.9)."""

from collections.abc import Iterable
from datetime import datetime

from services.monitoring.domain.findings import Finding
from services.monitoring.domain.history import History, first_from
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.watch import Watch


def trends(protocol: Protocol, watch: Watch, readings: Iterable[Reading], *, since: datetime) -> tuple[Finding, ...]:
    """What is only recorded, found at readings from ``since`` (aware) on, in the order of rules and time.

    ``readings`` reach back from ``since`` by the lookback of the noting rules.
    """
    past = History(readings)
    found: list[Finding] = []
    for rule in protocol.noting:
        line = past.line(rule.metrics)
        for i in range(first_from(line, since), len(line)):
            each = rule.find(line, i, past, watch.at(line[i].observed_at))
            if each is not None:
                found.append(each)
    return tuple(found)
