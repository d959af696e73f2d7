"""§7b, the medicines: titration of glargine, its locks and its reduction, the SGLT2 inhibitor held."""

from deploy.local.stories.engine import Row
from deploy.local.stories.medicines import EMPAGLIFLOZIN, GLARGINE, Medicines
from deploy.local.stories.patient import NO_ALERT
from deploy.local.stories.words import at
from shared.contracts.monitoring.standing_orders import BASAL
from shared.vocabulary import Metric

_BOUNDS = {"min_single": 20, "max_single": 45, "max_daily": 45}
_COSIGNED = "effective, co-signed by story.prescriber"


def begun(medicines: Medicines) -> tuple[Row, ...]:
    """The practice signs the order, for her too; the EHR lists what she takes."""
    return (
        Row(
            at("08-31 09:10"),
            "90.0 kg",
            NO_ALERT,
            medicines.patient.measured((Metric.BODY_WEIGHT, "90.0", "kg")),
        ),
        Row(
            at("08-31 09:15"),
            "standing order +2 U/3 days, 20 to 45 U, signed for her",
            "insulin glargine 24 [iU]/day, empagliflozin 10 mg/day",
            medicines.begun(BASAL, _BOUNDS, GLARGINE, EMPAGLIFLOZIN),
        ),
    )


def first(medicines: Medicines) -> tuple[Row, ...]:
    """Titration on a median of 162."""
    return (
        Row(
            at("09-03 07:30"),
            "median 162, none below 80: titration",
            "allowed 26; 24 -> 26; co-sign by Fri 2026-09-04 end of day",
            medicines.stepped("insulin glargine", 26),
        ),
        Row(at("09-04 09:00"), "co-signed", _COSIGNED, medicines.cosigned),
    )


def second(medicines: Medicines) -> tuple[Row, ...]:
    """Titration on a median of 151, more than 72 h later."""
    return (
        Row(
            at("09-08 08:00"),
            "median 151, > 72 h since",
            "allowed 28; 26 -> 28; co-sign by Wed 2026-09-09 end of day",
            medicines.stepped("insulin glargine", 28),
        ),
        Row(at("09-09 09:00"), "co-signed", _COSIGNED, medicines.cosigned),
    )


def locked(medicines: Medicines) -> tuple[Row, ...]:
    """Skipped dinner: no step for seven days."""
    return (
        Row(
            at("09-10 10:05"),
            "titration lock",
            "refuse: hypoglycaemia-lock until Thu 2026-09-17 03:10",
            medicines.assessed("insulin glargine", cause_of_low="Skipped dinner"),
        ),
    )


def reduced(medicines: Medicines) -> tuple[Row, ...]:
    """Level 2 without a clear cause."""
    return (
        Row(
            at("09-13 09:05"),
            "no clear cause: reduce 10-20 %; locked 7 days after the last low, 14 after Level 2",
            "allowed 22, 23, 24, 25; 28 -> 24; co-sign by Mon 2026-09-14 end of day; "
            "locked until Sun 2026-09-20 02:56, Sun 2026-09-27 02:40",
            medicines.stepped("insulin glargine", 24),
        ),
        Row(at("09-14 06:00"), "co-signed", _COSIGNED, medicines.cosigned),
    )


def held(medicines: Medicines) -> tuple[Row, ...]:
    """Ketones on an SGLT2 inhibitor."""
    return (
        Row(
            at("09-20 08:05"),
            "SGLT2i hold: a prescriber's order, not the RN's",
            "RN 422 plan-change.refused; story.prescriber ordered; "
            "insulin glargine 24 [iU]/day, empagliflozin 10 mg/day on-hold",
            medicines.held("empagliflozin"),
        ),
    )


def unchanged(medicines: Medicines) -> tuple[Row, ...]:
    """In goal: nothing to change."""
    return (
        Row(
            at("09-30 07:30"),
            "median 128 in goal: no change of dose",
            "refuse: in-goal",
            medicines.assessed("insulin glargine"),
        ),
    )
