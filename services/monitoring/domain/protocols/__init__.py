"""The catalogue of condition protocols: one line each. To add one: a file here, a line below, a table of its days."""

from collections.abc import Mapping
from types import MappingProxyType

from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocols.asthma import ASTHMA
from services.monitoring.domain.protocols.ckd import CKD
from services.monitoring.domain.protocols.copd import COPD
from services.monitoring.domain.protocols.diabetes import DIABETES
from services.monitoring.domain.protocols.heart_failure import HEART_FAILURE
from services.monitoring.domain.protocols.hypertension import HYPERTENSION

# Newest version last; an enrollment stays with the version it was made under.
PUBLISHED: tuple[Protocol, ...] = (
    HEART_FAILURE,
    DIABETES,
    ASTHMA,
    COPD,
    HYPERTENSION,
    CKD,
)

LATEST: Mapping[str, Protocol] = MappingProxyType({protocol.key: protocol for protocol in PUBLISHED})
_BY_VERSION: Mapping[tuple[str, str], Protocol] = {(protocol.key, protocol.version): protocol for protocol in PUBLISHED}


def published(key: str, version: str | None = None) -> Protocol | None:
    """A protocol by its key, in the newest version or the one given; None when there is none."""
    return LATEST.get(key) if version is None else _BY_VERSION.get((key, version))
