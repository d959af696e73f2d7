"""Readmission risk scores."""

from enum import StrEnum


class RiskAlgorithm(StrEnum):
    """A score and the version of its tables (clinical §3); they are never interchangeable."""

    LACE_2010 = "lace-2010"
    LACE_TOOL = "lace-tool"
    HOSPITAL_2016 = "hospital-2016"
    HOSPITAL_2013 = "hospital-2013"


class RiskBand(StrEnum):
    """LACE says low, moderate, high; HOSPITAL says low, intermediate, high."""

    LOW = "low"
    MODERATE = "moderate"
    INTERMEDIATE = "intermediate"
    HIGH = "high"


class AdmissionType(StrEnum):
    """How the patient came into hospital; emergency and urgent are acute."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    ELECTIVE = "elective"


class LengthOfStay(StrEnum):
    """How days in hospital are counted (clinical §3.1: one provincial sheet counts both days)."""

    MIDNIGHTS = "midnights"
    BOTH_DAYS = "both-days"
