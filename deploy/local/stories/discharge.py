"""What stories of a discharge begin with: one patient, admitted, sent home on the Friday before Labor Day."""

from collections.abc import Callable

from deploy.local.stories.aftermath import Aftermath
from deploy.local.stories.clinic import Clinic
from deploy.local.stories.engine import Row
from deploy.local.stories.patient import Patient
from deploy.local.stories.words import Json, at
from shared.vocabulary import NeedKind as N

_ADMITTED, _LEFT = at("08-30 11:40"), at("09-04 15:20")


def icd(*codes: str) -> list[Json]:
    """Diagnoses, the first one principal."""
    first, *others = codes
    return [
        {"system": "icd-10-cm", "code": first, "role": "principal"},
        *({"system": "icd-10-cm", "code": code} for code in others),
    ]


class Discharge:
    """One patient's stay and what follows; ``then`` are the rows after the admission."""

    def __init__(self, clinic: Clinic, mrn: str, title: str, then: Callable[[Aftermath], tuple[Row, ...]]) -> None:
        self.title = title
        self.way = Aftermath(Patient(clinic, mrn, "Dana", "1956-05-14", "female"))
        self._then = then

    def rows(self) -> tuple[Row, ...]:
        """The admission, and what follows."""
        return (Row(_ADMITTED, "admitted", "stay in-progress", self.way.admitted), *self._then(self.way))


def home(way: Aftermath, event: str, chosen: str, *codes: str, **facts: object) -> Row:
    """The discharge home on the Friday before Labor Day; the pathways chosen."""
    expected = f"finished; pathways {chosen}"
    return Row(_LEFT, event, expected, way.discharged(diagnoses=icd(*codes), facts=facts))


def due(way: Aftermath, event: str, kind: N, expected: str, *keys: str, on_call: bool = False) -> Row:
    """The clocks of a need after the discharge."""
    return Row(at("09-04 15:25"), event, expected, way.due(kind, *keys, on_call=on_call))
