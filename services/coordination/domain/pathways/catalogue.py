"""Every pathway there is. A new one is a file beside this and a line here."""

from services.coordination.domain.pathways.asthma import ASTHMA_PATHWAY
from services.coordination.domain.pathways.base import Pathway
from services.coordination.domain.pathways.copd import COPD_PATHWAY
from services.coordination.domain.pathways.diabetes import DIABETES_PATHWAY
from services.coordination.domain.pathways.heart_failure import HEART_FAILURE_PATHWAY
from services.coordination.domain.pathways.mental_health import MENTAL_HEALTH_PATHWAY
from services.coordination.domain.pathways.myocardial_infarction import AMI_PATHWAY
from services.coordination.domain.pathways.pneumonia import PNEUMONIA_PATHWAY
from services.coordination.domain.pathways.stroke import STROKE_PATHWAY
from services.coordination.domain.pathways.transition import TRANSITION

CATALOGUE: tuple[Pathway, ...] = (
    TRANSITION,
    HEART_FAILURE_PATHWAY,
    DIABETES_PATHWAY,
    COPD_PATHWAY,
    ASTHMA_PATHWAY,
    AMI_PATHWAY,
    STROKE_PATHWAY,
    PNEUMONIA_PATHWAY,
    MENTAL_HEALTH_PATHWAY,
)
