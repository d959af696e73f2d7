"""The catalogue of forms: one file a protocol's set, and what goes with which protocol. A check-in pins versions."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from services.monitoring.domain.form import Form
from services.monitoring.domain.forms.asthma import ACT, ASTHMA, C_ACT
from services.monitoring.domain.forms.ckd import CKD
from services.monitoring.domain.forms.common import COMMON
from services.monitoring.domain.forms.copd import CAT, COPD
from services.monitoring.domain.forms.diabetes import DDS2, DDS17, DIABETES
from services.monitoring.domain.forms.heart_failure import HEART_FAILURE
from services.monitoring.domain.forms.hypertension import HYPERTENSION
from services.monitoring.domain.forms.mood import PHQ9
from shared.vocabulary import ProtocolKey

# Newest version last; a check-in stays with the versions it was made with.
PUBLISHED: tuple[Form, ...] = (
    COMMON,
    PHQ9,
    DIABETES,
    DDS2,
    DDS17,
    HEART_FAILURE,
    ASTHMA,
    ACT,
    C_ACT,
    COPD,
    CAT,
    HYPERTENSION,
    CKD,
)

ALWAYS: tuple[Form, ...] = (COMMON, PHQ9)
SETS: Mapping[str, tuple[Form, ...]] = MappingProxyType(
    {
        ProtocolKey.DIABETES: (DIABETES, DDS2, DDS17),
        ProtocolKey.HEART_FAILURE: (HEART_FAILURE,),
        ProtocolKey.ASTHMA: (ASTHMA, ACT, C_ACT),
        ProtocolKey.COPD: (COPD, CAT),
        ProtocolKey.HYPERTENSION: (HYPERTENSION,),
        ProtocolKey.CKD: (CKD,),
    }
)
_BY_NAME: Mapping[str, Form] = MappingProxyType({form.name: form for form in PUBLISHED})


def of_protocol(key: str) -> tuple[str, ...]:
    """The forms of the catalogue's version of a protocol by name, with what all conditions share."""
    return tuple(form.name for form in (*ALWAYS, *SETS[key]))


def for_sets(sets: Iterable[Iterable[str]]) -> list[Form]:
    """The forms of one conversation about several conditions: each once, in its newest version that one of them names.

    ``sets``: the names of forms that each protocol version asks with.
    """
    wanted = {name for each in sets for name in each}
    newest = {form.key: form for form in PUBLISHED if form.name in wanted}
    return [form for form in PUBLISHED if newest.get(form.key) is form]


def pinned(names: Iterable[str]) -> list[Form]:
    """The forms a check-in was made with, by key and version."""
    return [_BY_NAME[name] for name in names]


def known(name: str) -> bool:
    """Whether there is a form of this name."""
    return name in _BY_NAME


def published(key: str, version: str) -> Form | None:
    """A version of a form; None when there is none."""
    return _BY_NAME.get(f"{key}@{version}")
