"""Specialties that are named together."""

from shared.vocabulary import Specialty

PRIMARY = (Specialty.FAMILY_MEDICINE, Specialty.INTERNAL_MEDICINE)
MENTAL_HEALTH = (
    Specialty.PSYCHIATRY,
    Specialty.PSYCHOLOGY,
    Specialty.MENTAL_HEALTH_COUNSELLING,
    Specialty.SOCIAL_WORK,
)
HEART = (Specialty.CARDIOLOGY, *PRIMARY)
LUNGS = (Specialty.PULMONOLOGY, *PRIMARY)
BRAIN = (Specialty.NEUROLOGY, *PRIMARY)
DIABETES_CARE = (Specialty.ENDOCRINOLOGY, Specialty.DIABETES_EDUCATION, *PRIMARY)
