"""Pathways, the plans they lead to, and what a screen asks about."""

from enum import StrEnum


class SocialDomain(StrEnum):
    """What a social-needs screen asks about; its item texts are not shipped."""

    FOOD = "food"
    HOUSING = "housing"
    UTILITIES = "utilities"
    TRANSPORT = "transport"
    SAFETY = "safety"
    FINANCES = "finances"


class ScreenAnswer(StrEnum):
    """How a domain of a screen was answered; only a risk asks for anything."""

    AT_RISK = "at-risk"
    NO_RISK = "no-risk"
    DECLINED = "declined"
    NOT_ASKED = "not-asked"


class PlanState(StrEnum):
    """Whether the needs of a discharge's plan are open, or wait for a coordinator to accept it."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"


class ChangeKind(StrEnum):
    """What a plan would do, or did, to one need."""

    OPENS = "opens"
    JOINS = "joins"
    MOVES = "moves"
    UNCHANGED = "unchanged"
    WITHDRAWS = "withdraws"
    KEPT = "kept"


class PathwayKey(StrEnum):
    """The bundles in the catalogue."""

    TRANSITION = "transition"
    HEART_FAILURE = "heart-failure"
    DIABETES = "diabetes"
    COPD = "copd"
    ASTHMA = "asthma"
    AMI = "myocardial-infarction"
    STROKE = "stroke"
    PNEUMONIA = "pneumonia"
    MENTAL_HEALTH = "mental-health"
