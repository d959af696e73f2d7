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


def for_protocols(protocols: Iterable[str]) -> list[Form]:
    """The forms of one conversation about these conditions; what all conditions share is in it once."""
    own = [form for key in sorted(set(protocols)) for form in SETS.get(key, ())]
    return [*ALWAYS, *own]


def pinned(names: Iterable[str]) -> list[Form]:
    """The forms a check-in was made with, by key and version."""
    return [_BY_NAME[name] for name in names]


def published(key: str, version: str) -> Form | None:
    """A version of a form; None when there is none."""
    return _BY_NAME.get(f"{key}@{version}")
