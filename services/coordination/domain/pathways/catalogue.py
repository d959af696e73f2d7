"""Every pathway there is. A new one is a file beside this and a line here."""

from services.coordination.domain.pathways.base import Pathway
from services.coordination.domain.pathways.diabetes import DIABETES_PATHWAY
from services.coordination.domain.pathways.heart_failure import HEART_FAILURE_PATHWAY
from services.coordination.domain.pathways.transition import TRANSITION

CATALOGUE: tuple[Pathway, ...] = (TRANSITION, HEART_FAILURE_PATHWAY, DIABETES_PATHWAY)
